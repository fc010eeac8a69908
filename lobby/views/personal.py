"""Personal data as its readers see it: the words, or why there are none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lobby.branch.names import Lang, Name
from lobby.events.personal import Missing, Reveal, reveal_within

MISSING: Mapping[Missing, Name] = {
    Missing.ERASED: Name("已删除", "erased"),
    Missing.LOST: Name("无法读取（缺少密钥）", "cannot be read: its key is missing"),
}


def readable(text: str, reveal: Reveal, lang: Lang) -> str:
    """The text with the words of all that is sealed in it."""
    return reveal_within(text, reveal, lambda missing: MISSING[missing].in_(lang))


def readable_params(params: dict[str, Any], reveal: Reveal) -> dict[str, Any]:
    """An alert's, where it tells of an opinion: `text`, which is empty where `missing` says why."""
    if "text" not in params:
        return params
    words = reveal(params["text"])
    if isinstance(words, Missing):
        name = MISSING[words]
        return {**params, "text": "", "missing": {"zh": name.zh, "en": name.en}}
    return {**params, "text": words}
