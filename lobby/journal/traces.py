"""Looks for known bytes in files, thousands of them at once: whether anything is left of what was erased."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WORD = 8
"""Bytes compared at once, and the shortest that is looked for: fewer stand in other words by chance."""
PIECE = 32
"""A long text is looked for in pieces, since SQLite divides it between pages."""
CHUNK = 8 * 2**20
MASK = 0xFFFFF
"""By their lowest twenty bits all but one in a hundred words are ruled out, where six thousand are looked for."""

Words = NDArray[np.uint64]


@dataclass(frozen=True)
class Trace:
    """Something of `what` stands in the file, from byte `at` on."""

    file: str
    at: int
    what: str


@dataclass(frozen=True)
class Search:
    """What was read, and what was found; `unread` are files that could not be read."""

    files: tuple[str, ...]
    bytes_read: int
    traces: tuple[Trace, ...]
    unread: tuple[str, ...]


def of_text(text: str) -> set[bytes]:
    """The pieces of a text, as files may have it: plain, in JSON, as a printer's characters."""
    spelled = {
        text.encode(),
        json.dumps(text)[1:-1].encode(),
        json.dumps(text, ensure_ascii=False)[1:-1].encode(),
        text.encode("gb18030"),
    }
    return {piece for spelling in spelled for piece in _pieces(spelling)}


def of_key(key: bytes) -> set[bytes]:
    """The pieces of a key, as files may have it: raw, in hexadecimal, in base64."""
    spelled = (key, key.hex().encode(), base64.b64encode(key), base64.urlsafe_b64encode(key))
    return {piece for spelling in spelled for piece in _pieces(spelling)}


def _pieces(spelling: bytes) -> Iterator[bytes]:
    pieces = (spelling[at : at + PIECE] for at in range(0, len(spelling), PIECE))
    return (piece for piece in pieces if len(piece) >= WORD)


def search(folder: Path, wanted: dict[bytes, str]) -> Search:
    """Every file of the folder, and of what its links lead to; `wanted` says by piece what it is of."""
    finder = _Finder(wanted)
    read: list[str] = []
    unread: list[str] = []
    traces: list[Trace] = []
    bytes_read = 0
    for name in _names(folder, unread):
        try:
            size, found = _looked_through(folder / name, finder)
        except OSError:
            unread.append(name)
            continue
        read.append(name)
        bytes_read += size
        traces += [Trace(name, at, what) for what, at in found.items()]
    return Search(tuple(read), bytes_read, tuple(traces), tuple(unread))


def _names(folder: Path, unread: list[str]) -> Iterator[str]:
    """The files under the folder, each real file once, also where links lead round in a circle. What cannot be
    listed, and what a link names and is not there, is `unread`."""

    def unlisted(error: OSError) -> None:
        unread.append(os.path.relpath(error.filename, folder))

    seen = {folder.resolve()}
    for place, folders, files in os.walk(folder, followlinks=True, onerror=unlisted):
        folders[:] = sorted(name for name in folders if _is_new(Path(place, name), seen))
        for path in (Path(place, name) for name in sorted(files)):
            if path.is_symlink() and not path.exists():
                unread.append(str(path.relative_to(folder)))
            elif path.is_file() and _is_new(path, seen):
                yield str(path.relative_to(folder))


def _is_new(path: Path, seen: set[Path]) -> bool:
    real = path.resolve()
    new = real not in seen
    seen.add(real)
    return new


def _looked_through(path: Path, finder: _Finder) -> tuple[int, dict[str, int]]:
    """The file's size, and where the first of each thing stands."""
    size = 0
    found: dict[str, int] = {}
    for start, chunk in _chunks(path):
        size = start + len(chunk)
        for at, what in finder.found(chunk):
            found.setdefault(what, start + at)
    return size, found


def _chunks(path: Path) -> Iterator[tuple[int, bytes]]:
    """With where each begins; what lies across the end of one is whole in the next."""
    with path.open("rb") as file:
        start = 0
        while chunk := file.read(CHUNK):
            yield start, chunk
            if len(chunk) < CHUNK:
                return
            start += CHUNK - PIECE
            file.seek(start)


class _Finder:
    def __init__(self, wanted: dict[bytes, str]) -> None:
        self._by_head: dict[int, list[tuple[bytes, str]]] = {}
        for piece, what in wanted.items():
            self._by_head.setdefault(int.from_bytes(piece[:WORD], "little"), []).append(
                (piece, what)
            )
        self._heads: Words = np.array(sorted(self._by_head), dtype="<u8")
        self._likely = np.zeros(MASK + 1, dtype=bool)
        self._likely[self._heads & MASK] = True

    def found(self, chunk: bytes) -> Iterator[tuple[int, str]]:
        for shift in range(min(WORD, max(0, len(chunk) - WORD + 1))):
            count = (len(chunk) - shift) // WORD
            words: Words = np.frombuffer(chunk, dtype="<u8", offset=shift, count=count)
            for index in self._heads_in(words):
                yield from self._whole(chunk, shift + WORD * int(index), int(words[index]))

    def _heads_in(self, words: Words) -> Iterable[np.intp]:
        """Most words are ruled out by their two lowest bytes, which is quick."""
        likely = np.flatnonzero(self._likely[words & MASK])
        return likely[np.isin(words[likely], self._heads)]

    def _whole(self, chunk: bytes, at: int, head: int) -> Iterator[tuple[int, str]]:
        for piece, what in self._by_head[head]:
            if chunk.startswith(piece, at):
                yield at, what
