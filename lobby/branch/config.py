"""The only reader of TOML: `config.toml` -> Branch, a scenario file -> Scenario. It reports everything that is
wrong with a file at once."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from lobby.branch import agreement
from lobby.branch.complaint import Complaint, ConfigError
from lobby.branch.model import Branch
from lobby.branch.person import Staff
from lobby.branch.scenario import Scenario
from lobby.branch.sent import (
    SENDABLE,
    SentTables,
    disagreements,
    joined,
    not_sendable,
    with_any_area,
)
from lobby.branch.staff_file import read_people
from lobby.texts import Text

__all__ = [
    "Complaint",
    "ConfigError",
    "checked",
    "read_branch",
    "read_scenario",
    "tables",
    "wrong_in_sent",
]

Shape = TypeVar("Shape")
FurtherCheck = Callable[[Branch], Iterable[Complaint]]
"""A check by a package above this one: of the customer file, of the printers' profiles."""


def read_branch(
    file: Path, *further: FurtherCheck, sent: Mapping[str, Any] | None = None
) -> Branch:
    """The branch that the file describes, with the tables that headquarters `sent`. Raises ConfigError."""
    raw, of_staff = _with_staff(file, joined(tables(file), sent or {}).tables)
    wrong = [*agreement.of_branch(raw), *of_staff]
    branch = _with_full_paths(checked(file, raw, Branch, *wrong), file)
    further_complaints = (complaint for check in further for complaint in check(branch))
    _refuse(file, *agreement.of_files(branch), *agreement.of_queues(branch), *further_complaints)
    return branch


def wrong_in_sent(sent: Mapping[str, Any]) -> list[Complaint]:
    """What is wrong with tables that headquarters sends, whatever branch they come to."""
    known = {name: values for name, values in sent.items() if name in SENDABLE}
    complaints = [*not_sendable(sent), *_misfits(with_any_area(known), SentTables)]
    return [*complaints, *disagreements(known)]


def read_scenario(file: Path) -> Scenario:
    """The scenario that the file describes. Raises ConfigError."""
    raw = tables(file)
    plan = checked(file, raw, Scenario, *agreement.of_scenario(raw))
    _refuse(file, *agreement.unplayable(plan))
    return plan


def checked(file: Path, raw: Mapping[str, Any], shape: type[Shape], *further: Complaint) -> Shape:
    """The file's tables as a value of this shape. Raises ConfigError."""
    _refuse(file, *_misfits(raw, shape), *further)
    # The checker takes type[Shape] for something without a hash.
    valid: Shape = _adapter(cast(type, shape)).validate_python(raw)
    return valid


BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def tables(file: Path) -> dict[str, Any]:
    """The file's tables. Notepad saves a byte-order mark at the head, which is removed."""
    try:
        text = file.read_bytes().removeprefix(BYTE_ORDER_MARK).decode()
        return tomllib.loads(text.replace("\r\n", "\n"))
    except OSError as error:
        missing = Text("a configuration file that can be read")
        raise ConfigError(file, [Complaint("file", error.strerror, missing)]) from error
    except UnicodeDecodeError as error:
        utf8 = Text("a file saved as UTF-8")
        raise ConfigError(
            file, [Complaint("file", f"byte {error.start}: {error.reason}", utf8)]
        ) from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(file, [Complaint("TOML", str(error), Text("valid TOML"))]) from error


def _with_staff(file: Path, raw: dict[str, Any]) -> tuple[dict[str, Any], list[Complaint]]:
    """The tables with the people of the staff file, as if they stood in `[[staff.people]]` after those there; and what
    is wrong in that file, whose people are left out then."""
    staff = raw.get("staff")
    if not isinstance(staff, dict) or not isinstance(staff.get("file"), str):
        return raw, []
    register = file.parent / staff["file"]
    try:
        rows = read_people(register)
    except (OSError, ValueError) as error:
        table = Text("a CSV file with the columns number,name,roles,unit")
        raise ConfigError(file, [Complaint("staff.file", str(error), table)]) from error
    wrong = _wrong_people(register, rows)
    people = staff.get("people", [])
    if isinstance(people, list) and not wrong:
        people = [*people, *rows]
    return {**raw, "staff": {**staff, "people": people}}, wrong


def _wrong_people(register: Path, rows: Sequence[Mapping[str, Any]]) -> list[Complaint]:
    """What is wrong with the people of the staff file, by its columns."""
    staff = {"people": rows}
    wrong = [*_misfits(staff, Staff), *agreement.of_staff(staff)]
    return [
        dataclasses.replace(one, where=one.where.rpartition("people.")[2], file=register)
        for one in wrong
    ]


def _refuse(file: Path, *complaints: Complaint) -> None:
    if complaints:
        raise ConfigError(file, complaints)


def _with_full_paths(branch: Branch, file: Path) -> Branch:
    """The branch with paths that count from the configuration's folder: the customer directory's, the gateway's, the
    boards' slides, the printers' logos and the standards'. The older key `rules.directory` becomes `directory.file`."""

    def full(path: str | None) -> str | None:
        return str(file.parent / path) if path else None

    directory = dataclasses.replace(
        branch.directory,
        file=full(branch.directory.file or branch.rules.directory),
        token_file=full(branch.directory.token_file),
    )
    notices = dataclasses.replace(branch.notices, token_file=full(branch.notices.token_file))
    boards = tuple(dataclasses.replace(board, slides=full(board.slides)) for board in branch.boards)
    printers = tuple(
        dataclasses.replace(printer, logo=full(printer.logo)) for printer in branch.printers
    )
    rules = dataclasses.replace(branch.rules, directory=None)
    standards = dataclasses.replace(branch.standards, file=full(branch.standards.file))
    return dataclasses.replace(
        branch,
        directory=directory,
        notices=notices,
        rules=rules,
        boards=boards,
        printers=printers,
        standards=standards,
    )


# -- values of the wrong shape -------------------------------------------------------------------------
SHAPES: Mapping[str, Text] = {
    "missing": Text("a value (the key is missing)"),
    "unexpected_keyword_argument": agreement.NO_SUCH_KEY,
    "literal_error": Text("{expected}"),
    "enum": Text("{expected}"),
    "greater_than": Text("a number above {gt}"),
    "greater_than_equal": Text("a number of {ge} or more"),
    "less_than_equal": Text("a number of {le} or less"),
    "too_short": Text("at least {min_length}"),
    "finite_number": Text("a finite number"),
    "string_too_short": Text("some text"),
    "string_too_long": Text("at most {max_length} characters"),
    "string_type": Text("text in quotes"),
    "int_type": Text("a whole number"),
    "int_parsing": Text("a whole number"),
    "int_from_float": Text("a whole number"),
    "float_type": Text("a number"),
    "bool_type": Text("true or false"),
    "bool_parsing": Text("true or false"),
    "tuple_type": Text("a list [ ... ]"),
    "dataclass_type": Text("a table"),
    "time_parsing": Text("a time of day such as 09:00"),
    "span": Text('spans of the day in order, such as ["09:00-12:00", "13:30-17:00"]'),
    "time_type": Text("a time of day such as 09:00"),
    "float_parsing": Text("a number"),
    "date_type": Text("a day such as 2026-10-01"),
    "date_parsing": Text("a day such as 2026-10-01"),
    "date_from_datetime_parsing": Text("a day such as 2026-10-01"),
    "date_from_datetime_inexact": Text("a day such as 2026-10-01"),
    "network": Text("an address or network such as 127.0.0.1 or 10.1.0.0/16"),
    "listen": Text("HOST:PORT such as 0.0.0.0:8001"),
    "pattern": Text("a regular expression such as [A-Z0-9-]{6,40}"),
    "zoneinfo_str": Text("a time zone such as Asia/Shanghai"),
}


@cache
def _adapter(shape: type) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


def _misfits(raw: Mapping[str, Any], shape: type) -> list[Complaint]:
    try:
        _adapter(shape).validate_python(raw)
    except ValidationError as error:
        errors = error.errors()
        return [_from_pydantic(raw, e) for e in errors if not _is_echo(e, errors)]
    return []


def _is_echo(error: Any, errors: Sequence[Any]) -> bool:
    """Whether a list counts as too short only since an entry of it is wrong, which has a complaint of its own."""
    path = error["loc"]
    inside = (e["loc"] for e in errors if len(e["loc"]) > len(path))
    return error["type"] == "too_short" and any(loc[: len(path)] == path for loc in inside)


FURTHER = "further"
"""The field of a name that takes what the file has beside `zh` and `en`."""


def _from_pydantic(raw: Mapping[str, Any], error: Any) -> Complaint:
    path: tuple[Any, ...] = error["loc"]
    shape = SHAPES.get(error["type"], Text("{message}"))
    values = {"message": error["msg"], **error.get("ctx", {})}
    allowed = shape.with_(**values)
    value = "nothing" if error["type"] == "missing" else error["input"]
    return Complaint(
        ".".join(p for p in path if isinstance(p, str) and p != FURTHER),
        value,
        allowed,
        _entry(raw, path),
    )


def _entry(raw: Mapping[str, Any], path: tuple[Any, ...]) -> str:
    """The name of the list's entry that the path leads into; empty where it leads into no list."""
    n = next((n for n, step in enumerate(path) if isinstance(step, int)), None)
    if n is None:
        return ""
    entry: Any = raw
    for step in path[: n + 1]:
        entry = entry[step]
    return agreement.entry_name(entry, path[n] + 1)
