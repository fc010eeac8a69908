"""`lobby check`: what would keep the branch from opening, what would not work, and what to do."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from doctor import (
    data_files,
    data_folder,
    headquarters,
    kiosks,
    machine,
    province,
    settings,
    translations,
)
from doctor.finding import Finding
from lobby.branch.config import ConfigError
from lobby.branch.names import Lang
from lobby.catalogues import boards_without_catalogue
from lobby.customers.customer_file import unreadable
from lobby.engine.sent import SentConfiguration
from lobby.standards.reading import unreadable_standards
from lobby.texts import Readable
from printer.devices.profiles import unknown_profiles


def examine(config: Path, data: Path, lang: Lang) -> list[Finding]:
    """Every finding, in the reader's language."""
    findings, sent = _configuration(config, data, lang)
    branch = sent.branch if sent else None

    def say(name: Readable) -> str:
        return name.in_(lang)

    findings += data_folder.findings(branch, data, say)
    findings += data_files.findings(data, say)
    findings += province.findings(data, say)
    if sent and branch:
        findings += headquarters.findings(sent, say)
        findings += settings.findings(branch, data, say)
        findings += kiosks.findings(branch, data, say)
    findings += translations.findings(data, say)
    return [*findings, *machine.findings(branch, data, say)]


def _configuration(
    config: Path, data: Path, lang: Lang
) -> tuple[list[Finding], SentConfiguration | None]:
    try:
        spoken = partial(boards_without_catalogue, data)
        further = (unreadable, unreadable_standards, unknown_profiles, spoken)
        sent = SentConfiguration(config, data, *further)
    except ConfigError as error:
        return [Finding("config", "fail", c.text(error.file, lang)) for c in error.complaints], None
    return [Finding("config", "ok", str(config))], sent
