"""The evidence file 迎检资料包 for an outside assessment: by standard what shows it, and the points claimed, at risk
and lost, as one archive with an index. The same days of the same journal give the same bytes."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

from lobby.branch.model import Branch
from lobby.events.inspection import Picture
from lobby.events.personal import Missing, Reveal
from lobby.journal.catalogues import catalogue_named
from lobby.journal.photos import photo
from lobby.reports.cells import cell
from lobby.reports.day_facts import Database
from lobby.reports.reading import reading
from lobby.reports.standing import Claim, Row, Standing, Standings, standings_of
from lobby.standards.model import COLUMNS, METHODS, MODULES, Catalogue, Column
from lobby.texts import Readable, Text, tag
from lobby.views.personal import MISSING

MARKS = (
    "SELECT day, occasion, catalogue, digest, item, module, evaluation, points, self_first, peer_first, verdict, looks,"
    " coachings, photo, left_out, differing, owner, due, settled_at, marked_at FROM inspection_item"
    " WHERE day BETWEEN ? AND ? ORDER BY day, id"
)
MADE_AT = (1980, 1, 1, 0, 0, 0)
"""The instant of each file in the archive: the earliest that the format has, so that no clock is in it."""
CLAIMS: Mapping[Claim, Text] = {
    Claim.CLAIMED: Text("claimed"),
    Claim.AT_RISK: Text("at risk"),
    Claim.GAP: Text("gap"),
    Claim.PENDING: Text("not due yet"),
    Claim.ABSENT: Text("does not apply"),
}
SUMS = "SHA256SUMS"
PAGES = {"index.html": "zh", "index.en.html": "en"}


def evidence(
    branch: Branch,
    catalogue: Catalogue,
    data: Path,
    database: Path,
    first: date,
    last: date,
    reveal: Reveal,
) -> bytes:
    """The archive of these days, in the words that the standards had then; of `catalogue` where the journal has none.
    Reads the disk."""
    standings = standings_of(branch, catalogue, database, first, last)
    with reading(database) as db:
        rows = list(db.query(MARKS, [first.isoformat(), last.isoformat()]))
        marks = list(_worded(db, rows, catalogue))
    tables = {
        "standards.csv": _csv(_standards(standings)),
        "marks.csv": _csv(marks),
        "proofs.csv": _csv(_failed(standings)),
    }
    photos = _photos(data, standings, reveal)
    missing = {name: why for name, why in photos.items() if isinstance(why, Missing)}
    pages = {
        name: Index(branch, standings, missing, lang).page([*tables, SUMS]).encode()
        for name, lang in PAGES.items()
    }
    pictures = {name: photo for name, photo in photos.items() if not isinstance(photo, Missing)}
    files = {**pages, **tables, **pictures}
    return _archive({**files, SUMS: _sums(files)})


def _archive(files: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, MADE_AT), files[name], zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _sums(files: Mapping[str, bytes]) -> bytes:
    """As `sha256sum --check` reads it."""
    lines = [f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)]
    return "".join(lines).encode()


def _photos(data: Path, standings: Standings, reveal: Reveal) -> dict[str, bytes | Missing]:
    """By name in the archive, each photo, or why it cannot be seen."""
    pictures = [picture for standing in standings.standings for picture in standing.photos]
    return {_name(picture): photo(data, picture, reveal) for picture in pictures}


def _name(picture: Picture) -> str:
    return f"photos/{picture.file}.jpg"


# -- tables -------------------------------------------------------------------------------------------------
def _csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """With the mark by which Excel knows UTF-8. A cell that begins like a formula is text."""
    target = io.StringIO()
    if rows:
        writer = csv.DictWriter(target, [*rows[0]])
        writer.writeheader()
        writer.writerows({key: cell(value) for key, value in row.items()} for row in rows)
    return target.getvalue().encode("utf-8-sig")


def _standards(standings: Standings) -> list[dict[str, Any]]:
    return [_standard(standing) for standing in standings.standings]


def _standard(standing: Standing) -> dict[str, Any]:
    standard = standing.standard
    return {
        "id": standard.id,
        "module": standard.module,
        "column": standard.column,
        "item_zh": standard.item.zh,
        "content_zh": standard.content.zh,
        "content_en": standard.content.en,
        "evidence_zh": standard.evidence.zh,
        "points": standard.points,
        "claim": standing.claim,
        "verdict": standing.verdict or "",
        "looks": standing.looks,
        "broken": standing.broken,
        "last_day": standing.last_day or "",
        "open_findings": standing.open_findings,
        "photos": len(standing.photos),
        "cases": standing.n,
        "failed": len(standing.failed),
    }


def _worded(db: Database, rows: Sequence[Row], catalogue: Catalogue) -> Iterator[Row]:
    """The rows with what was looked at, in the words that the catalogue had then."""
    digests = {row["digest"] for row in rows}
    named = {digest: catalogue_named(db, digest, catalogue) for digest in digests}
    for row in rows:
        standard = named[row["digest"]].by_id.get(row["item"])
        zh, en = (standard.content.zh, standard.content.en) if standard else ("", "")
        yield {**row, "content_zh": zh, "content_en": en}


def _failed(standings: Standings) -> list[dict[str, Any]]:
    """What fails a standard that the journal proves, by ticket number and counter: nothing of the customer."""
    return [
        {
            "standard": standing.standard.id,
            "at": case.at,
            "number": case.number or "",
            "counter": case.counter or "",
            "seconds": "" if case.seconds is None else case.seconds,
        }
        for standing in standings.standings
        for case in standing.failed
    ]


# -- the index ------------------------------------------------------------------------------------------------
STYLE = """
body { font: 15px/1.6 "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; color: #14233a; margin: 2rem auto; }
body { max-width: 72rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin: 0 0 2rem; }
th, td { border: 1px solid #cdd8de; padding: 0.35rem 0.6rem; text-align: start; vertical-align: top; }
.gap { color: #a3201a; } .at_risk { color: #844700; } .claimed { color: #1a6840; }
@page { size: A4; margin: 15mm; }
"""
PAGE = (
    "<!doctype html>\n<html lang='{tag}'><head><meta charset='utf-8'><title>{title}</title>"
    "<style>{style}</style></head>"
    "<body><h1>{title}</h1><p>{period}</p><p>{files}</p>{body}</body></html>\n"
)
TITLE = Text("{bank} {branch}: evidence of service standards")
PERIOD = Text("From {first} to {last}, catalogue {version}.")
BESIDE = Text("Beside this page")
POINTS = Text("Points by column")
TOTAL = Text("Total")
COVERAGE = Text("What was looked at")
MISSED = Text("Working days without a look")
LEFT_OUT = Text("Items of samples that were left out at the end")
DIFFERING = Text("Of these, items on which self-check and peer check still differed")
AGREEMENT = Text("Agreement of self-check and peer check")
AGREED = Text("{share} (pairs: {n}), between {lo} and {hi}")
NOTHING = Text("none")
HEAD = (
    Text("No."),
    Text("Module"),
    Text("Standard"),
    Text("Points"),
    Text("Claim"),
    Text("What shows it"),
)
PROVED = Text("By the journal, failed: {failed} of {n}")
LOOKED = Text("{methods}: looked at {n} ×, not kept {broken} ×, the last on {day}")
UNSEEN = Text("{methods}: nobody looked yet")
PHOTO = Text("photo {n}")


@dataclass(frozen=True)
class Index:
    """The page that leads through the archive, in one language."""

    branch: Branch
    standings: Standings
    missing: Mapping[str, Missing]
    lang: str

    def page(self, files: Iterable[str]) -> str:
        names = {"bank": self.branch.bank, "branch": self.branch.name}
        shown = self.standings
        span = {"first": shown.first, "last": shown.last, "version": shown.version}
        links = ", ".join(f"<a href='{name}'>{name}</a>" for name in files)
        columns = [self._column(column) for column in Column]
        return PAGE.format(
            tag=tag(self.lang),
            title=escape(self._in(TITLE.with_(**names))),
            style=STYLE,
            period=escape(self._in(PERIOD.with_(**span))),
            files=f"{self._in(BESIDE)}: {links}",
            body=self._points() + self._coverage() + "".join(columns),
        )

    def _in(self, words: Readable) -> str:
        return words.in_(self.lang)

    def _points(self) -> str:
        """Points by column and claim."""
        head = ["", *map(self._in, CLAIMS.values())]
        by_column = [
            [self._in(COLUMNS[column]), *(self._sum(column, claim) for claim in Claim)]
            for column in Column
        ]
        total = [self._in(TOTAL), *(self.standings.points(claim) for claim in Claim)]
        return f"<h2>{self._in(POINTS)}</h2>{_table(head, [*by_column, total])}"

    def _sum(self, column: Column, claim: Claim) -> int:
        return sum(s.standard.points for s in self._of(column) if s.claim is claim)

    def _of(self, column: Column) -> list[Standing]:
        return [s for s in self.standings.standings if s.standard.column is column]

    def _coverage(self) -> str:
        """What was left out, and how well those who look agree."""
        missed = ", ".join(self.standings.missed_days) or self._in(NOTHING)
        rows = [
            [self._in(MISSED), missed],
            [self._in(LEFT_OUT), str(self.standings.n_left_out)],
            [self._in(DIFFERING), str(self.standings.n_differing)],
            [self._in(AGREEMENT), self._agreed()],
        ]
        return f"<h2>{self._in(COVERAGE)}</h2>{_table([], rows)}"

    def _agreed(self) -> str:
        share = self.standings.agreed.share
        if share is None:
            return self._in(NOTHING)
        bounds = {"share": f"{share.value:.0%}", "lo": f"{share.lo:.0%}", "hi": f"{share.hi:.0%}"}
        return self._in(AGREED.with_(n=self.standings.agreed.n, **bounds))

    def _column(self, column: Column) -> str:
        head = "".join(f"<th>{escape(self._in(words))}</th>" for words in HEAD)
        rows = "".join(map(self._line, self._of(column)))
        return f"<h2>{self._in(COLUMNS[column])}</h2><table><tr>{head}</tr>{rows}</table>"

    def _line(self, standing: Standing) -> str:
        standard = standing.standard
        words = (standard.id, self._in(MODULES[standard.module]), self._in(standard.content))
        cells = "".join(f"<td>{escape(text)}</td>" for text in (*words, str(standard.points)))
        claim = f"<td class='{standing.claim}'>{self._in(CLAIMS[standing.claim])}</td>"
        return f"<tr>{cells}{claim}<td>{self._shown_by(standing)}</td></tr>"

    def _shown_by(self, standing: Standing) -> str:
        """What shows it: the journal's cases, or who looked and when, with the photos."""
        if standing.standard.proof:
            failed = len(standing.failed)
            return escape(self._in(PROVED.with_(n=standing.n, failed=failed)))
        photos = [self._photo(n, _name(one)) for n, one in enumerate(standing.photos, 1)]
        return " ".join([escape(self._looks(standing)), *photos])

    def _photo(self, n: int, name: str) -> str:
        """A link; of a photo that is not in the archive, why."""
        words = self._in(PHOTO.with_(n=n))
        if name in self.missing:
            return f"{words} ({self._in(MISSING[self.missing[name]])})"
        return f"<a href='{name}'>{words}</a>"

    def _looks(self, standing: Standing) -> str:
        methods = ", ".join(self._in(METHODS[method]) for method in standing.standard.methods)
        if standing.last_day is None:
            return self._in(UNSEEN.with_(methods=methods))
        counts = {"n": standing.looks, "broken": standing.broken, "day": standing.last_day}
        return self._in(LOOKED.with_(methods=methods, **counts))


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    cells = ("".join(f"<td>{escape(str(cell))}</td>" for cell in row) for row in rows)
    return f"<table><tr>{top}</tr>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"
