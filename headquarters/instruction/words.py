"""What the page of instructions calls things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from headquarters.instruction.applied import DifferingView
from headquarters.instruction.instructed import OTHER_TEXT
from lobby.events.instruction import InstructionKind, Why
from lobby.refusals import SENTENCES
from lobby.state.action import ActionState, Verdict
from lobby.texts import Text

KINDS: Mapping[InstructionKind, Text] = {
    InstructionKind.ANNOUNCEMENT: Text("Announcement"),
    InstructionKind.ORDER: Text("Work order"),
    InstructionKind.CONFIGURATION: Text("Configuration"),
    InstructionKind.ACTION: Text("Corrective action"),
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
    Why.NOT_FITTING: Text("it does not fit the branch's own tables:"),
    Why.SUPERSEDED: Text("a later one came before it"),
    OTHER_TEXT: Text("it has another text than headquarters signed: look into it"),
}
"""What comes from a newer branch is said by its code."""


EDITED = Text("its own file was edited since: {tables}")
UNFIT = Text("its own file was edited so that nothing of this fits any more: {detail}")
ALTERED = Text("its copy was altered or lost: send it again")
ANSWERED = Text("answered {time}")
IN_TIME = Text("in time, it was due {date}")
TOO_LATE = Text("too late, it was due {date}")
STATES: Mapping[str, Text] = {
    ActionState.OPEN: Text("to be done"),
    ActionState.PROVED: Text("to be checked"),
    ActionState.CHECKED: Text("done"),
    ActionState.HELPED: Text("helped"),
    ActionState.REOPENED: Text("to be done again"),
    ActionState.PRACTICE: Text("best practice"),
    ActionState.CANCELLED: Text("cancelled"),
}
TONES: Mapping[str, str] = {ActionState.HELPED: "good", ActionState.PRACTICE: "good"}
VERDICTS: Mapping[str, Text] = {
    Verdict.HELPED: Text("It helped"),
    Verdict.NO_EFFECT: Text("No effect to be seen"),
    Verdict.WORSE: Text("It became worse"),
    Verdict.TOO_FEW: Text("It cannot be told: too few days or observations"),
}


SLIDES = "slides"
PARTS: Mapping[str, Text] = {
    "tiers": Text("Tiers"),
    "groups": Text("Groups of services"),
    "services": Text("Catalogue of services"),
    "standards": Text("Service standards"),
    "rules": Text("Rules"),
    "alerts": Text("Alerts"),
    "cases": Text("Complaints"),
    "actions": Text("Corrective actions"),
    "panel": Text("Customer panels"),
    "reports": Text("Bulletins"),
    SLIDES: Text("Slides"),
}
JOIN = Text(", ")


def tables_said(names: Sequence[str], lang: str) -> str:
    """Parts of a configuration in words; what comes from a newer release by its key."""
    words = [PARTS[name].in_(lang) if name in PARTS else name for name in names]
    return JOIN.in_(lang).join(words)


def differing_said(one: DifferingView, lang: str) -> str:
    """Why something else is in force than was sent."""
    if one["detail"]:
        detail = one["detail_zh"] if lang == "zh" else one["detail"]
        return UNFIT.with_(detail=detail).in_(lang)
    if one["edited"]:
        return EDITED.with_(tables=tables_said(one["edited"], lang)).in_(lang)
    return ALTERED.in_(lang)


def why_said(why: str, lang: str) -> str:
    return WHY[why].in_(lang) if why in WHY else why


def detail_said(code: str, zh: str, lang: str) -> str:
    """The sentence of the rule, where it can stand without its values; what a branch says in both languages is said in
    the reader's."""
    if zh:
        return zh if lang == "zh" else code
    sentence = SENTENCES.get(code)
    if sentence is None or "{" in sentence.english:
        return code
    return sentence.in_(lang)
