"""Pictures and announcements between the calls: a folder of the branch's own files, read again and again.

A picture (.jpg .png .webp) may have a .txt of the same name beside it that says what it shows. Any other .txt or .md is
an announcement: the first paragraph in Chinese, the second in English, the first line of each its headline.
Whatever cannot be shown is left out: too large, broken, or a link that leads out of the folder.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from lobby.branch.inside import open_inside
from lobby.branch.screens import Board

log = logging.getLogger(__name__)

PICTURES = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WEBP"}
TEXTS = (".txt", ".md")
PICTURE_MAX_B = 12 * 2**20
PIXELS_MAX = 40_000_000
TEXT_MAX_B = 8 * 2**10
PARAGRAPH_MAX = 300
SLIDES_MAX = 60
Mark = tuple[str, int, int]
"""A file as it was when it was read: name, size, time of its last change."""


@dataclass(frozen=True)
class Slide:
    """One picture, or one announcement as (headline, more) by language. `key` is a picture's address: it
    tells nothing of its name and is another when the file has changed."""

    key: str
    picture: Path | None = None
    alt: str = ""
    zh: tuple[str, str] = ("", "")
    en: tuple[str, str] = ("", "")

    def view(self) -> dict[str, Any]:
        if self.picture:
            return {"picture": self.key, "alt": self.alt}
        return {"zh": self.zh, "en": self.en}


class Show:
    """The slides of some folders as last read, each folder's in the order of their names."""

    def __init__(self, *folders: Path) -> None:
        self._folders = folders
        self._marks: list[list[Mark]] = [[] for _ in folders]
        self.slides: tuple[Slide, ...] = ()
        self.revision = ""

    def read(self) -> bool:
        """Look at the folders; whether they show something else now. Blocks on the disk."""
        marks = [list(_marks(folder)) for folder in self._folders]
        if marks == self._marks:
            return False
        self._marks = marks
        before = self.slides
        here = zip(self._folders, marks, strict=True)
        read = [slide for folder, files in here for slide in _slides(folder, files)]
        self.slides = tuple(read)[:SLIDES_MAX]
        self.revision = _digest(*(slide.key for slide in self.slides)) if self.slides else ""
        return self.slides != before

    def picture(self, key: str) -> Path | None:
        return next(
            (slide.picture for slide in self.slides if slide.picture and slide.key == key), None
        )


class SlideDecks:
    """The slides of each board; boards with the same folder share them. Those of headquarters stand before the
    branch's own."""

    def __init__(self, boards: Iterable[Board], headquarters: Path | None = None) -> None:
        folders = {board.id: board.slides for board in boards if board.slides}
        first = [headquarters] if headquarters else []
        shows = {folder: Show(*first, Path(folder)) for folder in folders.values()}
        self._by_board = {id: shows[folder] for id, folder in folders.items()}
        self._shows = tuple(shows.values())

    def of(self, board: str) -> Show | None:
        return self._by_board.get(board)

    def revision(self, board: str) -> str | None:
        """Which version of its slides the board has to show; None when it has none."""
        show = self.of(board)
        if show:
            return show.revision or None
        return None

    def read(self) -> bool:
        """Look at every folder; whether any shows something else now."""
        changed = [show.read() for show in self._shows]
        return any(changed)


def _marks(folder: Path) -> Iterator[Mark]:
    """The files there that could be shown; a folder that is not there has none."""
    inside = folder.resolve()
    try:
        for path in sorted(folder.iterdir()):
            if _is_listed(path) and path.is_file() and path.resolve().parent == inside:
                seen = path.stat()
                yield path.name, seen.st_size, seen.st_mtime_ns
    except OSError as error:
        log.debug("slides: %s", error)


def _slides(folder: Path, marks: list[Mark]) -> Iterator[Slide]:
    pictures = {Path(name).stem for name, _, _ in marks if _is_picture(name)}
    for name, size, changed in marks:
        path = folder / name
        try:
            if not _is_picture(name):
                if path.stem not in pictures and (text := _announcement(_text(path, size))):
                    yield text
            elif size <= PICTURE_MAX_B and _is_sound(path):
                yield Slide(_digest(name, str(size), str(changed)), path, _alt(path))
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            log.warning("slide %s left out: %s", path, error)


def _is_listed(path: Path) -> bool:
    return path.suffix.lower() in (*PICTURES, *TEXTS) and not path.name.startswith(".")


def _is_picture(name: str) -> bool:
    return Path(name).suffix.lower() in PICTURES


def _is_sound(path: Path) -> bool:
    """Whether the file is what its name says, and not too large to be drawn."""
    kind = PICTURES[path.suffix.lower()]
    with open_inside(path.parent, path.name) as file, Image.open(file, formats=[kind]) as picture:
        width, height = picture.size
        picture.verify()
    return width * height <= PIXELS_MAX


def _alt(picture: Path) -> str:
    beside = next((p for s in TEXTS if (p := picture.with_suffix(s)).is_file()), None)
    if beside:
        return " ".join(_text(beside, beside.stat().st_size).split())
    return ""


def _text(path: Path, size: int) -> str:
    """As Notepad in either encoding saves it."""
    if size > TEXT_MAX_B:
        raise ValueError(f"longer than {TEXT_MAX_B} bytes")
    with open_inside(path.parent, path.name) as file:
        raw = file.read(TEXT_MAX_B)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030")


def _announcement(text: str) -> Slide | None:
    paragraphs = [
        part for part in "\n".join(map(str.strip, text.splitlines())).split("\n\n") if part.strip()
    ]
    if not paragraphs:
        return None
    zh, en = (_headed(part) for part in (*paragraphs, "", "")[:2])
    return Slide(_digest(*zh, *en), zh=zh, en=en)


def _headed(paragraph: str) -> tuple[str, str]:
    """The headline, and the lines under it as one."""
    head, _, more = paragraph.strip().partition("\n")
    return head.lstrip("# ").strip()[:PARAGRAPH_MAX], more.strip()[:PARAGRAPH_MAX]


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
