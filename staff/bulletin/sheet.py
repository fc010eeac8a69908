"""A bulletin as a workbook for Excel: figures are numbers, each beside its definition."""

from __future__ import annotations

from collections.abc import Iterable

from lobby.reports.bulletin import Bulletin
from lobby.reports.groups import KEYS
from lobby.reports.measure import definition
from lobby.reports.measures import MEASURES
from lobby.texts import Text
from staff.bulletin.document import Document
from staff.bulletin.words import group_words
from web.sheets import DAYS, FIGURES, GROUPS, UNITS, Number, Sheet, Values, workbook_of


def workbook(bulletin: Bulletin, lang: str) -> bytes:
    """The file's bytes."""
    return workbook_of(_sheets(bulletin, lang), lang)


SAID = (Text("What went wrong"), Text("Who does what about it"))


def _sheets(bulletin: Bulletin, lang: str) -> Iterable[Sheet]:
    return (
        (Text("Summary"), SAID, _said(bulletin, lang)),
        (Text("Figures"), FIGURES, _figures(bulletin, lang)),
        (Text("Groups"), GROUPS, _groups(bulletin, lang)),
        (Text("Days"), DAYS, _days(bulletin, lang)),
    )


def _said(bulletin: Bulletin, lang: str) -> Iterable[Values]:
    document = Document(bulletin, lang, leads=False)
    yield document.branch, document.title
    yield from ((words, "") for words in document.reservations)
    yield from ((f.text.in_(lang), document.answers(f)) for f in bulletin.findings)
    for section in bulletin.sections:
        yield from ((section.title.in_(lang), document.entry(entry)) for entry in section.entries)
    for chart in bulletin.charts:
        yield f"{chart.measure.name.in_(lang)}: {document.verdict(chart)}", ""


def _figures(bulletin: Bulletin, lang: str) -> Iterable[Values]:
    for id, figure in bulletin.report["measures"].items():
        unit = MEASURES[id].unit
        words = definition(MEASURES[id], lang)
        value = Number(figure["value"], unit)
        bounds = Number(figure.get("lo"), unit), Number(figure.get("hi"), unit)
        yield (
            *(words["name"], value, figure["n"], *bounds),
            *(UNITS[unit].in_(lang), words["population"], words["formula"]),
        )


def _groups(bulletin: Bulletin, lang: str) -> Iterable[Values]:
    document = Document(bulletin, lang, leads=False)
    for id, figure in bulletin.report["measures"].items():
        measure = MEASURES[id]
        for key, groups in figure.get("by", {}).items():
            for group, part in groups.items():
                name = group_words(bulletin.branch, key, group, lang)
                value = Number(document.told(measure, part), measure.unit)
                said = measure.name.in_(lang), value, part["n"]
                yield *said, KEYS[key].in_(lang), name, UNITS[measure.unit].in_(lang)


def _days(bulletin: Bulletin, lang: str) -> Iterable[Values]:
    for chart in bulletin.charts:
        unit = chart.measure.unit
        for day, value in zip(chart.days, chart.values, strict=True):
            name = chart.measure.name.in_(lang)
            yield name, Number(value, unit), day, UNITS[unit].in_(lang)
