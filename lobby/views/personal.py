"""Personal data as its readers see it: the words, or why there are none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lobby.events.personal import Missing, Reveal, reveal_within
from lobby.texts import Text, by_language

MISSING: Mapping[Missing, Text] = {
    Missing.ERASED: Text("erased"),
    Missing.LOST: Text("cannot be read: its key is missing"),
}


def readable(text: str, reveal: Reveal, lang: str) -> str:
    """The text with the words of all that is sealed in it."""
    return reveal_within(text, reveal, lambda missing: MISSING[missing].in_(lang))


def readable_params(params: dict[str, Any], reveal: Reveal) -> dict[str, Any]:
    """An alert's, where it tells of an opinion: `text`, which is empty where `missing` says why."""
    if "text" not in params:
        return params
    words = reveal(params["text"])
    if isinstance(words, Missing):
        return {**params, "text": "", "missing": by_language(MISSING[words])}
    return {**params, "text": words}
