"""Measures one of Python's own pools, for `cargo xtask bench`, and prints it as one line of JSON:
`{"seconds": 0.1, "jobs": 200000}`. Standard library only, Python 3.9 or newer.

    peers.py MEASURE --jobs N [--bytes B] [--echo PROGRAM]

A measure of memory prints `"bytes"` in place of `"seconds"`; one that this machine does not allow prints
why: `{"skipped": "..."}`.
"""

import argparse
import json
import statistics
import subprocess
import time
from typing import Any, Callable, List, Tuple

WORKERS = 2

# How often a side is timed in one process, after once that does not count.
TIMES = 3

# A side that takes longer than this, in seconds, is not timed again in the same process.
ENOUGH = 0.3

# A chunk costs the executor some 0.2 ms, and too large chunks leave a worker without any at the
# end. The best of these is what the executor is held to.
CHUNK_SIZES = (256, 1024, 4096, 16384)


# How many connections are open at once while they make requests, and how many are being made at once.
CONNECTIONS = 10_000
CONNECTING = 128

# Descriptors beyond those of the connections.
OTHERS = 100

# What is sent and comes back.
MESSAGE = b"\7" * 64

# How often it is looked whether all of them wait, in seconds; and longer than anything is measured.
TICK = 0.01
FOR_EVER = 3600.0


class NotHere(Exception):
    """What is to be measured is more than this machine allows."""


def square(n: int) -> int:
    return n * n


def echo(payload: bytes) -> bytes:
    return payload


def median_time(work: Callable[[], Any]) -> float:
    work()
    taken: list = []
    while len(taken) < TIMES and sum(taken) < ENOUGH:
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


# What is imported below is imported inside of a function, because each worker process would import
# all of it as well.


def threads_map(args: argparse.Namespace) -> float:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(WORKERS) as pool:
        return median_time(lambda: list(pool.map(square, range(args.jobs))))


def executor_map(args: argparse.Namespace) -> float:
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(WORKERS) as pool:
        return min(
            median_time(lambda: list(pool.map(square, range(args.jobs), chunksize=size)))
            for size in CHUNK_SIZES
        )


def executor_payload(args: argparse.Namespace) -> float:
    from concurrent.futures import ProcessPoolExecutor

    payload = b"\7" * args.bytes
    with ProcessPoolExecutor(WORKERS) as pool:
        return median_time(lambda: sum(map(len, pool.map(echo, [payload] * args.jobs))))


def multiprocessing_map(args: argparse.Namespace) -> float:
    from multiprocessing import Pool

    with Pool(WORKERS) as pool:
        return median_time(lambda: pool.map(square, range(args.jobs)))


def gather(args: argparse.Namespace) -> float:
    import asyncio

    async def worker(n: int) -> int:
        return n * n

    async def main() -> list:
        return await asyncio.gather(*[asyncio.create_task(worker(n)) for n in range(args.jobs)])

    return median_time(lambda: asyncio.run(main()))


def resident() -> float:
    """The memory of this process that is in use now, in bytes."""
    with open("/proc/self/status") as status:
        line = next(line for line in status if line.startswith("VmRSS:"))
    return float(line.split()[1]) * 1024


def waiting_memory(args: argparse.Namespace) -> float:
    import asyncio

    asleep = 0

    async def nap() -> None:
        nonlocal asleep
        asleep += 1
        await asyncio.sleep(FOR_EVER)

    async def main() -> float:
        before = resident()
        tasks = [asyncio.create_task(nap()) for _ in range(args.jobs)]
        while asleep < len(tasks):
            await asyncio.sleep(TICK)
        return resident() - before

    return asyncio.run(main())


def talk(echo: str, connections: int, requests: int) -> Tuple[float, float]:
    """Opens connections, a task for each, and then makes requests on each. Gives the memory that they
    took when all were open, and the time of the requests."""
    import asyncio

    allow(connections)
    opened = 0

    async def one(port: int, connecting: asyncio.Semaphore, begin: asyncio.Event) -> None:
        nonlocal opened
        async with connecting:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            # Open at both ends: of those that wait to be accepted, only so many may queue.
            await exchange(reader, writer)
        opened += 1
        await begin.wait()
        for _ in range(requests):
            await exchange(reader, writer)
        writer.close()

    async def exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(MESSAGE)
        await reader.readexactly(len(MESSAGE))

    async def main(port: int) -> Tuple[float, float]:
        connecting, begin = asyncio.Semaphore(CONNECTING), asyncio.Event()
        before = resident()
        tasks: List[asyncio.Task] = []
        for _ in range(connections):
            tasks.append(asyncio.create_task(one(port, connecting, begin)))
        while opened < connections:
            await asyncio.sleep(TICK)
            for task in tasks:
                if task.done():
                    task.result()  # It failed, since none may begin yet.
        taken = resident() - before
        began = time.perf_counter()
        begin.set()
        await asyncio.gather(*tasks)
        return taken, time.perf_counter() - began

    # It ends when its stdin is closed.
    command = [echo, "connections-echo"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        return asyncio.run(main(int(server.stdout.readline())))


def allow(connections: int) -> None:
    """Raises the limit of this process's descriptors to what so many connections need."""
    from resource import RLIMIT_NOFILE, getrlimit, setrlimit

    needed = connections + OTHERS
    now, most = getrlimit(RLIMIT_NOFILE)
    if 0 <= most < needed:
        raise NotHere(
            f"{connections} connections need {needed} open files at once, "
            f"and a process may have {most} here"
        )
    if 0 <= now < needed:
        setrlimit(RLIMIT_NOFILE, (needed, most))


def connections(args: argparse.Namespace) -> float:
    return talk(args.echo, CONNECTIONS, args.jobs // CONNECTIONS)[1]


def connections_memory(args: argparse.Namespace) -> float:
    return talk(args.echo, args.jobs, 0)[0]


# What is measured, and in what.
MEASURES = {
    "threads-map": (threads_map, "seconds"),
    "executor-map": (executor_map, "seconds"),
    "executor-payload": (executor_payload, "seconds"),
    "multiprocessing-map": (multiprocessing_map, "seconds"),
    "gather": (gather, "seconds"),
    "waiting-memory": (waiting_memory, "bytes"),
    "connections": (connections, "seconds"),
    "connections-memory": (connections_memory, "bytes"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("measure", choices=MEASURES)
    parser.add_argument("--jobs", type=int, required=True)
    parser.add_argument("--bytes", type=int, default=0)
    parser.add_argument("--echo", help="the program with the other end of connections")
    args = parser.parse_args()
    measure, unit = MEASURES[args.measure]
    try:
        took: dict = {unit: measure(args)}
    except NotHere as why:
        took = {"skipped": str(why)}
    print(json.dumps({**took, "jobs": args.jobs}))


if __name__ == "__main__":
    main()
