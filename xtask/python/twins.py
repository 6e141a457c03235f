"""The three patterns as CPython has them, and the plain loop: twins of the Rust ones, with the same
output and the same report, to be held against them.

    python3 twins.py PATTERN [--report FILE] [--quiet] [WORKLOAD ARGS...]

PATTERN is one of

    threads    concurrent.futures.ThreadPoolExecutor
    processes  concurrent.futures.ProcessPoolExecutor
    asyncio    one event loop
    loop       a for loop, the reference

Workloads, arguments, and what is printed on stdout are those of the Rust binaries; so are the exit
codes. It needs Python 3.9 or newer on Unix, and nothing but the standard library.

This file is the patterns. What is computed is in workloads.py, what goes in in command_line.py, and
what comes out in printer.py.
"""

from __future__ import annotations

import sys

if sys.version_info < (3, 9):
    sys.stderr.write("twins.py: error: Python 3.9 or newer is needed\n")
    sys.exit(2)

import signal
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Callable

from command_line import CommandLine
from printer import Printer, leave, say
from workloads import Outcome, Workload

# What is imported below is imported inside of a function, because each pattern is to pay for its
# own: asyncio alone takes longer to import than a small workload takes to run.


def on_threads(workload: Workload, workers: int, printer: Printer) -> None:
    """A pool of threads. Only one of them runs Python code at a time; the others may wait."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(workers) as pool:
        # This submits all jobs before it gives the first outcome, so many jobs take much memory.
        outcomes = pool.map(workload.run, workload.jobs)
        printer.ready(workers)
        printer.print_all(outcomes)


def on_processes(workload: Workload, workers: int, printer: Printer) -> None:
    """A pool of processes. Each has an interpreter and a lock of its own."""
    from concurrent.futures import ProcessPoolExecutor

    # A chunk costs the parent some 0.2 ms, so a chunk of one is dear for small jobs. With 16 chunks
    # a worker, the last chunk is at most a 16th of a worker's share: that is the most that one
    # worker waits for another when jobs are of equal size.
    chunk = max(1, workload.length // (16 * workers))
    with ProcessPoolExecutor(workers, initializer=become_worker) as pool:
        with signals_held():
            # All processes are started in here.
            outcomes = pool.map(workload.run, workload.jobs, chunksize=chunk)
        printer.ready(workers)
        printer.print_all(outcomes)


def on_asyncio(workload: Workload, workers: int, printer: Printer) -> None:
    """One thread that runs many jobs by turns: whoever awaits lets another go on."""
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    async def run(job: Any) -> Outcome:
        if workload.run_async is not None:
            return await workload.run_async(job)
        if workload.releases_gil:
            # There is no asynchronous reading of files. On a thread, reading and hashing hold up
            # neither the event loop nor each other, since both let go of the lock.
            return await asyncio.to_thread(workload.run, job)
        # A coroutine that computes never awaits, so the jobs run one after the other. A thread
        # would not help: it would need the lock all the time.
        return workload.run(job)

    async def run_all() -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(workers))  # Its threads start when needed.
        printer.ready(workers if workload.releases_gil else 1)
        # `gather` over everything would be shorter, but it would make a task of each of a million
        # jobs at once. So many tasks are alive as the async pattern in Rust has in its window.
        alive: deque[asyncio.Task[Outcome]] = deque()
        for job in workload.jobs:
            if len(alive) == 1024:
                printer.print(await alive.popleft())
            alive.append(asyncio.create_task(run(job)))
        while alive:
            printer.print(await alive.popleft())
        printer.done()

    asyncio.run(run_all())


def in_a_loop(workload: Workload, _workers: int, printer: Printer) -> None:
    """A plain loop: the reference."""
    printer.ready(1)
    printer.print_all(map(workload.run, workload.jobs))


PATTERNS: dict[str, Callable[[Workload, int, Printer], None]] = {
    "threads": on_threads,
    "processes": on_processes,
    "asyncio": on_asyncio,
    "loop": in_a_loop,
}

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def signals_held() -> Iterator[None]:
    """Holds signals back, so that none comes between starting a process and knowing of it."""
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)


def become_worker() -> None:
    """In a terminal, Ctrl-C goes to workers as well; it is the parent that ends them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)


def main() -> int:
    began = time.perf_counter()
    for number in SIGNALS:
        signal.signal(number, lambda number, _frame: leave(128 + number))
    line = CommandLine.parse(list(PATTERNS))
    printer = Printer(line.pattern, line.workload.name, began)
    try:
        PATTERNS[line.pattern](line.workload, line.workers, printer)
    except (OSError, RuntimeError) as error:  # No more threads, or a worker that died.
        say(f"{printer.name}: error: {error}")
        return 1
    return printer.conclude(line.report)


if __name__ == "__main__":
    sys.exit(main())
