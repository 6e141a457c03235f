"""The workloads: what a job computes, and which jobs there are. The same as in
crates/workload/src/catalog, as one would write it in Python."""

from __future__ import annotations

import errno
import hashlib
import math
import os
import time
from collections.abc import Awaitable, Iterable, Iterator
from typing import Any, Callable, NamedTuple, Union


class Failed(NamedTuple):
    """Why a job has no output. An exception would end the whole of an executor's `map`."""

    message: str


# A job's output, or why there is none.
Outcome = Union[int, str, Failed]


class Workload(NamedTuple):
    """A named kind of job, and its jobs."""

    name: str
    length: int
    jobs: Iterable[Any]
    # It travels to other processes by its name, so it must be a function of a module.
    run: Callable[[Any], Outcome]
    # The same without holding the thread, where that is possible.
    run_async: Callable[[Any], Awaitable[Outcome]] | None = None
    # Whether `run` spends its time outside of the interpreter, without the lock.
    releases_gil: bool = False


def squares(count: int) -> Workload:
    return Workload("square", count, range(count), square)


def square(n: int) -> int:
    return n**2


def primes(count: int, limit: int) -> Workload:
    """The ranges get longer and longer, so that an even split by count is a bad one."""

    def bound(i: int) -> int:
        return limit * i * i // (count * count)

    jobs = ((bound(i), bound(i + 1)) for i in range(count))
    return Workload("primes", count, jobs, count_primes)


def count_primes(bounds: tuple[int, int]) -> int:
    return sum(map(is_prime, range(*bounds)))


def is_prime(n: int) -> bool:
    """Trial division by 2, 3, and what is next to a multiple of six, as the Rust job does it."""
    if n < 4 or n % 2 == 0 or n % 3 == 0:
        return n in (2, 3)
    for divisor in range(5, math.isqrt(n) + 1, 6):
        if n % divisor == 0 or n % (divisor + 2) == 0:
            return False
    return True


def sleeps(count: int, seconds: float) -> Workload:
    jobs = ((index, seconds) for index in range(count))
    return Workload("sleep", count, jobs, sleep, run_async=sleep_async)


def sleep(job: tuple[int, float]) -> int:
    index, seconds = job
    time.sleep(seconds)
    return index


async def sleep_async(job: tuple[int, float]) -> int:
    import asyncio  # Only the pattern that has it already comes here.

    index, seconds = job
    await asyncio.sleep(seconds)
    return index


def checksums(paths: list[str]) -> Workload:
    files = [file for path in paths for file in walk(path)]
    return Workload("checksum", len(files), files, checksum, releases_gil=True)


def checksum(path: str) -> str | Failed:
    """The line that `sha256sum` prints."""
    sha, block = hashlib.sha256(), memoryview(bytearray(128 * 1024))
    try:
        with open(path, "rb", buffering=0) as file:
            # Both lines let go of the lock; `update` does so for more than 2047 bytes.
            while n := file.readinto(block):
                sha.update(block[:n])
    except OSError as error:
        shown = os.fsencode(path).decode("utf-8", "replace")
        return Failed(f"{shown}: {REASONS.get(error.errno or 0, error.strerror)}")
    escaped = path.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    mark = "" if escaped == path else "\\"
    return f"{mark}{sha.hexdigest()}  {escaped}"


# What Rust calls them.
REASONS = {
    errno.ENOENT: "entity not found",
    errno.EACCES: "permission denied",
    errno.EISDIR: "is a directory",
    errno.ELOOP: "filesystem loop or indirection limit (e.g. symlink loop)",
}


def walk(path: str) -> Iterator[str]:
    """The files under `path`, or `path` itself. What cannot be read is named all the same: its job
    will fail and say so."""
    if not os.path.isdir(path):
        yield path
        return
    try:
        # Sorted by bytes: that is another order than by code points.
        entries = sorted(os.scandir(path), key=lambda entry: os.fsencode(entry.name))
    except OSError:
        yield path
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from walk(entry.path)
        elif entry.is_file(follow_symlinks=False) or is_link_to_file(entry):
            yield entry.path


def is_link_to_file(entry: os.DirEntry[str]) -> bool:
    """Or to nothing."""
    return entry.is_symlink() and not os.path.isdir(entry.path)
