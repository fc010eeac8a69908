"""The office sends a configuration from headquarters' page: a folder is chosen, checked, and sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from office import Office, office_of, province
from states.state import sign_in

from headquarters.deriving.nouns import create_tables
from headquarters.engines.engines import Postgres

Open = Callable[..., Any]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Iterator[Office]:
    with office_of(tmp_path_factory.mktemp("office"), postgres, province(6)) as running:
        with psycopg.connect(running.database, autocommit=True) as db:
            create_tables(db)
        yield running


def folder(place: Path, tables: str, slides: int = 1) -> Path:
    """With another number of files: the page takes the same form, sent again at once, for an echo."""
    (place / "wall").mkdir(parents=True)
    for n in range(slides):
        (place / "wall" / f"{n}.txt").write_text("春节安排\n\nNew Year")
    (place / ".hidden").write_text("of the system")
    (place / "province.toml").write_text(tables)
    return place


def test_a_folder_is_checked_then_sent(page_at: Open, office: Office, tmp_path: Path) -> None:
    page = page_at(f"{office.url}/instructions?lang=en", 1280, 900)
    sign_in(page, "office")
    page.wait_for_selector("body[data-ready]")
    page.get_by_text("Send a configuration").click()
    whole = folder(
        tmp_path / "a", 'version = "2026-12"\nslides = "wall"\n[rules]\nrecall_max = 2\n'
    )
    page.set_input_files("#configure [name=folder]", whole)
    page.get_by_role("button", name="Check only").click()
    page.get_by_text("Version 2026-12 may be sent: rules, 0.txt").wait_for()

    (whole / "province.toml").write_text('version = "2026-14"\n[rules]\nrecall_max = 2\n')
    page.locator("#configure [name=check]:not(.resting)").click()
    page.locator("#problem", has_text="choose the folder again").wait_for()

    page.set_input_files(
        "#configure [name=folder]", folder(tmp_path / "b", 'version = "1"\n[hours]\n', 2)
    )
    page.locator("#configure button.primary:not(.resting)").click()
    page.locator("#problem", has_text="each branch's own").wait_for()

    fits = 'version = "2026-13"\n[rules]\nrecall_max = 2\n'
    page.set_input_files("#configure [name=folder]", folder(tmp_path / "c", fits, 3))
    page.locator("#configure button.primary:not(.resting)").click()
    page.locator("#sent").get_by_text("Version 2026-13").wait_for()
    page.locator("#sent li", has_text="Version 2026-13").get_by_text("0/6").first.wait_for()
