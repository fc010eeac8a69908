"""The province's bulletin as files: a page of HTML that needs nothing else, a workbook, JSON, and text for a terminal.
How complete it is stands in each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader

from headquarters.bulletin.document import BRANCH, HEAD, UNIT, Document, Line, Row
from headquarters.bulletin.made import Bulletin
from headquarters.reports.words import completeness_said
from lobby.reports.groups import KEYS
from lobby.reports.measure import definition
from lobby.reports.measures import MEASURES
from lobby.texts import Text, by_language, tag
from web.sheets import DAYS, FIGURES, GROUPS, UNITS, Number, Sheet, Values, workbook_of

ROOT = Path(__file__).parents[2]
OF = {**KEYS, BRANCH: Text("Branch"), UNIT: Text("Organisation")}
"""What groups are of."""
SAID = (Text("Summary"), Text("Value"), Text("Unit"))


@cache
def _templates() -> Environment:
    folders = {name: FileSystemLoader(ROOT / name) for name in ("headquarters", "web")}
    shared = FileSystemLoader(ROOT / "web/templates")
    return Environment(loader=ChoiceLoader([PrefixLoader(folders), shared]), autoescape=True)


def _words(lang: str, english: str, **fields: object) -> str:
    """`_()` of the templates."""
    return Text(english).in_(lang) % fields


def page(bulletin: Bulletin, lang: str) -> str:
    """For mail, archive and paper."""
    template = _templates().get_template("headquarters/bulletin/file.html")
    return template.render(
        doc=Document(bulletin, lang), _=partial(_words, lang), html_lang=tag(lang)
    )


def text(bulletin: Bulletin, lang: str) -> str:
    """Plain text for a terminal."""
    document = Document(bulletin, lang)
    parts = [
        [f"{document.place} · {document.title}", *document.reservations],
        [_said(document, line) for line in document.lines],
        [_row(document, row) for row in document.of_units],
        [_row(document, row) for row in document.of_branches],
        [_titled(document, chart.name, chart.words) for chart in document.charts],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _said(document: Document, line: Line) -> str:
    interval = f" ({line.interval})" if line.interval else ""
    return _titled(document, line.name, f"{line.value}{interval}")


def _row(document: Document, row: Row) -> str:
    cells = zip(document.columns, row.cells, strict=True)
    return _titled(document, row.name, "; ".join(f"{column} {cell}" for column, cell in cells))


def _titled(document: Document, name: str, words: str) -> str:
    return Text("{name}: {words}", name=name, words=words).in_(document.lang)


def as_json(bulletin: Bulletin, _lang: str = "") -> str:
    """The report as the API has it, with whose it is, and its completeness as a sentence in every language."""
    document: dict[str, Any] = {
        **bulletin.report,
        "place": by_language(bulletin.place),
        "unit": bulletin.unit,
        "span": bulletin.span,
        "made_at": bulletin.made_at.isoformat(timespec="seconds"),
        "final": bulletin.final,
        "completeness_said": by_language(completeness_said(bulletin.report["completeness"])),
        "changes": {id: chart["verdict"] for id, chart in bulletin.charts.items()},
        "names": {
            BRANCH: dict(bulletin.branches),
            UNIT: dict(bulletin.units),
            **bulletin.groups,
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


# -- a workbook -------------------------------------------------------------------------------------------
def workbook(bulletin: Bulletin, lang: str) -> bytes:
    document = Document(bulletin, lang)
    sheets: tuple[Sheet, ...] = (
        (Text("Summary"), SAID, _summary(document)),
        (Text("Figures"), FIGURES, _figures(bulletin, lang)),
        (Text("Groups"), GROUPS, _groups(document)),
        (Text("Days"), DAYS, _days(bulletin, lang)),
    )
    return workbook_of(sheets, lang)


def _summary(document: Document) -> Iterator[Values]:
    yield document.place, document.title
    yield Text("made at").in_(document.lang), document.made_at
    yield from ((words, "") for words in document.reservations)
    for id in HEAD:
        unit = MEASURES[id].unit
        value = Number(document.bulletin.report["measures"][id]["value"], unit)
        yield MEASURES[id].name.in_(document.lang), value, UNITS[unit].in_(document.lang)
    yield from ((_titled(document, chart.name, chart.words), "") for chart in document.charts)


def _figures(bulletin: Bulletin, lang: str) -> Iterable[Values]:
    for id, figure in bulletin.report["measures"].items():
        unit = MEASURES[id].unit
        words = definition(MEASURES[id], lang)
        bounds = Number(figure.get("lo"), unit), Number(figure.get("hi"), unit)
        yield (
            *(words["name"], Number(figure["value"], unit), figure["n"], *bounds),
            *(UNITS[unit].in_(lang), words["population"], words["formula"]),
        )


def _groups(document: Document) -> Iterable[Values]:
    lang = document.lang
    for id, figure in document.bulletin.report["measures"].items():
        measure = MEASURES[id]
        name = measure.name.in_(lang)
        for key, groups in figure.get("by", {}).items():
            words = OF[key].in_(lang) if key in OF else key
            for group, part in groups.items():
                value = Number(part["value"], measure.unit)
                named = document.group(key, group)
                yield name, value, part["n"], words, named, UNITS[measure.unit].in_(lang)


def _days(bulletin: Bulletin, lang: str) -> Iterable[Values]:
    for id, chart in bulletin.charts.items():
        measure = MEASURES[id]
        unit = measure.unit
        for day, value in zip(chart["days"], chart["values"], strict=True):
            yield measure.name.in_(lang), Number(value, unit), day, UNITS[unit].in_(lang)


FILES: Mapping[str, tuple[str, Callable[[Bulletin, str], str | bytes]]] = {
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook),
    "html": ("text/html; charset=utf-8", page),
    "json": ("application/json", as_json),
}
"""By the end of a file's name: its type, and what makes it."""


def file_name(bulletin: Bulletin, form: str) -> str:
    below = f"-{bulletin.unit}" if bulletin.unit else ""
    return f"bulletin-{bulletin.span}-{bulletin.first}{below}.{form}"
