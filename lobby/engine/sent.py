"""The part of the configuration that headquarters sent: kept beside the branch's data, in force from the next start, as
every change of the configuration is.

Each has a folder of its own, named by its instruction; `configuration.json` is written last, and whole.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import logging
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from lobby.branch.config import (
    Complaint,
    ConfigError,
    FurtherCheck,
    read_branch,
    tables,
    wrong_in_sent,
)
from lobby.branch.model import Branch
from lobby.branch.sent import digest_of, joined
from lobby.errors import Unavailable
from lobby.events.down import Checked, Configuration, contents
from lobby.events.instruction import Why
from lobby.journal.durable import sync_folder, write_whole
from lobby.state.counter import CounterStatus
from lobby.state.instruction import Applied
from lobby.state.queue import QueueState
from lobby.texts import Text

log = logging.getLogger(__name__)

FOLDER = "headquarters"
FILE = "configuration.json"
STANDARDS = "standards.json"
SLIDES = "slides"
SAID_MAX = 5
"""So many things that do not fit are told to headquarters."""
DOES_NOT_FIT = Text("{where}: allowed: {allowed}")
"""Without the value: a customer's prefix stands in no journal."""
FURTHER = Text("and {n} further ones")
DAMAGED = Text("it cannot be read on the branch's disk any more; send it again")
NO_CONTENT = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
"""What content raises that is damaged, or made by somebody else."""


@dataclass(frozen=True)
class Kept:
    """What came last. `own` has by table the digest of the branch's own at that time: what differs by now was edited
    since, and the later word counts."""

    folder: Path
    version: str
    tables: dict[str, Any]
    own: Mapping[str, str]

    @property
    def instruction(self) -> int:
        return int(self.folder.name)

    @property
    def slides(self) -> Path | None:
        folder = self.folder / SLIDES
        return folder if folder.is_dir() else None

    @property
    def standards(self) -> Path | None:
        file = self.folder / STANDARDS
        return file if file.is_file() else None


class SentConfiguration:
    """A branch's configuration file and what headquarters sent to it. `branch` has both, as they are at this start;
    `applied` tells what is in force. Raises ConfigError, and OSError."""

    def __init__(self, config: Path, data: Path, *further: FurtherCheck) -> None:
        self._config = config
        self._folder = data / FOLDER
        self._further = further
        self.kept = self._latest()
        self.applied = Applied()
        self.branch = self._open()

    @property
    def slides(self) -> Path | None:
        """The folder of headquarters' slides, where they are in force."""
        return self.kept.slides if self.kept and self.applied.hash else None

    @property
    def waits(self) -> bool:
        """Whether something came that a start would bring into force."""
        latest = self._latest()
        return latest is not None and latest.instruction > self.applied.instruction

    # -- at a start ---------------------------------------------------------------------------------------
    def _open(self) -> Branch:
        kept = self.kept
        if kept is None:
            return read_branch(self._config, *self._further)
        try:
            branch, self.applied = self._both(kept)
        except (ConfigError, OSError, *NO_CONTENT) as error:
            return self._without(kept, error)
        return branch

    def _both(self, kept: Kept) -> tuple[Branch, Applied]:
        own = tables(self._config)
        edited = edited_since(kept, own)
        sent = _in_force(kept, edited)
        branch = read_branch(self._config, *self._further, sent=sent)
        hash = _digest(kept, own, edited)
        left_out = joined(own, sent).left_out
        edited_now = tuple(sorted(edited))
        return branch, Applied(kept.instruction, kept.version, hash, edited_now, left_out)

    def _without(self, kept: Kept, error: Exception) -> Branch:
        """The branch's own file alone, where it was edited so that both do not fit together, or where what was kept is
        damaged. Raises what is wrong with both, where it does not stand alone either."""
        try:
            branch = read_branch(self._config, *self._further)
        except ConfigError as wrong:
            raise (error if isinstance(error, ConfigError) else wrong) from None
        log.warning("what headquarters sent is not in force: %s", error)
        self.applied = Applied(
            kept.instruction,
            kept.version,
            detail=_why(error, "en"),
            detail_zh=_why(error, "zh"),
        )
        return branch

    def _latest(self) -> Kept | None:
        names = [path.parent.name for path in self._folder.glob(f"*/{FILE}")]
        ids = [int(name) for name in names if name.isdecimal()]
        return _kept_in(self._folder / str(max(ids))) if ids else None

    def forget_former(self) -> None:
        """Remove what was sent before: nobody runs with it any more, once the branch is started."""
        if self.kept is None:
            return
        for path in self._folder.iterdir():
            if path.name.isdecimal() and int(path.name) < self.kept.instruction:
                shutil.rmtree(path, ignore_errors=True)

    # -- when one comes -----------------------------------------------------------------------------------
    def take(self, checked: Checked, content: Configuration) -> Checked:
        """Keep one that fits, durably; one that does not is refused with its reasons. Raises Unavailable."""
        latest = self._latest()
        if latest and checked.id < latest.instruction:
            return replace(checked, content=None, why=Why.SUPERSEDED)
        if latest and checked.id == latest.instruction:
            # kept before a kill that came before its answer; it may be in force by now
            return checked
        try:
            own = self._fitting(checked, content)
        except ConfigError as error:
            return _refused(checked, error.complaints)
        document = {
            "version": content.version,
            "tables": content.tables,
            "own": {table: digest_of(own.get(table)) for table in content.tables},
        }
        whole = json.dumps(document, ensure_ascii=False).encode()
        write_whole(self._folder / str(checked.id) / FILE, whole)
        sync_folder(self._folder)
        sync_folder(self._folder.parent)
        return checked

    def _fitting(self, checked: Checked, content: Configuration) -> dict[str, Any]:
        """The branch's own tables, which it fits; its files are written by then. Raises ConfigError."""
        if wrong := wrong_in_sent(content.tables):
            raise ConfigError(self._config, wrong)
        folder = self._folder / str(checked.id)
        try:
            _write_files(folder, content)
            kept = Kept(folder, content.version, content.tables, {})
            read_branch(self._config, *self._further, sent=_in_force(kept, frozenset()))
            return tables(self._config)
        except ConfigError:
            shutil.rmtree(folder, ignore_errors=True)
            raise


def branch_of(config: Path, data: Path, *further: FurtherCheck) -> Branch:
    """The branch that a start would open: its file with what headquarters sent. Raises ConfigError."""
    return SentConfiguration(config, data, *further).branch


def is_at_rest(state: QueueState, now: datetime) -> bool:
    """Whether a start of the branch would disturb nobody: no counter is open, nobody waits, and none can come for a
    number. Without hours there is no such time, and nobody waiting is enough."""
    works = any(one.state is not CounterStatus.CLOSED for one in state.counters.values())
    comes = state.gives_numbers(now) and not state.branch.opening.always
    return not (works or comes or state.waiting())


def edited_since(kept: Kept, own: Mapping[str, Any]) -> frozenset[str]:
    """The tables that somebody in the branch edited since they came."""
    return frozenset(
        table for table in kept.tables if kept.own.get(table) != digest_of(own.get(table))
    )


def _in_force(kept: Kept, edited: frozenset[str]) -> dict[str, Any]:
    """The tables as they join the branch's."""
    sent = {table: values for table, values in kept.tables.items() if table not in edited}
    if kept.standards and "standards" in sent:
        sent["standards"] = {**sent["standards"], "file": str(kept.standards)}
    return sent


def _digest(kept: Kept, own: Mapping[str, Any], edited: frozenset[str]) -> str:
    """Of the content that is in force, read from the disk: what was altered there has another."""
    now = {
        table: own.get(table) if table in edited else values
        for table, values in kept.tables.items()
    }
    standards = None
    if kept.standards:
        standards = json.loads(kept.standards.read_bytes())
    slides = {}
    if kept.slides:
        files = [path for path in kept.slides.iterdir() if path.is_file()]
        slides = {path.name: _sum(path.read_bytes()) for path in files}
    return contents(now, standards, slides)


def _kept_in(folder: Path) -> Kept | None:
    """None of one that cannot be read, which is told: the branch opens with its own."""
    try:
        document = json.loads((folder / FILE).read_bytes())
        return Kept(folder, document["version"], dict(document["tables"]), dict(document["own"]))
    except (OSError, *NO_CONTENT) as error:
        log.warning("what headquarters sent cannot be read: %s: %s", folder / FILE, error)
        return None


def _write_files(folder: Path, content: Configuration) -> None:
    """The catalogue of standards and the slides, in a new folder. Raises ConfigError for a slide that is none."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(parents=True, mode=0o700)
    except OSError as error:
        raise Unavailable("not_saved") from error
    if content.standards is not None:
        text = json.dumps(content.standards, ensure_ascii=False)
        write_whole(folder / STANDARDS, text.encode())
    for name, file in _decoded(folder, content.slides):
        write_whole(folder / SLIDES / name, file)


def _decoded(folder: Path, slides: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    for name, text in slides.items():
        try:
            yield name, base64.b64decode(text, validate=True)
        except binascii.Error as error:
            wrong = Complaint("slides", str(error), Text("a file in base64"), name)
            raise ConfigError(folder, [wrong]) from error


def _sum(file: bytes) -> str:
    return hashlib.sha256(file).hexdigest()


def _refused(checked: Checked, complaints: Sequence[Complaint]) -> Checked:
    return replace(
        checked,
        content=None,
        why=Why.NOT_FITTING,
        detail=_said(complaints, "en"),
        detail_zh=_said(complaints, "zh"),
    )


def _why(error: Exception, lang: str) -> str:
    return _said(error.complaints, lang) if isinstance(error, ConfigError) else DAMAGED.in_(lang)


def _said(complaints: Sequence[Complaint], lang: str) -> str:
    """What headquarters is told, without the values."""
    said = []
    for one in complaints[:SAID_MAX]:
        where = f"{one.where} ({one.entry})" if one.entry else one.where
        said.append(DOES_NOT_FIT.with_(where=where, allowed=one.allowed).in_(lang))
    if len(complaints) > SAID_MAX:
        said.append(FURTHER.with_(n=len(complaints) - SAID_MAX).in_(lang))
    return "; ".join(said)
