"""Reads the register of staff from a CSV file, also from one that Excel saved."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from lobby.branch.excel import read_text
from lobby.branch.person import ROLES

COLUMNS = {
    "number": "number", "name": "name", "roles": "roles", "unit": "unit",
    "工号": "number", "姓名": "name", "角色": "roles", "部门": "unit",
}  # fmt: skip
REQUIRED = {"number", "name", "roles"}
BETWEEN_ROLES = re.compile(r"[\s,，、;；/|]+")
ROLE_WORDS: dict[str, str] = {
    **dict(zip(ROLES, ROLES, strict=True)),
    "柜员": "teller", "大堂经理": "manager", "系统管理员": "admin",
    "网点负责人": "head", "服务管理部门": "office", "检查员": "inspector",
}  # fmt: skip
"""The file's own words, as docs/configuration.md has them: no catalogue changes what a file means."""


def read_people(path: Path) -> list[dict[str, Any]]:
    """The file's rows as `[[staff.people]]` would have them. The configuration's reader checks their values.

    Raises ValueError for a file that is no such table; OSError when it cannot be read.
    """
    try:
        rows = [
            row
            for row in csv.reader(read_text(path).splitlines())
            if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        raise ValueError(f"{path}: no CSV: {error}") from error
    columns = [COLUMNS.get(cell.strip().lower(), "") for cell in rows[0]] if rows else []
    if not set(columns) >= REQUIRED:
        raise ValueError(
            f"{path}: the first line must be number,name,roles,unit or 工号,姓名,角色,部门"
        )
    if len(rows) == 1:
        raise ValueError(f"{path}: nobody stands below the first line")
    return [dict(_person(columns, row)) for row in rows[1:]]


def _person(columns: Sequence[str], row: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """The row's values by key. A column of another name is the bank's own and ignored."""
    for column, cell in zip(columns, row, strict=False):
        if column == "roles":
            yield column, list(_roles(cell))
        elif column:
            yield column, cell.strip()


def _roles(cell: str) -> Iterator[str]:
    """Each role's id; a word that names no role stays, so that the configuration's reader complains of it."""
    for word in BETWEEN_ROLES.split(cell.strip()):
        if word:
            yield ROLE_WORDS.get(word.lower(), word)
