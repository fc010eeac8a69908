"""Tables as Excel saves them."""

from __future__ import annotations

import codecs
from pathlib import Path

ENCODINGS = ("utf-8-sig", "gb18030")
"""Excel's "CSV UTF-8", and its plain "CSV" on a Chinese Windows. Chinese text in the second is hardly ever valid in
the first."""
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""Excel's "Unicode text" begins with one of these marks."""


def read_text(path: Path) -> str:
    """Raises ValueError for a file in none of the encodings; OSError when it cannot be read."""
    try:
        return decoded(path.read_bytes())
    except UnicodeDecodeError as error:
        sentence = f"{path}: neither UTF-8 nor GBK; in Excel, save it as 'CSV UTF-8'"
        raise ValueError(sentence) from error


def decoded(data: bytes) -> str:
    """The text of the bytes. Raises UnicodeDecodeError for bytes in none of the encodings. No table has a zero byte:
    where one stands, it is a UTF-16 without its mark, which nobody can tell from the other one."""
    if data.startswith(UTF_16):
        return data.decode("utf-16")
    if b"\0" in data:
        place = data.index(b"\0")
        raise UnicodeDecodeError("utf-8", data, place, place + 1, "UTF-16 without a mark")
    utf_8, windows = ENCODINGS
    try:
        return data.decode(utf_8)
    except UnicodeDecodeError:
        return data.decode(windows)
