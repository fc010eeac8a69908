"""The standards as they were: a bank changes a text and leaves the version, and the past keeps its words."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from conftest import Clock, examples
from hypothesis import given
from hypothesis import strategies as st
from test_inspections import Meetings
from test_standards import a_row, a_table

from lobby.branch.model import Branch
from lobby.branch.names import Name
from lobby.branch.standards import Standards
from lobby.engine.runtime import BranchRuntime, open_branch
from lobby.standards.model import Catalogue
from lobby.standards.reading import catalogue_of
from lobby.standards.record import digest_of, from_json, to_json
from staff.standards import archive

DAY = date(2026, 3, 2)


class Bank:
    """A branch whose bank writes standards of its own, all under one version."""

    def __init__(self, branch: Branch, folder: Path, clock: Clock) -> None:
        self.branch = branch
        self.folder = folder
        self.clock = clock

    def opened(self, text: str) -> BranchRuntime:
        """The branch, started with this text of its only standard."""
        folder = self.folder / text
        folder.mkdir(exist_ok=True)
        file = a_table(folder, a_row(content_en=text))
        branch = replace(self.branch, standards=Standards(file=str(file), extends=False))
        return open_branch(branch, self.folder, "http://x", self.clock)


@pytest.fixture
def bank(branch: Branch, tmp_path: Path, clock: Clock) -> Bank:
    return Bank(branch, tmp_path, clock)


def catalogues(runtime: BranchRuntime) -> list[str]:
    """The digests that the journal tells of, in order."""
    query = "SELECT data ->> 'digest' AS digest FROM event WHERE kind = 'CatalogueChanged'"
    return [row["digest"] for row in runtime._journal.db.query(query)]


def evidence(runtime: BranchRuntime) -> bytes:
    return archive.made(runtime.branch, runtime.data, runtime.database, DAY, DAY)


def looked_at(runtime: BranchRuntime) -> str:
    """The id of an inspection in which somebody looked at the standard."""
    meetings = Meetings(runtime)
    id = meetings.begin()
    meetings.mark(id, meetings.state(id).items[0].id)
    meetings.end(id)
    return id


def test_a_changed_text_leaves_last_months_evidence_as_it_was(bank: Bank) -> None:
    before = bank.opened("The floor is dry")
    digest = Meetings(before).state(looked_at(before)).digest
    before.close()
    then = evidence(before)
    bank.clock.forward(days=31)
    after = bank.opened("The floor is dry and clean")
    looked_at(after)
    after.close()
    assert after.standards.version == before.standards.version
    assert evidence(after) == then
    with zipfile.ZipFile(io.BytesIO(then)) as opened:
        rows = csv.DictReader(io.StringIO(opened.read("marks.csv").decode("utf-8-sig")))
        assert [row["content_en"] for row in rows] == ["The floor is dry"]
    [item] = after.standards_named(digest).standards
    assert item.content.en == "The floor is dry"


def test_a_start_tells_of_the_standards_only_where_they_changed(bank: Bank) -> None:
    texts = ["one", "one", "two", "two", "one"]
    for text in texts:
        runtime = bank.opened(text)
        bank.clock.forward(hours=1)
        Meetings(runtime).begin()
        told = catalogues(runtime)
        runtime.close()
    assert len(told) == 3
    assert told[0] == told[2] == digest_of(runtime.standards)


def test_an_inspection_of_an_older_journal_has_the_first_words_that_are_known(bank: Bank) -> None:
    for text in ("one", "two"):
        runtime = bank.opened(text)
        Meetings(runtime).begin()
        runtime.close()
    assert [one.content.en for one in runtime.standards_named("").standards] == ["one"]


SHIPPED = catalogue_of(Standards())
WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20)


@examples(30)
@given(at=st.integers(0, len(SHIPPED.standards) - 1), words=WORDS)
def test_what_the_journal_keeps_is_the_catalogue_and_its_digest_tells_each_text(
    at: int, words: str
) -> None:
    standards = list(SHIPPED.standards)
    standards[at] = replace(standards[at], evidence=Name(words, words))
    catalogue = Catalogue(SHIPPED.version, tuple(standards))
    kept = json.loads(json.dumps(to_json(catalogue)))
    assert from_json(catalogue.version, kept) == catalogue
    assert digest_of(catalogue) != digest_of(SHIPPED)
