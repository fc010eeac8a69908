"""What the page of instructions calls things."""

from __future__ import annotations

from collections.abc import Mapping

from headquarters.instructed import OTHER_TEXT
from lobby.events.instruction import InstructionKind, Why
from lobby.refusals import SENTENCES
from lobby.texts import Text

KINDS: Mapping[InstructionKind, Text] = {
    InstructionKind.ANNOUNCEMENT: Text("Announcement"),
    InstructionKind.ORDER: Text("Work order"),
}
WHY: Mapping[str, Text] = {
    Why.NO_KEY: Text(
        "it has no key of headquarters: put it into [headquarters] of its config.toml"
    ),
    Why.FORGED: Text("the signature does not fit: its config.toml has another key"),
    Why.OTHER_BRANCH: Text("it was for another branch"),
    Why.UNKNOWN_KIND: Text("its release is too old for this: update the branch"),
    Why.UNREADABLE: Text("its release reads this in another form: update the branch"),
    Why.NOT_POSSIBLE: Text("its rules do not allow it."),
    OTHER_TEXT: Text("it has another text than headquarters signed: look into it"),
}
"""What comes from a newer branch is said by its code."""


def why_said(why: str, lang: str) -> str:
    return WHY[why].in_(lang) if why in WHY else why


def detail_said(code: str, lang: str) -> str:
    """The sentence of the rule, where it can stand without its values."""
    sentence = SENTENCES.get(code)
    if sentence is None or "{" in sentence.english:
        return code
    return sentence.in_(lang)
