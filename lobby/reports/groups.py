"""How the groups of a figure are called, in any language: by what they are, and those that no configuration names."""

from __future__ import annotations

from collections.abc import Mapping

from lobby.reports.late import WHY
from lobby.standards.model import MODULES
from lobby.state.case_codes import CAUSES
from lobby.texts import Text

HOUR = "hour"
KEYS: Mapping[str, Text] = {
    "tier": Text("Customer tier"),
    "service": Text("Service"),
    "counter": Text("Counter"),
    HOUR: Text("Hour of issue"),
    "module": Text("Module"),
    "cause": Text("Cause"),
    "why": Text("Why late"),
}
CODES: Mapping[str, Mapping[str, Text]] = {
    "module": {str(module): words for module, words in MODULES.items()},
    "cause": CAUSES,
    "why": {str(why): words for why, words in WHY.items()},
    "printed": {"0": Text("not printed")},
    "taken_on": {"no": Text("taken on by nobody"), "yes": Text("taken on")},
    "granted": {"False": Text("not granted"), "True": Text("granted")},
}


def is_own(key: str) -> bool:
    """Whether the product names the groups itself, not a branch's configuration."""
    return key == HOUR or key in CODES


def own_words(key: str, group: str, lang: str) -> str:
    """Such as `09:00–10:00`; a group that nothing names is called by its id."""
    if key == HOUR:
        return f"{int(group):02}:00–{int(group) + 1:02}:00"
    return CODES[key][group].in_(lang) if group in CODES[key] else group
