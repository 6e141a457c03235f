"""What comes out: the lines on stdout and stderr, the run's report, and the end of the process."""

from __future__ import annotations

import io
import json
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, NoReturn

from workloads import Failed, Outcome

# At most this many failures are listed in a report; all are counted.
LISTED = 10_000


class Printer:
    """Prints outcomes, and remembers what the report needs."""

    def __init__(self, pattern: str, workload: str, began: float) -> None:
        self.name = f"python-{pattern}"
        self.workload = workload
        self.began = self.ready_at = self.done_at = began
        self.workers = 0
        self.jobs = 0
        self.failed: Counter[str] = Counter()
        self.failures: list[dict[str, object]] = []
        # A path is whatever bytes the system knows it by. Python itself sees to it that lines are
        # printed in blocks unless they go to a terminal.
        encoding = sys.getfilesystemencoding()
        assert isinstance(sys.stdout, io.TextIOWrapper)
        sys.stdout.reconfigure(encoding=encoding, errors="surrogateescape")

    def ready(self, workers: int) -> None:
        """The jobs can run, on so many workers."""
        self.ready_at, self.workers = time.perf_counter(), workers

    def print_all(self, outcomes: Iterable[Outcome]) -> None:
        for outcome in outcomes:
            self.print(outcome)
        self.done()

    def print(self, outcome: Outcome) -> None:
        if isinstance(outcome, Failed):
            self.fail(outcome)
        else:
            try:
                print(outcome)
            except OSError as error:
                self.give_up(error)
        self.jobs += 1

    def done(self) -> None:
        """All jobs have ended; the pattern has not."""
        self.done_at = time.perf_counter()

    def fail(self, failed: Failed) -> None:
        message = f"failed: {failed.message}"
        self.failed["failed"] += 1
        if len(self.failures) < LISTED:
            self.failures.append({"index": self.jobs, "kind": "failed", "message": message})
        say(f"job {self.jobs}: {message}")

    def give_up(self, error: OSError) -> NoReturn:
        """Nothing more can be printed."""
        if isinstance(error, BrokenPipeError):
            leave(0)  # Whoever read the lines has read enough.
        say(f"{self.name}: error: cannot write to stdout: {error}")
        leave(1)

    def conclude(self, report: str | None) -> int:
        """Says how it went, writes the report, and gives the exit code."""
        try:
            sys.stdout.flush()
        except OSError as error:
            self.give_up(error)
        ended = time.perf_counter()
        failed = "".join(f", {n} {kind}" for kind, n in self.failed.items())
        succeeded = self.jobs - sum(self.failed.values())
        say(
            f"{self.name}: {number(self.jobs, 'job')}: {succeeded} succeeded{failed}; "
            f"{ended - self.began:.3f} s, {number(self.workers, 'worker')}"
        )
        if report is not None:
            try:
                with open(report, "w", encoding="utf-8") as file:
                    json.dump(self.report(ended), file, indent=2)
                    file.write("\n")
            except OSError as error:
                say(f"{self.name}: error: cannot write --report {report}: {error.strerror}")
                return 1
        return self.exit_code()

    def exit_code(self) -> int:
        return 3 if self.failed else 0

    def report(self, ended: float) -> dict[str, object]:
        """The run in the format that the Rust binaries write, as far as it applies. Times are in
        seconds, sizes in bytes."""
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return {
            "schema": "patterns.run/1",
            "pattern": self.name,
            "python": sys.version.split()[0],
            "gil": getattr(sys, "_is_gil_enabled", lambda: True)(),
            "workload": self.workload,
            "workers": self.workers,
            "on_error": "continue",
            "exit_code": self.exit_code(),
            "jobs": self.jobs,
            "succeeded": self.jobs - sum(self.failed.values()),
            "failed": self.failed,
            "failures": self.failures,
            "wall": ended - self.began,
            # Until all is imported and, with an executor, all jobs are submitted.
            "startup": self.ready_at - self.began,
            "shutdown": ended - self.done_at,
            "cpu": sum(usage.ru_utime + usage.ru_stime for usage in used),
            "peak_memory": peak_memory(),
            # Nobody looks.
            "left_behind": {"threads": None, "descriptors": None, "processes": None},
        }


def peak_memory() -> int:
    """Most memory that this process had resident, in bytes."""
    # Not `ru_maxrss` where it can be helped: it inherits the peak of whoever started us.
    with suppress(OSError), open("/proc/self/status", encoding="utf-8") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def number(n: int, what: str) -> str:
    return f"{n} {what}{'' if n == 1 else 's'}"


def say(line: str) -> None:
    """Writes one line to stderr; a stderr that is closed is no reason to fail."""
    with suppress(OSError):
        print(line.replace("\r", "\\r").replace("\n", "\\n"), file=sys.stderr)


def leave(code: int) -> NoReturn:
    """Ends at once. To end in order is to wait for each job that has begun, for neither a thread
    nor what a worker process is at can be cancelled."""
    # Who has not imported it has no children, and need not wait for that either.
    multiprocessing = sys.modules.get("multiprocessing")
    children: list[Any] = getattr(multiprocessing, "active_children", list)()
    for child in children:
        child.kill()
        child.join()
    if children and multiprocessing and multiprocessing.get_start_method() != "fork":
        # So it is by default since 3.14. Then there are semaphores and a directory to be removed,
        # and nothing public does it.
        sys.modules["multiprocessing.util"]._run_finalizers()
    os._exit(code)
