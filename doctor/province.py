"""What headquarters says of this branch's journal, as `lobby ship` noted it."""

from __future__ import annotations

from pathlib import Path

from doctor.finding import Finding, Findings, Say
from integrations.standing import Note, Standing, noted
from lobby.texts import Text


def findings(data: Path, say: Say) -> Findings:
    """None where headquarters takes the journal in, or there is none."""
    note = noted(data)
    if note:
        yield Finding("headquarters", "warn", say(_sentence(note)))


def _sentence(note: Note) -> Text:
    at = note.at.strftime("%Y-%m-%d %H:%M %Z")
    if note.standing is Standing.SECOND_WRITER:
        return Text(
            "headquarters puts this journal aside ({at}), since another computer sends it too: end the branch on the "
            "computer that is not branch {branch}, and ask headquarters if that is not this one",
            at=at,
            branch=note.branch,
        )
    return Text(
        "headquarters puts this journal aside ({at}), since another one of branch {branch} goes on there: switch off a "
        "clone or an old computer; if this is the branch, set its clock, and have headquarters run `lobby hq journal "
        "adopt {branch} {epoch}`",
        at=at,
        branch=note.branch,
        epoch=str(note.epoch),
    )
