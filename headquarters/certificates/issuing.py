"""What `lobby hq certificate` does: each command changes the authority's register, writes the NATS server's users anew,
and has a server on this machine read them."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from headquarters.certificates import nats_conf
from headquarters.certificates.authority import (
    ANY_HOST,
    OWN,
    SERVER,
    Authority,
    Holder,
    Issued,
    Kind,
    newest,
)
from headquarters.config import Headquarters

SERVER_PROGRAM = "nats-server"


class NotMade(ValueError):
    """There is no authority yet, or the configuration names no folder for it."""


def folder_of(headquarters: Headquarters) -> Path:
    """Raises NotMade."""
    if not headquarters.certificates:
        raise NotMade("[engines] of the configuration names no folder for certificates")
    return headquarters.certificates


def establish(folder: Path, name: str, hosts: Sequence[str]) -> Authority:
    """A new authority with the certificates of the NATS server and of headquarters itself."""
    authority = Authority(folder)
    authority.make(name, datetime.now(UTC))
    renew_own(authority, hosts or ANY_HOST)
    return authority


def opened(folder: Path) -> Authority:
    """The authority that is there. Raises NotMade."""
    authority = Authority(folder)
    if not (folder / "authority.crt").exists():
        raise NotMade(f"there is no authority in {folder}: lobby hq certificate init makes it")
    return authority


def renew_own(authority: Authority, hosts: Sequence[str]) -> list[Issued]:
    """Of the server and of headquarters. A running program takes the new one when it is started again."""
    now = datetime.now(UTC)
    server = authority.holder(Kind.SERVER, SERVER)
    own = authority.holder(Kind.HEADQUARTERS, OWN)
    issued = [
        authority.issue(server, authority.folder, now, hosts),
        authority.issue(own, authority.folder, now),
    ]
    publish(authority)
    return issued


def make(authority: Authority, code: str, out: Path) -> Issued:
    """The first certificate of a branch, or the first after a revocation. Raises FileExistsError where it has one."""
    holder = authority.holder(Kind.BRANCH, code)
    if current := _current(authority, holder):
        until = f"{current.ends_at:%Y-%m-%d}"
        raise FileExistsError(
            f"branch {code} has a certificate until {until}: rotate renews it, revoke ends it"
        )
    return _issue(authority, holder, out)


def rotate(authority: Authority, code: str, out: Path) -> Issued:
    """A new key for a branch. The one before stays valid to its end: nothing stops. Raises ValueError."""
    holder = authority.holder(Kind.BRANCH, code)
    if not _current(authority, holder):
        raise ValueError(f"branch {code} has no certificate: make makes the first")
    return _issue(authority, holder, out)


def revoke(authority: Authority, kind: Kind, name: str) -> Holder:
    """All certificates that it has now: they have no user any more. Raises ValueError where it has none."""
    holder = authority.holder(kind, name)
    if not _current(authority, holder):
        raise ValueError(f"{name} has no certificate")
    authority.revoke(holder)
    publish(authority)
    return holder


def _issue(authority: Authority, holder: Holder, out: Path) -> Issued:
    issued = authority.issue(holder, out, datetime.now(UTC))
    publish(authority)
    return issued


def _current(authority: Authority, holder: Holder) -> Issued | None:
    return next((entry for entry in newest(authority.issued()) if entry.holder == holder), None)


def publish(authority: Authority) -> None:
    """Write the file of users, whole or not at all."""
    file = authority.folder / nats_conf.USERS
    part = file.with_suffix(".part")
    part.write_text(nats_conf.users(authority.holders()))
    part.replace(file)


def reload(folder: Path) -> int:
    """Have the NATS server of this folder read its configuration again: its process, 0 where none runs here."""
    with suppress(OSError, ValueError):
        pid = int((folder / nats_conf.PID).read_text())
        if (
            Path(f"/proc/{pid}/comm").read_text().strip() == SERVER_PROGRAM
        ):  # the number may be another's by now
            os.kill(pid, signal.SIGHUP)
            return pid
    return 0
