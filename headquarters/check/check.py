"""`lobby hq check`: what would keep headquarters from working, which branches need somebody, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from headquarters.check import branches, certificates, database, deriving, ingest, nats
from headquarters.check.finding import Finding, Findings, Grade, Say
from headquarters.config import Headquarters, read_headquarters
from lobby.branch.config import ConfigError
from lobby.branch.names import Lang
from lobby.texts import Readable, Text


def examine(
    config: Path, monitor: str, lang: Lang, environment: Mapping[str, str]
) -> list[Finding]:
    """Every finding, in the reader's language. `monitor`: HOST:PORT of the NATS server's monitoring."""

    def say(text: Readable) -> str:
        return text.in_(lang)

    try:
        headquarters = read_headquarters(config, environment)
    except ConfigError as error:
        complaints = error.complaints
        return [Finding("config", Grade.FAIL, c.text(error.file, lang)) for c in complaints]
    return [*_findings(config, headquarters, monitor, say)]


def _findings(config: Path, headquarters: Headquarters, monitor: str, say: Say) -> Findings:
    now = datetime.now(UTC)
    yield Finding("config", Grade.OK, str(config))
    if not headquarters.branches:
        open_to_all = Text(
            "no branches are listed, so every one is taken in: list them under [[branches]] before the first goes live"
        )
        yield Finding("config", Grade.WARN, say(open_to_all))
    yield from database.findings(headquarters, now, say)
    yield from ingest.findings(headquarters, say)
    yield from deriving.findings(headquarters, say)
    yield from nats.findings(headquarters, monitor, say)
    yield from certificates.findings(headquarters, now, say)
    yield from branches.findings(headquarters, now, say)
