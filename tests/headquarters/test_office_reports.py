"""The province's reports over HTTP and on pages: who may ask for which, and what is told without figures or the
database."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests
from conftest import until
from office import BUSY, Caller, Office, office_of, province
from openpyxl import load_workbook
from psycopg.types.json import Json
from report_rows import DAY, write_figures

from cli import main
from headquarters.config import ZONE
from headquarters.engines.engines import Postgres
from headquarters.reports.parts import kept_under

server = None
"""Starts processes."""
REPORT = f"/reports/day/{DAY}"
COMPARISON = f"/comparisons/day/{DAY}?measure=late_share"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Iterator[Office]:
    with office_of(tmp_path_factory.mktemp("office"), postgres, province(12)) as running:
        write_figures(running.database, running.codes)
        yield running


@pytest.fixture
def caller(office: Office) -> Caller:
    return office.as_("office")


def test_a_report_is_of_all_branches_and_says_so(caller: Caller) -> None:
    made = caller.get(REPORT).json()
    assert made["measures"]["tickets"]["value"] == 12_000
    assert set(made["measures"]["tickets"]["by"]["unit"]) == {"c0", "c1", "c2"}
    assert made["completeness"]["branches"] == 12


def test_a_report_can_be_of_a_unit_and_of_a_branch(caller: Caller) -> None:
    assert caller.get(f"{REPORT}?unit=c0").json()["measures"]["tickets"]["value"] == 4_000
    assert caller.get(f"{REPORT}?branch=4400").json()["measures"]["tickets"]["value"] == 1_000
    assert caller.get(f"{REPORT}?unit=x").status_code == 404
    assert caller.get(f"{REPORT}?branch=9999").status_code == 404
    assert caller.get("/reports/year/2026-03-02").status_code == 422
    assert caller.get("/reports/day/1899-03-02").status_code == 422


def test_branches_are_compared_by_shares_alone(caller: Caller) -> None:
    made = caller.get(COMPARISON).json()
    assert made["help"][0] == "4403"
    assert len(made["rows"]) == 12
    assert caller.get(f"/comparisons/day/{DAY}?measure=tickets").status_code == 404
    assert caller.get(f"/comparisons/day/{DAY}").status_code == 422


def test_a_figure_has_its_days_as_a_chart(caller: Caller) -> None:
    made = caller.get(f"/charts/late_share/{DAY}?unit=c0").json()
    assert len(made["days"]) == len(made["values"]) == 20
    assert made["lo"] < made["mean"] < made["hi"]
    assert caller.get(f"/charts/wait_p90_s/{DAY}").status_code == 404


def test_today_is_in_a_chart_what_it_is_in_the_report(office: Office, caller: Caller) -> None:
    """The month of today's figures is put together a minute later: a page has no two numbers of one thing."""
    today = datetime.now(ZONE).date().isoformat()
    of_today = "FROM figures_month WHERE branch = '4400' AND month = %s"
    with psycopg.connect(office.database, autocommit=True) as db:
        before = db.execute(f"SELECT days {of_today}", [today[:7]]).fetchall()
        db.execute(
            "INSERT INTO figures SELECT branch, %s, made_at, until, false, document, histograms FROM figures"
            " WHERE day = %s AND branch = '4400' ON CONFLICT DO NOTHING",
            [today, DAY],
        )
        db.execute(
            "UPDATE figures_month SET days = days - %s WHERE branch = '4400' AND month = %s",
            [today, today[:7]],
        )
        running = caller.get(f"/charts/tickets/{today}?branch=4400").json()["running"]
        told = caller.get(f"/reports/day/{today}?branch=4400").json()["measures"]["tickets"]
        for (days,) in before:
            db.execute(
                "UPDATE figures_month SET days = %s WHERE branch = '4400' AND month = %s",
                [Json(days), today[:7]],
            )
    assert running == {"day": today, "value": told["value"]}


def test_who_is_bound_to_a_unit_has_reports_of_what_is_below_it(office: Office) -> None:
    bound = office.as_("head", "c1")
    assert bound.get(REPORT).json()["measures"]["tickets"]["value"] == 4_000
    assert {row["branch"] for row in bound.get(COMPARISON).json()["rows"]} == set(office.codes[4:8])
    assert bound.get(f"{REPORT}?unit=c0").status_code == 403
    assert bound.get(f"{REPORT}?branch=4400").status_code == 403


def test_measures_are_defined_in_the_readers_language(caller: Caller) -> None:
    defined = {one["id"]: one for one in caller.get("/measures").json()}
    assert {"name", "unit", "population", "formula"} <= set(defined["late_share"])


def page(office: Office, path: str, role: str = "office") -> str:
    session = office.as_(role).session
    answer = session.get(f"{office.url}{path}", headers={"Accept": "text/html"}, timeout=20)
    assert answer.ok, answer.text
    return answer.text


def test_a_period_without_figures_says_what_to_do(office: Office) -> None:
    empty = (date.fromisoformat(DAY) - timedelta(days=300)).isoformat()
    for path in (f"/bulletin?date={empty}", f"/comparison?date={empty}"):
        assert "No branch has figures of this period" in page(office, path)


def test_a_period_in_which_nobody_has_figures_is_not_complete(
    office: Office, caller: Caller
) -> None:
    """All branches have gone on since, so that none is behind."""
    empty = (date.fromisoformat(DAY) - timedelta(days=200)).isoformat()
    said = "none of 12 branches has figures of this period"
    with psycopg.connect(office.database, autocommit=True) as db:
        db.execute("UPDATE branch SET derived_until = now()")
        for path in (f"/bulletin?date={empty}", f"/comparison?date={empty}"):
            assert f'<p class="complete partly">{said}</p>' in page(office, path)
        complete = caller.get(f"/reports/day/{empty}").json()["completeness"]
        as_json = taken(caller, f"/day/{empty}.json").json()
        as_html = taken(caller, f"/day/{empty}.html").text
        book = sheets(taken(caller, f"/day/{empty}.xlsx").content)
        db.execute("UPDATE branch SET derived_until = NULL")
    assert (complete["present"], complete["with_figures"]) == (12, 0)
    assert not complete["complete"]
    assert not as_json["final"]
    assert as_json["completeness_said"]["en"] == said
    assert f'<p class="partly">{said}</p>' in as_html
    assert said in {cell for rows in book.values() for row in rows for cell in row}


def test_from_a_comparison_one_asks_a_branch_that_needs_help_for_an_action(office: Office) -> None:
    path = f"/comparison?span=day&date={DAY}&measure=late_share"
    link = re.search(r'href="(/instructions\?branch=4403[^"]*)"', page(office, path))
    assert link
    asked = page(office, html.unescape(link[1]))
    assert '<option value="branch:4403" selected>' in asked
    assert re.search(r'<option value="late_share" data-way="less" selected>', asked)
    assert "/instructions?branch=" not in page(office, path, "inspector")


COMPARED = f"/comparison?span=day&date={DAY}&measure=late_share"


def test_a_comparison_says_where_the_limits_are_wider_than_those_of_chance(office: Office) -> None:
    """Days of which a quarter and three quarters were late: no chance makes such days in turn."""
    words = "The branches&#39; days differ by more than chance explains"
    assert words not in page(office, COMPARED)
    with psycopg.connect(office.database, autocommit=True) as db:
        before = db.execute("SELECT branch, month, days FROM figures_month").fetchall()
        for branch, month, days in before:
            swinging = {day: _swinging(n, of_day) for n, (day, of_day) in enumerate(days.items())}
            write_days(db, branch, month, swinging)
        made = office.as_("office").get(COMPARISON).json()
        shown = page(office, COMPARED)
        for row in before:
            write_days(db, *row)
    assert made["dispersion"] > 1
    assert f"the limits are {made['dispersion'] ** 0.5:.1f} times as wide" in shown
    assert words in shown


def _swinging(n: int, of_day: dict[str, Any]) -> dict[str, Any]:
    share = (0.25, 0.75)[n % 2]
    return {
        id: [of[0], round(share * of[0])] if id == kept_under("late_share") else of
        for id, of in of_day.items()
    }


def write_days(db: psycopg.Connection, branch: str, month: str, days: dict[str, Any]) -> None:
    db.execute(
        "UPDATE figures_month SET days = %s WHERE branch = %s AND month = %s",
        [Json(days), branch, month],
    )


def test_the_funnel_names_its_lines_and_axes_and_the_verdict_comes_first(office: Office) -> None:
    shown = page(office, COMPARED)
    for words in ("99.8 % limits", "95 % limits", "Number of customers", "value over what is"):
        assert words in shown
    heads = re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', shown)
    assert heads[:3] == ["Branch", "Among the others", "Sample size"]


@pytest.mark.parametrize("path", ["bulletin", "comparison"])
def test_a_page_names_whose_past_is_still_on_its_way(office: Office, path: str) -> None:
    """One that joins has its last days before its past."""
    with psycopg.connect(office.database, autocommit=True) as db:
        db.execute("INSERT INTO branch (code) VALUES ('4400') ON CONFLICT DO NOTHING")
        with db.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO early (branch, epoch, seq, at, kind, v, actor, data, hash)"
                " VALUES ('4400', 1, %s, %s, '', 1, '', '{}', '')",
                [(seq, f"{DAY}T00:00:00.000000+00:00") for seq in (1, 2)],
            )
        said = page(office, f"/{path}?span=day&date={DAY}")
        db.execute("DELETE FROM early")
    assert "before the period are still on their way" in said


def test_a_page_is_asked_for_by_its_address_alone(office: Office) -> None:
    assert "4,000" in page(office, f"/bulletin?span=day&date={DAY}&unit=c2")
    for nonsense in ("span=x&date=x", "date=0001-01-01", "measure=x"):
        assert page(office, f"/comparison?{nonsense}")


def test_without_the_database_a_report_is_refused_in_words(tmp_path: Path) -> None:
    with Postgres(tmp_path / "pg") as engine, office_of(tmp_path, engine, province(3)) as office:
        office.says("4400", **BUSY)
        caller = office.as_("office")
        until(lambda: caller.get(REPORT).ok, "the first report")
        engine.kill()
        answer = caller.get(REPORT)
        assert answer.status_code == 503
        assert answer.json()["detail"].startswith("The database of headquarters does not answer")
        shown = caller.session.get(
            f"{office.url}/bulletin", headers={"Accept": "text/html"}, timeout=20
        )
        assert shown.status_code == 503
        assert "The database of headquarters does not answer" in shown.text
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(engine.url, connect_timeout=2)
        assert requests.get(f"{office.url}/healthz", timeout=30).ok


# -- files ------------------------------------------------------------------------------------------------
def taken(caller: Caller, path: str) -> requests.Response:
    return caller.session.get(f"{caller.url}/bulletin/file{path}", timeout=20)


def sheets(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    book = load_workbook(io.BytesIO(content), read_only=True)
    return {sheet.title: [*sheet.iter_rows(values_only=True)] for sheet in book.worksheets}


def test_each_file_has_the_figures_and_how_complete_they_are(caller: Caller) -> None:
    made = caller.get(REPORT).json()
    as_json = taken(caller, f"/day/{DAY}.json").json()
    assert as_json["measures"] == made["measures"]
    assert as_json["completeness"]["branches"] == 12
    assert as_json["final"] == made["completeness"]["complete"]
    said = as_json["completeness_said"]["zh"]
    html = taken(caller, f"/day/{DAY}.html")
    assert html.headers["Content-Disposition"].endswith(f'"bulletin-day-{DAY}.html"')
    lang = "zh" if said in html.text else "en"
    assert as_json["completeness_said"][lang] in html.text
    assert "12,000" in html.text
    assert "%%" not in html.text
    assert "<link" not in html.text
    book = sheets(taken(caller, f"/day/{DAY}.xlsx").content)
    cells = {cell for rows in book.values() for row in rows for cell in row}
    assert as_json["completeness_said"][lang] in cells
    assert 12_000 in cells
    assert {"解放路支行", "Jiefang Road"} & cells


def test_of_a_period_that_has_not_begun_nobody_is_in(office: Office) -> None:
    for code in office.codes:
        office.says(code, **BUSY)
    complete = office.as_("office").get("/reports/day/2100-01-01").json()["completeness"]
    assert (complete["present"], complete["until"], complete["complete"]) == (0, None, False)
    assert len(complete["missing"]) == 12


def test_a_file_is_of_what_its_reader_may_see(office: Office) -> None:
    caller = office.as_("office")
    assert taken(caller, f"/day/{DAY}.json?unit=c0").json()["measures"]["tickets"]["value"] == 4_000
    for nothing in (f"/year/{DAY}.json", f"/day/{DAY}.pdf", "/day/x.json", "/day/0001-01-01.json"):
        assert taken(caller, nothing).status_code == 404
    bound = office.as_("head", "c1")
    own = taken(bound, f"/day/{DAY}.json").json()
    assert own["measures"]["tickets"]["value"] == 4_000
    assert set(own["names"]["unit"]) == {"c1"}
    assert set(own["names"]["branch"]) == set(office.codes[4:8])
    assert taken(bound, f"/day/{DAY}.json?unit=c0").status_code == 403
    assert requests.get(f"{office.url}/bulletin/file/day/{DAY}.json", timeout=30).status_code == 401


def test_the_command_writes_what_the_page_gives(
    office: Office, caller: Caller, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = ["--config", str(office.data.parent / "hq.toml"), "--date", DAY]
    assert main(["hq", "bulletin", "day", *config, "--folder", str(tmp_path), "--lang", "en"]) == 0
    written = {file.suffix: file for file in tmp_path.iterdir()}
    assert sorted(written) == [".html", ".json", ".xlsx"]
    own = json.loads(written[".json"].read_text())
    assert own["measures"] == taken(caller, f"/day/{DAY}.json").json()["measures"]
    capsys.readouterr()
    assert main(["hq", "bulletin", "month", *config, "--lang", "zh", "--unit", "c0"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("南城市分行 · ")
    assert main(["hq", "bulletin", "day", *config, "--unit", "nowhere"]) == 2
    assert main(["hq", "bulletin", "day", *config, "--out", "x.pdf"]) == 2
    assert "There is no unit nowhere" in capsys.readouterr().err
    (tmp_path / "d.html").mkdir()
    for out, says in (
        (tmp_path / "none" / "x.xlsx", "there is no folder"),
        (tmp_path / "d.html", "is a folder"),
    ):
        assert main(["hq", "bulletin", "day", *config, "--out", str(out)]) == 2
        assert says in capsys.readouterr().err
    assert not [*tmp_path.glob("*.new")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", "nonsense")
        assert main(["hq", "bulletin", "day", *config]) == 2
    assert "an address of a database such as postgresql:" in capsys.readouterr().err
