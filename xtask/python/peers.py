"""Measures one of Python's own pools, for `cargo xtask bench`, and prints it as one line of JSON:
`{"seconds": 0.1, "jobs": 200000}`. Standard library only, Python 3.9 or newer.

    peers.py MEASURE --jobs N [--bytes B]
"""

import argparse
import json
import statistics
import time
from typing import Any, Callable

WORKERS = 2

# How often a side is timed in one process, after once that does not count.
TIMES = 3

# A side that takes longer than this, in seconds, is not timed again in the same process.
ENOUGH = 0.3

# A chunk costs the executor some 0.2 ms, and too large chunks leave a worker without any at the
# end. The best of these is what the executor is held to.
CHUNK_SIZES = (256, 1024, 4096, 16384)


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


def threads_map(jobs: int, _: int) -> float:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(WORKERS) as pool:
        return median_time(lambda: list(pool.map(square, range(jobs))))


def executor_map(jobs: int, _: int) -> float:
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(WORKERS) as pool:
        return min(
            median_time(lambda: list(pool.map(square, range(jobs), chunksize=size)))
            for size in CHUNK_SIZES
        )


def executor_payload(jobs: int, size: int) -> float:
    from concurrent.futures import ProcessPoolExecutor

    payload = b"\7" * size
    with ProcessPoolExecutor(WORKERS) as pool:
        return median_time(lambda: sum(map(len, pool.map(echo, [payload] * jobs))))


def multiprocessing_map(jobs: int, _: int) -> float:
    from multiprocessing import Pool

    with Pool(WORKERS) as pool:
        return median_time(lambda: pool.map(square, range(jobs)))


def gather(jobs: int, _: int) -> float:
    import asyncio

    async def worker(n: int) -> int:
        return n * n

    async def main() -> list:
        return await asyncio.gather(*[asyncio.create_task(worker(n)) for n in range(jobs)])

    return median_time(lambda: asyncio.run(main()))


MEASURES = {
    "threads-map": threads_map,
    "executor-map": executor_map,
    "executor-payload": executor_payload,
    "multiprocessing-map": multiprocessing_map,
    "gather": gather,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("measure", choices=MEASURES)
    parser.add_argument("--jobs", type=int, required=True)
    parser.add_argument("--bytes", type=int, default=0)
    args = parser.parse_args()
    seconds = MEASURES[args.measure](args.jobs, args.bytes)
    print(json.dumps({"seconds": seconds, "jobs": args.jobs}))


if __name__ == "__main__":
    main()
