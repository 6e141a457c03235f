#!/bin/sh
# Stands in for a binary in tests: it prints what `hostile` prints, writes a report, and then does
# what it is called by.
me=${0##*/}
while [ $# -gt 0 ]; do
    [ "$1" = --report ] && report=$2
    shift
done
job=-1
while [ $job -lt 99 ]; do
    job=$((job + 1))
    case $me-$job in
    dies-50) echo 'its last words' >&2; kill -ABRT $$ ;;
    hangs-50) sleep 60 & echo $! >&2; sleep 60 ;;
    loses-its-chunk-5[1-5]) continue ;;
    esac
    [ $job = 50 ] || echo $job
done
case $me in
# `timeout` leaves the process group.
leaves-processes) timeout 60 sleep 60 & echo $! >&2 ;;
leaves-a-file) touch here "$TMPDIR/there" "${report%/*}/beside" ;;
esac
cat >"$report" <<END
{
    "schema": "patterns.run/1", "workers": 2, "on_error": "continue", "jobs": 100,
    "failed": {"failed": 1},
    "failures": [{"index": 50, "kind": "failed", "message": "failed: on purpose"}],
    "cpu": 0.5, "peak_memory": 1000000,
    "left_behind": {"threads": 0, "descriptors": 0, "processes": null}
}
END
exit 3
