"""What headquarters sent of the configuration, as the next start has it."""

from __future__ import annotations

from doctor.finding import Finding, Findings, Say
from lobby.branch.names import Name
from lobby.engine.sent import SentConfiguration
from lobby.texts import Text

TOPIC = "headquarters tables"
IN_FORCE = Text("version {version} of headquarters: {tables}")
EDITED = Text(
    "{tables} of config.toml were edited after version {version} of headquarters came, and count; "
    "put them back as they were, and headquarters' are in force again"
)
UNFIT = Text(
    "nothing of version {version} of headquarters is in force, since config.toml does not fit it any more: {detail}"
)
LEFT_OUT = Text("services of headquarters that no counter serves are not offered: {services}")


def findings(sent: SentConfiguration, say: Say) -> Findings:
    kept = sent.kept
    if kept is None or not kept.version:
        return
    applied = sent.applied
    version = kept.version
    if not applied.hash:
        detail = Name(applied.detail_zh, applied.detail)
        yield Finding(TOPIC, "warn", say(UNFIT.with_(version=version, detail=detail)))
        return
    yield Finding(TOPIC, "ok", say(IN_FORCE.with_(version=version, tables=", ".join(kept.tables))))
    if applied.edited:
        tables = ", ".join(applied.edited)
        yield Finding(TOPIC, "warn", say(EDITED.with_(tables=tables, version=version)))
    if applied.left_out:
        services = ", ".join(applied.left_out)
        yield Finding(TOPIC, "warn", say(LEFT_OUT.with_(services=services)))
