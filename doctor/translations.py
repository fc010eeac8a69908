"""The catalogues of further languages: how much of the texts each has, and its faults."""

from __future__ import annotations

from pathlib import Path

from doctor.finding import Finding, Findings, Say
from lobby.catalogues import OWN, Catalogue, Key, read_catalogues
from lobby.texts import FOLDER, Text

TOPIC = "translations"


def findings(data: Path, say: Say) -> Findings:
    shipped = [*read_catalogues(FOLDER)]
    on_screens = frozenset.intersection(*(catalogue.texts for catalogue in shipped))
    for catalogue in (*shipped, *read_catalogues(data / OWN)):
        yield from _catalogue(catalogue, on_screens, say)


def _catalogue(catalogue: Catalogue, on_screens: frozenset[Key], say: Say) -> Findings:
    """`on_screens`: the texts that every shipped catalogue has. Sentences of the command line do not count."""
    if catalogue.compiled:
        translated = Text(
            "{lang}: {count} of {total} texts ({file})",
            lang=catalogue.lang,
            count=len(catalogue.texts & on_screens),
            total=len(on_screens),
            file=catalogue.file,
        )
        yield Finding(TOPIC, "ok", say(translated))
    for fault in catalogue.faults:
        yield Finding(TOPIC, "warn", f"{catalogue.file}: {say(fault)}")
