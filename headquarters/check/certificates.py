"""The certificates of a province: which end soon, and whether the NATS server was given the users of today."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from headquarters.certificates import nats_conf
from headquarters.certificates.authority import Authority, Issued, Kind, days_left, newest
from headquarters.check.finding import Finding, Findings, Grade, Say, listed
from headquarters.config import Headquarters
from lobby.texts import Text

SOON_DAYS = 30
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def findings(headquarters: Headquarters, now: datetime, say: Say) -> Findings:
    folder = headquarters.certificates
    if not folder:
        yield from _without(headquarters, say)
        return
    authority = Authority(folder)
    try:
        issued = authority.issued()
    except (OSError, ValueError) as error:
        missing = Text(
            "the certificates cannot be read ({error}): lobby hq certificate init makes them",
            error=error,
        )
        yield Finding("certificates", Grade.FAIL, say(missing))
        return
    current = [*newest(issued)]
    yield Finding("certificates", Grade.OK, str(folder))
    yield from _own(current, now, say)
    yield from _branches(headquarters, current, now, say)
    yield from _users(authority, say)


def _without(headquarters: Headquarters, say: Say) -> Findings:
    host = urlsplit(headquarters.engines.nats).hostname or "localhost"
    if host not in LOOPBACK:
        unsafe = Text(
            "{host} is another machine, and there are no certificates: name a folder under [engines], then lobby hq "
            "certificate init",
            host=host,
        )
        yield Finding("certificates", Grade.FAIL, say(unsafe))
    else:
        yield Finding("certificates", Grade.OK, say(Text("none: on this machine alone")))


def _own(current: list[Issued], now: datetime, say: Say) -> Findings:
    for entry in current:
        if entry.holder.kind is Kind.BRANCH or days_left(entry, now) > SOON_DAYS:
            continue
        soon = Text(
            "the certificate of {name} ends on {day}: lobby hq certificate rotate --own, then restart what shows it",
            name=entry.holder.name,
            day=f"{entry.ends_at:%Y-%m-%d}",
        )
        grade = Grade.FAIL if days_left(entry, now) <= 0 else Grade.WARN
        yield Finding("certificates", grade, say(soon))


def _branches(
    headquarters: Headquarters, current: list[Issued], now: datetime, say: Say
) -> Findings:
    left = {e.holder.name: days_left(e, now) for e in current if e.holder.kind is Kind.BRANCH}
    ended = [code for code, days in left.items() if days <= 0]
    soon = [code for code, days in left.items() if 0 < days <= SOON_DAYS]
    none = headquarters.codes - left.keys()
    for codes, sentence in (
        (
            ended,
            Text("these branches cannot connect, their certificates ended: {codes}; rotate them"),
        ),
        (soon, Text("these branches' certificates end within 30 days: {codes}; rotate them")),
        (none, Text("these branches have no certificate: {codes}; lobby hq certificate make CODE")),
    ):
        if codes:
            yield Finding("certificates", Grade.WARN, say(sentence.with_(codes=listed(codes))))


def _users(authority: Authority, say: Say) -> Findings:
    file = authority.folder / nats_conf.USERS
    if file.exists() and file.read_text() == nats_conf.users(authority.holders()):
        return
    old = Text(
        "{file} is not what the certificates say: lobby hq certificate users writes it again",
        file=file,
    )
    yield Finding("certificates", Grade.WARN, say(old))
