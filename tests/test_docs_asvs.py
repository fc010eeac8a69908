"""docs/asvs.md: every requirement of levels 1 and 2 once, true counts, and nothing named that does not exist."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from conftest import ROOT

SECTIONS = (
    "V1.1:2 V1.2:9 V1.3:11 V1.4:3 V1.5:2 V2.1:3 V2.2:3 V2.3:4 V2.4:1 V3.2:2 V3.3:4 V3.4:6 V3.5:5 V3.7:2 V4.1:3 V4.2:1"
    " V4.3:2 V4.4:4 V5.1:1 V5.2:3 V5.3:2 V5.4:3 V6.1:3 V6.2:12 V6.3:4 V6.4:4 V6.5:5 V6.6:3 V6.8:4 V7.1:3 V7.2:4 V7.3:2"
    " V7.4:5 V7.5:2 V7.6:2 V8.1:2 V8.2:3 V8.3:1 V8.4:1 V9.1:3 V9.2:4 V10.1:2 V10.2:2 V10.3:4 V10.4:11 V10.5:5 V10.6:2"
    " V10.7:3 V11.1:2 V11.2:3 V11.3:3 V11.4:4 V11.5:1 V11.6:1 V12.1:3 V12.2:2 V12.3:4 V13.1:1 V13.2:5 V13.3:2 V13.4:5"
    " V14.1:2 V14.2:4 V14.3:3 V15.1:3 V15.2:3 V15.3:7 V16.1:1 V16.2:5 V16.3:4 V16.4:3 V16.5:3 V17.1:1 V17.2:4 V17.3:2"
)
"""A section, and how many of its requirements are of levels 1 and 2: in this standard they stand first."""
TEXT = (ROOT / "docs" / "asvs.md").read_text()
ROW = re.compile(r"^\| (V[\d.]+) \| ([^|]+) \| (\S+) \| (.+) \|$", re.MULTILINE)
NAMED = re.compile(r"`([\w./-]+\.(?:py|js|mjs|html|conf|md|toml))(?:(::?)(\w+))?`")
PLACES = re.compile(
    r"^[ ]*(?:async )?(?:def|class) (\w+)|^[ ]*(\w+)(?:: [^=\n]+)? = ", re.MULTILINE
)


def wanted() -> list[str]:
    counts = [section.split(":") for section in SECTIONS.split()]
    return [f"{section}.{n}" for section, count in counts for n in range(1, int(count) + 1)]


@cache
def names_in(path: str) -> set[str]:
    return {name for found in PLACES.findall((ROOT / path).read_text()) for name in found if name}


def test_every_requirement_stands_there_once() -> None:
    assert len(wanted()) == 253
    assert [row[0] for row in ROW.findall(TEXT)] == wanted()


def test_the_counts_are_those_of_the_rows() -> None:
    states = Counter(row[2] for row in ROW.findall(TEXT))
    told = f"{states['met']} met, {states['partly']} partly, {states['not']} not, {states['n.a.']} not applicable."
    assert f"253 requirements: {told}" in TEXT
    assert told in (ROOT / "docs" / "security.md").read_text()
    assert states.total() == sum(states[known] for known in ("met", "partly", "not", "n.a."))


def test_what_it_names_exists() -> None:
    missing = [
        path + sep + name
        for path, sep, name in NAMED.findall(TEXT)
        if not (ROOT / path).is_file()
        or (name and name not in names_in(path))
        or (sep == "::" and "test_" not in name)
    ]
    assert missing == []


def test_what_is_open_has_its_reason_in_security() -> None:
    security = (ROOT / "docs" / "security.md").read_text()
    opened = [row[0] for row in ROW.findall(TEXT) if row[2] in ("partly", "not")]
    assert [id for id in opened if id not in security] == []


def test_a_met_row_names_what_meets_it() -> None:
    bare = [
        row[0]
        for row in ROW.findall(TEXT)
        if row[2] == "met" and "`" not in row[3] and "](" not in row[3]
    ]
    assert len(bare) <= 20, bare
