#!/bin/sh
# Stands in for the four binaries in tests: squares, a report, and misbehaviour on demand. It knows
# which pattern it is by the name that it is called by.
me=${0##*/}
report=
lines='0 1 4 9 16'
failed=''
looked_into=
code=0
while [ $# -gt 0 ]; do
    case $1 in
    --report) report=$2; shift ;;
    "--later=$me="*) [ -n "$looked_into" ] || lines=$(echo "${1##*=}" | tr , ' ') ;;
    --joblog) looked_into=yes; echo 'job,worker,start,end,computing,outcome' >"$2"; shift ;;
    --show-job) echo "job $2 as $me knows it"; exit ;;
    --quiet | square) ;;
    "--lines=$me="*) lines=$(echo "${1##*=}" | tr , ' ') ;;
    "--fail=$me") failed=panicked; code=3 ;;
    "--die=$me") echo 'its last words' >&2; kill -ABRT $$ ;;
    "--exit=$me") exit 7 ;;
    "--hang=$me") sleep 60 & sleep 60 ;;
    --later=* | --lines=* | --fail=* | --die=* | --exit=* | --hang=*) ;;
    --from) cat; shift ;;
    --stop) on_error=stop ;;
    *) echo "error: unexpected argument '$1'" >&2; exit 2 ;;
    esac
    shift
done
for line in $lines; do
    echo "$line"
done
failures=${failed:+{\"index\": 7, \"kind\": \"$failed\", \"message\": \"no\"\}}
cat >"$report" <<END
{
    "schema": "patterns.run/1", "workers": 2, "on_error": "${on_error:-continue}", "jobs": 6,
    "failed": {${failed:+\"$failed\": 1}}, "failures": [$failures],
    "left_behind": {"threads": 0, "descriptors": 0, "processes": null},
    "cpu": 0.5, "peak_memory": 1000000, "a field that nobody here reads": null
}
END
exit $code
