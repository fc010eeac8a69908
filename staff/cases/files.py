"""Files of cases, lists of cases: what comes in and goes out as a whole file."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
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
    is wrong, and all or none is taken whatever happens meanwhile; a row whose channel and reference are known is passed
    over, so that a list may be sent again."""
    branch = runtime().branch
    try:
        read = PLANS.run(
            read_list, request.get_data(), query.channel, branch.zone, runtime().clock()
        )
    except Unreadable as error:
        return _report([], [Wrong(0, "file", error.text)], 0)
    complaints, wrong = read
    if wrong:
        return _report(complaints, wrong, 0)
    fresh = _fresh(complaints)
    if fresh:
        _take(fresh)
    return _report(complaints, [], len(fresh))


def _take(complaints: Sequence[ev.Complaint]) -> None:
    """In pieces, between which others are served. What is left of a list when the power fails, the next start takes."""
    accept = runtime().lists.accept
    file, given = PLANS.run(accept, runtime().clock(), asking(), who(), complaints)
    try:
        for piece in given.pieces():
            do_piece(runtime().commands.take_cases, piece)
    except Unavailable as error:
        raise Unavailable("list_taken_in_part") from error
    in_thread(file.unlink)


def _fresh(complaints: Sequence[ev.Complaint]) -> list[ev.Complaint]:
    references = [one.reference for one in complaints]
    known = PLANS.run(runtime().lists.known_references, references)
    return [one for one in complaints if (one.channel, one.reference) not in known]


def _report(complaints: Sequence[ev.Complaint], wrong: Sequence[Wrong], taken: int) -> Any:
    lang = reader_lang()
    known = 0 if wrong else len(complaints) - taken
    return {
        "rows": len(complaints) + len({one.row for one in wrong if one.row}),
        "taken": taken,
        "known": known,
        "wrong": [
            {"row": one.row, "field": one.field, "message": one.text.in_(lang)}
            for one in wrong[:WRONG_MAX]
        ],
    }


WRONG_MAX = 500
"""Nobody reads more at once."""
WRITERS = {"csv": as_csv, "xlsx": as_xlsx}


@api.get("/cases/export", responses=FILES)
@needs("reports")
def export(query: ExportQuery) -> Response:
    """The cases that came in on these days, in the codes of JR/T 0169-2018, without a word that somebody said. Those
    that are not for you are left out."""
    branch = runtime().branch
    rows = PLANS.run(rows_between, runtime().database, branch, query.first, query.last)
    content = PLANS.run(WRITERS[query.form], rows_of(_for_reader(rows), branch, reader_lang()))
    answer = make_response(content)
    answer.content_type = "application/octet-stream"
    name = f"cases-{query.first}-{query.last}.{query.form}"
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


def _for_reader(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without the confidential cases of others. One that the state has let go of is nobody's to read."""
    asking = who()
    with runtime().writer.published() as state:
        cases = state.quality.cases
        named = {id for id, case in cases.items() if case.confidential and may_see(case, asking)}
    return [row for row in rows if not row["confidential"] or row["id"] in named]
