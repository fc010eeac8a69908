"""What the commands of the command line share: options, the answer, and whatever goes wrong as one line."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

import click

from lobby.branch.config import ConfigError
from lobby.branch.names import Lang
from lobby.branch.rules import YEAR_DAYS
from lobby.engine.runtime import BranchLocked
from lobby.errors import LobbyError
from lobby.journal.journal import Journal
from lobby.redaction import redacted

Form = Literal["text", "json"]
Range = TypeVar("Range", click.IntRange, click.FloatRange)

OF_HEADQUARTERS = ("duckdb", "psycopg")
"""What a branch is installed without."""
FAILED = 2
AWAY = 3


class Away(OSError):
    """What a command needs does not answer at present, such as headquarters' database: nothing is wrong with what was
    typed, and the same command may do later."""


@contextmanager
def database_needed() -> Iterator[None]:
    """Raises Away where headquarters' database is, or its tables are not made yet."""
    try:
        yield
    except BrokenPipeError:  # of who reads what the command prints
        raise
    except ConnectionError as error:
        raise Away(f"the database: {error}") from error


class Command(click.Command):
    """Answers its exit status: what its function returns, 0 for nothing, FAILED where it fails, AWAY where it may do
    later."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        rest = super().parse_args(ctx, args)
        _must_have_values(self, ctx)
        return rest

    def invoke(self, ctx: click.Context) -> int:
        try:
            return int(super().invoke(ctx) or 0)
        except BrokenPipeError:
            raise
        except Exception as error:
            if os.environ.get("LOBBY_TRACEBACK"):
                raise
            return failed(error, ctx)


def _must_have_values(command: click.Command, ctx: click.Context) -> None:
    """An option without its value takes the next option for it: `--name --json`."""
    options = {name for param in command.get_params(ctx) for name in param.opts}
    for param in command.params:
        if isinstance(param, click.Option) and options & {
            *_texts(ctx.params.get(param.name or ""))
        }:
            raise click.UsageError(f"{param.opts[0]} has no value", ctx)


def _texts(value: object) -> list[str]:
    values = value if isinstance(value, tuple) else (value,)
    return [text for text in values if isinstance(text, str)]


class Group(click.Group):
    """Commands under one name. Without one of them it fails, in one line as well."""

    command_class = Command

    def __init__(self, name: str, help: str) -> None:
        settings = {"help_option_names": ["-h", "--help"], "show_default": True}
        super().__init__(name, help=help, context_settings=settings, no_args_is_help=False)


def failed(error: Exception, ctx: click.Context) -> int:
    """Says what went wrong, to a reader who cannot do anything with a traceback; answers the exit status."""
    print(f"{ctx.command_path}: {_reason(error, ctx.params.get('data'))}", file=sys.stderr)
    return AWAY if isinstance(error, Away) else FAILED


def _reason(error: Exception, data: Path | None) -> str:
    if isinstance(error, ConfigError | LobbyError):
        return error.text(reader_lang())
    if isinstance(error, BranchLocked):
        return f"{error}: another process has this branch's data open"
    if isinstance(error, FileNotFoundError):
        return redacted(f"there is no {error.filename or error}")
    if isinstance(error, ModuleNotFoundError) and error.name in OF_HEADQUARTERS:
        return f"there is no {error.name} here: make headquarters installs it"
    if isinstance(error, click.ClickException):
        return _one_line(error.format_message())
    text = _one_line(str(error)) or "failed"
    if isinstance(error, Journal.Error):
        return f"a database in {data} cannot be used ({text}); lobby check says more"
    if isinstance(error, OSError | ValueError):
        return text
    return f"{type(error).__name__}: {text}"


def _one_line(text: str) -> str:
    """It may stand in some log: of a token it says nothing."""
    return redacted(" ".join(text.split()))


class Day(click.ParamType[date]):
    name = "date"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()
        except ValueError:
            self.fail(f"{value!r} is no date such as 2026-03-02", param, ctx)


def reader_lang() -> Lang:
    if os.environ.get("LANG", "").startswith("zh"):
        return "zh"
    return "en"


def answer(document: object, text: str) -> None:
    """Prints what the command has to say: with `--json` one document for a program, else the text."""
    as_json = click.get_current_context().meta["json"]
    print(json.dumps(document, ensure_ascii=False, default=datetime.isoformat) if as_json else text)


def ask(what: str, act: str) -> None:
    """Nothing is done unless somebody at a terminal says yes. Raises click.UsageError."""
    print(what, file=sys.stderr)
    if not sys.stdin.isatty():
        raise click.UsageError(f"nothing was changed: say --yes to {act} without being asked")
    print(f"Type yes to {act}: ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() != "yes":
        raise click.UsageError("nothing was changed")


def place(text: str) -> Path:
    """A file or folder, counted from where the command was started: whoever is handed it later need not know where that
    was. A link in it stays a link."""
    if text.startswith("--"):
        raise click.BadParameter(f"{text!r} is an option: the path is missing")
    return Path(text).absolute()


def folder(text: str) -> Path:
    """The path of a folder, that need not be there yet."""
    path = place(text)
    if path.exists() and not path.is_dir():
        raise click.BadParameter(f"{path} is a file, and a folder is needed")
    return path


class Speed(click.FloatRange):
    """NaN is outside every range, although no comparison says so."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        speed = super().convert(value, param, ctx)
        if math.isnan(speed):
            self.fail(f"{value!r} is no number", param, ctx)
        return speed


def number(name: str, type: Range) -> Range:
    """A number that a refusal calls by its name."""
    type.name = name
    return type


days = number("number of days", click.IntRange(min=1))
age = number("number of days", click.IntRange(1, 10 * YEAR_DAYS))
"""What `privacy.keep_days` allows."""
data = click.option("--data", type=folder, default="var", metavar="DIR", help="The branch's data.")
config = click.option(
    "--config",
    type=place,
    default="config.toml",
    metavar="FILE",
    help="The branch's configuration.",
)
file = click.argument("file", type=place)
port = click.option("--port", type=number("port", click.IntRange(1, 65535)), default=8000)
log = click.option(
    "--log", type=click.Choice(get_args(Form)), default="text", help="The log's form."
)
yes = click.option("--yes", is_flag=True, help="Do not ask.")
as_json = click.option(
    "--json", is_flag=True, expose_value=False, help="One JSON document.",
    callback=lambda ctx, _, value: ctx.meta.update(json=value),
)  # fmt: skip
"""Known to `answer` alone."""
