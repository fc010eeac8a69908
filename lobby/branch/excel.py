"""Tables as Excel saves them."""

from __future__ import annotations

from pathlib import Path

ENCODINGS = ("utf-8-sig", "gb18030")
"""Excel's "CSV UTF-8", and its plain "CSV" on a Chinese Windows. Chinese text in the second is hardly ever valid in
the first."""


def read_text(path: Path) -> str:
    """Raises ValueError for a file in neither encoding; OSError when it cannot be read."""
    data = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError(f"{path}: neither UTF-8 nor GBK; in Excel, save it as 'CSV UTF-8'")
