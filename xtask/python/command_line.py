"""What can be said on the command line, and how it is refused: as with the Rust binaries, as far as
it is about the same thing."""

from __future__ import annotations

import argparse
import itertools
import os
import re
import sys
import threading
from typing import Any, NamedTuple, NoReturn

import workloads
from printer import say
from workloads import Workload

# What the twins accept, by workload; and without one.
COMMON = ["--help", "--quiet", "--report", "--workers"]
ACCEPTED: dict[str | None, list[str]] = {
    "square": ["--count"],
    "primes": ["--count", "--limit"],
    "sleep": ["--count", "--for"],
    "checksum": ["PATH..."],
    None: ["a workload and its arguments"],
}

SECONDS = {
    **dict.fromkeys(("nanos", "nsec", "ns"), 1e-9),
    **dict.fromkeys(("usec", "us", "µs"), 1e-6),
    **dict.fromkeys(("millis", "msec", "ms"), 1e-3),
    **dict.fromkeys(("seconds", "second", "secs", "sec", "s"), 1.0),
    **dict.fromkeys(("minutes", "minute", "mins", "min", "m"), 60.0),
    **dict.fromkeys(("hours", "hour", "hrs", "hr", "h"), 3600.0),
    **dict.fromkeys(("days", "day", "d"), 86400.0),
}


class CommandLine(NamedTuple):
    """A command line that makes sense."""

    pattern: str
    workload: Workload
    workers: int
    report: str | None

    @staticmethod
    def parse(patterns: list[str]) -> CommandLine:
        """Reads it, and ends with code 2 if it makes no sense."""
        parser = command(patterns)
        refuse_unknown(parser, sys.argv[1:])
        args, unknown = parser.parse_known_args()
        if unknown:
            parser.refuse(unknown[0], args.workload)
        report = getattr(args, "report", None)
        if report is not None and not is_writable(report):
            parser.error(f"cannot write --report {report}: FILE must be one that can be made")
        name = args.workload or "square"
        if name == "checksum":
            for path in args.paths:
                check(parser, path)
            workload = workloads.checksums(args.paths)
        elif name == "primes":
            workload = workloads.primes(args.count, args.limit)
        elif name == "sleep":
            workload = workloads.sleeps(args.count, args.time)
        else:
            workload = workloads.squares(getattr(args, "count", 10))
        return CommandLine(args.pattern, workload, getattr(args, "workers", cores()), report)


class Parser(argparse.ArgumentParser):
    """A parser that refuses in one line."""

    def error(self, message: str) -> NoReturn:
        say(f"twins.py: error: {message}")
        sys.exit(2)

    def refuse(self, word: str, workload: str | None) -> NoReturn:
        """Refuses what no twin takes, or not with this workload."""
        accepted = ", ".join(COMMON + ACCEPTED[workload])
        self.error(f"unexpected argument {word!r}; accepted here are {accepted}")


def command(patterns: list[str]) -> Parser:
    # Common options count wherever they stand, so the workload's parser must not set them again
    # to what they are by default.
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("-w", "--workers", type=at_least_one, metavar="N")
    common.add_argument("--report", metavar="FILE", help="write the run's report there, as JSON")
    common.add_argument("--quiet", action="store_true", help="accepted: there is no progress bar")
    parser = Parser(
        prog="twins.py",
        description="The patterns of this project as CPython has them.",
        parents=[common],
        allow_abbrev=False,
    )
    parser.add_argument("pattern", choices=patterns)
    add = parser.add_subparsers(dest="workload", metavar="WORKLOAD").add_parser
    about: Any = {"parents": [common], "allow_abbrev": False}
    square = add("square", help="squares of integers (the default)", **about)
    square.add_argument("--count", type=whole, default=10, metavar="N")
    primes = add("primes", help="primes counted in uneven ranges", **about)
    primes.add_argument("--count", type=whole, default=64, metavar="N")
    primes.add_argument("--limit", type=whole, default=2_000_000, metavar="L")
    sleep = add("sleep", help="waiting", **about)
    sleep.add_argument("--count", type=whole, default=20, metavar="N")
    sleep.add_argument("--for", type=duration, default=0.05, metavar="DURATION", dest="time")
    checksum = add("checksum", help="the SHA-256 of files, as sha256sum prints it", **about)
    checksum.add_argument("paths", nargs="+", metavar="PATH")
    return parser


def refuse_unknown(parser: Parser, words: list[str]) -> None:
    """Refuses options that no twin has by their name: argparse would take the value of one for the
    workload, and complain of that."""
    known = COMMON + [option for options in ACCEPTED.values() for option in options]
    options = [word for word in words if word.startswith("--")]
    for word in itertools.takewhile(lambda word: word != "--", options):
        if word.split("=")[0] not in known:
            named = [name for name in ACCEPTED if name in words]
            parser.refuse(word, named[0] if named else None)


def whole(text: str) -> int:
    if not re.fullmatch(r"\+?[0-9]{1,10}", text) or int(text) >= 1 << 32:
        accepted = "accepted is a whole number from 0 to 4294967295"
        raise argparse.ArgumentTypeError(f"invalid value {text!r}: {accepted}")
    return int(text)


def at_least_one(text: str) -> int:
    if not re.fullmatch(r"\+?[0-9]{1,10}", text) or int(text) == 0:
        accepted = "accepted is a whole number from 1 up"
        raise argparse.ArgumentTypeError(f"invalid value {text!r}: {accepted}")
    return int(text)


def duration(text: str) -> float:
    """As the crate humantime reads it: 500ms, 1m 30s."""
    part = r"\s*([0-9]+(?:\.[0-9]+)?)\s*([a-zµ]+)\s*"
    parts = re.findall(part, text)
    sound = re.fullmatch(f"(?:{part})+", text) and all(unit in SECONDS for _, unit in parts)
    seconds = sum(float(number) * SECONDS[unit] for number, unit in parts) if sound else 0
    if not sound or seconds > threading.TIMEOUT_MAX:
        accepted = "accepted is a duration like 500ms, 5s or 2min"
        raise argparse.ArgumentTypeError(f"invalid value {text!r}: {accepted}")
    return seconds


def check(parser: Parser, path: str) -> None:
    """Refuses a path that is not there or that may not be read."""
    try:
        if os.path.isdir(path):
            os.scandir(path).close()
        elif os.path.isfile(path):
            open(path, "rb").close()
        else:
            os.stat(path)  # Opening a pipe would wait for its writer.
    except OSError as error:
        accepted = "PATH must be a file or a directory that can be read"
        parser.error(f"{accepted}: cannot read {path}: {error.strerror}")


def is_writable(path: str) -> bool:
    there = os.path.exists(path)
    place = path if there else os.path.dirname(path) or "."
    return os.path.isdir(place) != there and os.access(place, os.W_OK)


def cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
