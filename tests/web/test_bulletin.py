"""The bulletin over HTTP: whose page it is, its files, and the way from a figure to its tickets."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from cast import Caller
from conftest import Server, serving
from openpyxl import load_workbook

from lobby.reports.measures import MEASURES


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    """The service-improvement office of a branch that served one customer."""
    with serving(tmp_path_factory.mktemp("bulletin") / "var") as server:
        manager = Caller(server)
        manager.issue("cash")
        manager.post("/counters/1/open")
        manager.post("/counters/1/next")
        manager.post("/counters/1/start")
        manager.post("/counters/1/finish")
        caller = Caller(server, "office")
        caller.session.headers["Accept-Language"] = "en"
        yield caller


@pytest.fixture
def day(office: Caller) -> str:
    return str(office.get("/hall")["day"])


def page(caller: Caller, path: str) -> str:
    answer = caller.session.get(f"{caller.url}{path}", timeout=20, allow_redirects=False)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.text


def test_every_measure_is_defined_in_the_readers_language(office: Caller) -> None:
    definitions = office.get("/measures")
    assert [measure["id"] for measure in definitions] == list(MEASURES)
    for measure in definitions:
        assert measure["name"]
        assert measure["population"]
        assert measure["formula"]
    chinese = office.ask("GET", "/measures", headers={"Accept-Language": "zh-CN"}).json()
    assert next(m["name"] for m in chinese if m["id"] == "late_share") == "超时等候率"


def test_a_figure_leads_to_its_tickets(office: Caller, day: str) -> None:
    report = office.get(f"/reports/day/{day}")
    assert report["measures"]["served"]["value"] == 1
    parts = office.get(f"/measures/served/tickets?from={day}&to={day}&counter=1")
    assert [ticket["number"] for ticket in parts["tickets"]] == ["A001"]
    assert office.get(f"/measures/served/tickets?from={day}&to={day}&counter=2")["total"] == 0
    unknown = office.ask("GET", f"/measures/nothing/tickets?from={day}&to={day}")
    assert unknown.status_code == 404


def test_figures_are_for_those_who_answer_for_them(office: Caller, day: str) -> None:
    server: Server = office.server
    for role in ("head", "inspector", "manager"):
        assert Caller(server, role).ask("GET", f"/reports/day/{day}").status_code == 200
    teller = Caller(server, "teller")
    assert teller.ask("GET", f"/reports/day/{day}").status_code == 403
    refused = teller.session.get(f"{server.url}/desk/bulletin", timeout=20)
    assert refused.status_code == 403


def test_the_page_has_each_definition_and_the_way_on(office: Caller, day: str) -> None:
    text = page(office, f"/desk/bulletin?span=day&date={day}")
    assert "Share that waited past the target" in text
    assert "longer than the target kept with the ticket" in text
    assert f"/desk/bulletin/parts?measure=served&amp;from={day}&amp;to={day}" in text
    assert "A001" in page(office, f"/desk/bulletin/parts?measure=served&from={day}&to={day}")
    for lang in ("zh", "ko"):
        page(office, f"/desk/bulletin?span=day&date={day}&lang={lang}")
    office.session.cookies.clear()
    for odd in ("span=year&date=x", f"span=month&date={day}", "date=0001-01-01"):
        page(office, f"/desk/bulletin?{odd}")


def test_files_say_the_same_as_the_report(office: Caller, day: str) -> None:
    figures = office.get(f"/reports/day/{day}")["measures"]
    base = f"{office.url}/desk/bulletin/file/day/{day}"
    document = office.session.get(f"{base}.json", timeout=20).json()
    assert document["measures"]["wait_p90_s"] == figures["wait_p90_s"]
    book = load_workbook(io.BytesIO(office.session.get(f"{base}.xlsx", timeout=20).content))
    values = {row[0].value: row[1].value for row in book["Figures"].iter_rows(min_row=2)}
    assert values["Customers served"] == 1
    formats = {row[0].value: row[1].number_format for row in book["Figures"].iter_rows(min_row=2)}
    assert (formats["Share that waited past the target"], formats["Customers served"]) == (
        "0.0%",
        "#,##0",
    )
    assert {row[5].value for row in book["Figures"].iter_rows(min_row=2)} >= {"share", "minutes"}
    assert values["Mean wait"] == pytest.approx(figures["wait_mean_s"]["value"] / 60, abs=1e-6)
    assert formats["Mean wait"] == "0.0"
    whole = office.session.get(f"{base}.html", timeout=20).text
    assert "<link" not in whole
    assert "src=" not in whole
    assert "%%" not in whole
    assert office.session.get(f"{base}.exe", timeout=20).status_code == 404
