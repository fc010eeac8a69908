"""Files of cases, lists of cases: what comes in and goes out as a whole file."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from flask import make_response, request
from werkzeug.wrappers import Response

from lobby import events as ev
from lobby.commands.case_access import may_see
from lobby.errors import Invalid, NotFound, Unavailable
from lobby.events.personal import Missing, Reveal
from lobby.journal import attachments
from lobby.journal.case_file import KEY, rows_between, steps_of
from lobby.journal.case_lists import CaseList
from lobby.state.known_case import KnownCase, KnownCases
from lobby.views.case import ComplaintView
from staff.cases.api import changed
from staff.cases.exports import as_csv, as_xlsx, rows_of
from staff.cases.lists import Unreadable, Wrong, read_list
from staff.cases.schemas import (
    CaseImportOut,
    ComplaintOut,
    ExportQuery,
    FilePath,
    FileQuery,
    ImportQuery,
)
from staff.shared.files import do_with_file
from web.dispatch import asking, do, do_piece, runtime, who
from web.languages import reader_lang
from web.loop import PLANS, in_thread
from web.roles import needs, takes
from web.schemas import SECURITY, ById, api_of

log = logging.getLogger(__name__)

api = api_of("case_files_api", __name__, "service loop", SECURITY[:2])
MB = 2**20
FILE_MAX = 50 * MB
"""What no configuration exceeds; the branch's own limit is `cases.attachment_mb`."""
LIST_MAX = 12 * MB
"""20,000 rows of a hotline's list have some 6 MB."""
FILES: dict[Any, Any] = {
    200: {
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    }
}


@api.post("/cases/<id>/attachments", responses={200: ComplaintOut})
@needs("person")
@takes(FILE_MAX)
def attach(path: ById, query: FileQuery) -> ComplaintView:
    """Keep a file with the case: the body is the file. PDF, PNG, JPEG, MP3 and Ogg, by content."""
    content = request.get_data()
    form = _form(content)
    kept = in_thread(attachments.keep, _folder(), content)
    attached = ev.CaseAttached(
        path.id, kept.file, form, len(content), name=query.name, file_key=kept.key
    )
    attach_to_case = runtime().commands.attach_to_case
    answer = do_with_file(_folder(), kept.file, attach_to_case, who=who(), attached=attached)
    return changed(answer)


def _folder() -> Path:
    return runtime().data / attachments.FOLDER


def _form(content: bytes) -> str:
    if len(content) > runtime().branch.cases.attachment_mb * MB:
        raise Invalid("file_too_large", "body", mb=runtime().branch.cases.attachment_mb)
    form = attachments.media_type(content)
    if form is None:
        raise Invalid("unknown_form", "body")
    return form


@api.post("/cases/<id>/attachments/<file>/open", responses=FILES)
@needs("person")
def open_file(path: FilePath) -> Response:
    """The file as it was given. That you look is on record."""
    do(runtime().commands.look_at_case, case=path.id, who=who(), what=f"file {path.file}")
    form, content = in_thread(
        _content, runtime().data, runtime().database, runtime().subject_keys.reveal, path
    )
    answer = make_response(content)
    answer.content_type = "application/octet-stream"
    answer.headers["Content-Disposition"] = f"attachment; filename={path.file}.{form}"
    return answer


def _content(data: Path, database: Path, reveal: Reveal, path: FilePath) -> tuple[str, bytes]:
    steps = steps_of(database, path.id)
    step = next((step for step in steps if step.data.get("file") == path.file), None)
    if step is None:
        raise NotFound("unknown_file", id=path.file)
    key = reveal(step.sealed[KEY])
    if isinstance(key, Missing):
        raise NotFound("file_erased")
    form = str(step.data["media_type"]).rpartition("/")[2]
    try:
        return form, attachments.content_of(data / attachments.FOLDER, path.file, key)
    except (OSError, ValueError) as error:
        log.exception("a file of a case is not as it was kept: %s", path.file)
        raise NotFound("file_lost") from error


@api.post("/cases/import", responses={200: CaseImportOut})
@needs("quality")
@takes(LIST_MAX)
def take_list(query: ImportQuery) -> Any:
    """Take in a list of the hotline or the regulator, CSV or XLSX: the body is the file. Nothing is taken while a row
    is wrong, and all or none is taken whatever happens meanwhile; a row that is here already is passed over and told,
    so that a list may be sent again."""
    branch = runtime().branch
    try:
        read = PLANS.run(
            read_list, request.get_data(), query.channel, branch.zone, runtime().clock()
        )
    except Unreadable as error:
        return _refused({}, [Wrong(0, "file", error.text)])
    complaints, wrong = read
    if wrong:
        return _refused(complaints, wrong)
    before = _known(complaints)
    fresh = [one for one in complaints.values() if before.of(one) is None]
    taken = _take(fresh) if fresh else frozenset()
    PLANS.run(runtime().lists.take_what_stopped)  # now that there is room again
    return _report(complaints, taken)


def _take(complaints: Sequence[ev.Complaint]) -> frozenset[str]:
    """The ids that the cases have. What is left of a list when the power fails, the next start takes."""
    accept = runtime().lists.accept
    file, given = PLANS.run(accept, runtime().clock(), asking(), who(), complaints)
    _take_whole(file, given)
    return frozenset(case.case for case in given.cases)


def _take_whole(file: Path, given: CaseList) -> None:
    """In pieces, between which others are served. Raises Unavailable."""
    here = runtime()
    try:
        here.lists.take(file, given, lambda piece: do_piece(here.commands.take_cases, piece))
    except Unavailable as error:
        raise Unavailable("list_taken_in_part") from error
    in_thread(partial(file.unlink, missing_ok=True))


def _known(complaints: Mapping[int, ev.Complaint]) -> KnownCases:
    return PLANS.run(runtime().lists.known, list(complaints.values()))


def _refused(complaints: Mapping[int, ev.Complaint], wrong: Sequence[Wrong]) -> Any:
    lang = reader_lang()
    told = [
        {"row": one.row, "field": one.field, "message": one.text.in_(lang)}
        for one in wrong[:TOLD_MAX]
    ]
    rows = len(complaints) + len({one.row for one in wrong if one.row})
    return {
        "rows": rows,
        "taken": 0,
        "known": 0,
        "wrong": told,
        "known_rows": [],
        "to_check": [],
    }


def _report(complaints: Mapping[int, ev.Complaint], taken: Collection[str]) -> Any:
    """What became of each row, as the journal has it afterwards: whoever sends the same list at once took some of it.
    `taken` are the ids that this list's cases have where they were taken."""
    now = _known(complaints)
    there = {row: now.of(one) for row, one in complaints.items()}
    known = {row: case for row, case in there.items() if case and case.id not in taken}
    formers = {
        row: case
        for row, one in complaints.items()
        if row not in known and (case := now.to_check(one))
    }
    return {
        "rows": len(complaints),
        "taken": len(complaints) - len(known),
        "known": len(known),
        "wrong": [],
        "known_rows": _told(complaints, known),
        "to_check": _told(complaints, formers),
    }


def _told(complaints: Mapping[int, ev.Complaint], cases: Mapping[int, KnownCase]) -> list[Any]:
    """The first rows, each with the case that has or had its number, where that is for who asks."""
    named = _confidential_for_reader()
    return [
        {
            "row": row,
            "reference": complaints[row].reference,
            "case": case.id if (seen := not case.confidential or case.id in named) else None,
            "number": case.number if seen else None,
            "formerly": not case.current,
        }
        for row, case in islice(cases.items(), TOLD_MAX)
    ]


TOLD_MAX = 500
"""Nobody reads more at once."""
WRITERS = {"csv": as_csv, "xlsx": as_xlsx}


@api.get("/cases/export", responses=FILES)
@needs("reports")
def export(query: ExportQuery) -> Response:
    """The cases that came in on these days, in the codes of JR/T 0169-2018, without a word that somebody said. Those
    that are not for you are left out. While a list is taken in, the file's name ends with `-part`."""
    branch = runtime().branch
    taking = runtime().lists.taking
    before = taking()
    rows = PLANS.run(rows_between, runtime().database, branch, query.first, query.last)
    part = "-part" if before or taking() else ""
    content = PLANS.run(WRITERS[query.form], rows_of(_for_reader(rows), branch, reader_lang()))
    answer = make_response(content)
    answer.content_type = "application/octet-stream"
    name = f"cases-{query.first}-{query.last}{part}.{query.form}"
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


def _for_reader(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without the confidential cases of others. One that the state has let go of is nobody's to read."""
    named = _confidential_for_reader()
    return [row for row in rows if not row["confidential"] or row["id"] in named]


def _confidential_for_reader() -> set[str]:
    asking = who()
    with runtime().writer.published() as state:
        cases = state.quality.cases
        return {id for id, case in cases.items() if case.confidential and may_see(case, asking)}
