"""What stands on the command line -> values: one place for each kind, so that bad input is one line everywhere."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from lobby.redaction import redacted


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, which may stand in some log: of a token it says nothing."""

    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: {redacted(' '.join(message.split()))}", file=sys.stderr)
        sys.exit(2)


class Refused(Exception):
    """Bad input: one line for the reader, exit status 2."""


def ask(what: str, act: str) -> None:
    """Nothing is done unless somebody at a terminal says yes. Raises Refused."""
    print(what, file=sys.stderr)
    if not sys.stdin.isatty():
        raise Refused(f"nothing was changed: say --yes to {act} without being asked")
    print(f"Type yes to {act}: ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() != "yes":
        raise Refused("nothing was changed")


def place(text: str) -> Path:
    """A file or folder, counted from where the command was started: whoever is handed it later need not know where that
    was. A link in it stays a link."""
    if "\0" in text:
        raise argparse.ArgumentTypeError("a path has no zero byte")
    return Path(text).absolute()


def port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is no port (1 to 65535)")
    return int(text)


def speed(text: str) -> float:
    try:
        given = float(text)
    except ValueError:
        given = 0.0
    if not 0 < given <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is no speed (above 0, to 1000)")
    return given


def count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days")
    return int(text)
