"""`lobby hq check` says what would keep headquarters from working, with the real engines, and what to do."""

from __future__ import annotations

import json
import re
import secrets
import socket
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import duckdb
import nats as client
import psycopg
import pytest
from awaited import apart, awaited

from arguments import failed
from cli import main
from headquarters.certificates import issuing
from headquarters.certificates.authority import Authority, Kind
from headquarters.certificates.nats_conf import tls
from headquarters.check import deriving as check_deriving
from headquarters.check import ingest as check_ingest
from headquarters.check import nats as check_nats
from headquarters.check.branches import ALARMS
from headquarters.config import read_headquarters
from headquarters.deriving.deriver import BRANCH_LOCK
from headquarters.engines.engines import NatsServer, Postgres
from headquarters.ingest import stream
from headquarters.ingest.sharing import occupy
from headquarters.journal.judging import AlarmKind
from headquarters.journal.tables import migrate
from lobby.branch.config import ConfigError
from lobby.events.batch import PARTITIONS

BRANCHES = """
[[units]]
id = "p"
name = { zh = "省分行", en = "Province" }
[[branches]]
code = "4401"
unit = "p"
name = { zh = "一", en = "One" }
[[branches]]
code = "4402"
unit = "p"
name = { zh = "二", en = "Two" }
"""
Found = dict[str, list[tuple[str, str]]]


class Headquarters:
    """Engines and a configuration; `check` answers the exit status and what was found, by topic."""

    def __init__(self, folder: Path, bus: NatsServer, database: str, capsys: Any) -> None:
        self.bus = bus
        self.database = database
        self.config = folder / "hq.toml"
        self.engines = {"nats": bus.url, "database": database}
        self.branches = BRANCHES
        self.ingest: Any = None
        self._capsys = capsys

    def check(self, **engines: str) -> tuple[int, Found]:
        named = {**self.engines, **engines}
        lines = [f'{name} = "{value}"' for name, value in named.items()]
        self.config.write_text("\n".join(["[engines]", *lines, self.branches]))
        self._capsys.readouterr()
        monitor = f"127.0.0.1:{self.bus.monitor}"
        words = ["hq", "check", "--config", str(self.config), "--monitor", monitor, "--json"]
        status = apart(main, words)
        found: Found = {}
        for finding in json.loads(self._capsys.readouterr().out):
            found.setdefault(finding["topic"], []).append((finding["grade"], finding["text"]))
        return status, found

    def sql(self, text: str, *values: Any) -> None:
        with psycopg.connect(self.database) as db:
            db.execute(text.encode(), values)

    def hears(self, code: str, ago_s: float = 0, clock_off_s: float = 0) -> None:
        self.sql("INSERT INTO branch (code) VALUES (%s)", code)
        now = datetime.now(UTC)
        at = now - timedelta(seconds=ago_s)
        self.sql("INSERT INTO snapshot VALUES (%s, %s, %s, %s, '{}')", code, at, at, clock_off_s)


@pytest.fixture
def hq(
    tmp_path: Path,
    bus: NatsServer,
    database: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Headquarters]:
    """One where everything is right."""
    monkeypatch.setattr(check_ingest, "BEGIN_S", 0.0)
    monkeypatch.setattr(check_deriving, "STAND_S", 0.0)
    for name in ("NATS_URL", "DATABASE_URL", "LANG"):
        monkeypatch.delenv(name, raising=False)
    migrate(database)
    awaited(_stream(bus.url))
    there = Headquarters(tmp_path, bus, database, capsys)
    there.hears("4401")
    there.hears("4402")
    with psycopg.connect(database, autocommit=True) as there.ingest:
        occupy(there.ingest, range(PARTITIONS))
        yield there


async def _stream(url: str) -> None:
    line = await client.connect(url)
    await stream.ensure_stream(line, 1)
    await line.close()


async def _remove_one(url: str) -> None:
    line = await client.connect(url)
    await line.jetstream().purge_stream("EVENTS", keep=8)
    await line.close()


async def _send(url: str, code: str, count: int) -> None:
    line = await client.connect(url)
    await line.jetstream().add_consumer("EVENTS", durable_name="ingest-1-of-1")
    for _ in range(count):
        await line.jetstream().publish(f"lobby.events.0.{code}", b"x" * 10_000)
    await line.close()


def troubles(found: Found) -> list[str]:
    return [
        f"{topic}: {text}" for topic, rest in found.items() for grade, text in rest if grade != "ok"
    ]


def test_where_everything_is_right_nothing_is_found(hq: Headquarters) -> None:
    status, found = hq.check()
    assert troubles(found) == []
    assert status == 0
    assert {"database", "tables", "fsync", "clock", "nats", "stream", "sync_interval"} <= {*found}


def test_engines_that_do_not_answer_are_failures_with_a_remedy(hq: Headquarters) -> None:
    status, found = hq.check(
        database="postgresql://lobby:secret@127.0.0.1:1/lobby", nats="nats://127.0.0.1:1"
    )
    assert status == 1
    assert found["database"][0][0] == found["nats"][0][0] == "fail"
    assert "DATABASE_URL" in found["database"][0][1]
    assert "NATS_URL" in found["nats"][0][1]
    assert "secret" not in json.dumps(found)


def test_engines_that_are_not_named_are_failures(hq: Headquarters) -> None:
    status, found = hq.check(database="", nats="")
    assert status == 1
    assert "DATABASE_URL" in found["database"][0][1]
    assert "NATS_URL" in found["nats"][0][1]


def test_branches_that_nobody_takes_in_are_a_failure(hq: Headquarters) -> None:
    hq.ingest.execute("SELECT pg_advisory_unlock_all()")
    status, found = hq.check()
    assert (status, found["ingest"][0][0]) == (1, "fail")
    assert "no lobby hq ingest runs" in found["ingest"][0][1]
    occupy(hq.ingest, [*range(0, PARTITIONS, 2)])
    status, found = hq.check()
    assert (status, found["ingest"][0][0]) == (1, "fail")
    assert f"8 of {PARTITIONS} partitions" in found["ingest"][0][1]


def test_tables_that_stand_still_while_events_come_are_a_failure(
    hq: Headquarters, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert hq.check()[1]["deriving"][0][0] == "ok"
    hq.sql("UPDATE branch SET epoch = 1, seq = 9, derived_epoch = 1, derived_at = now()")
    status, found = hq.check()
    assert (status, found["deriving"][0][0]) == (1, "fail")
    assert "4401, 4402 wait" in found["deriving"][0][1]
    due = check_deriving._due

    def one_moves(db: Any) -> check_deriving.Points:
        points = due(db)
        hq.sql("UPDATE branch SET derived_seq = derived_seq + 1 WHERE code = '4401'")
        return points

    monkeypatch.setattr(check_deriving, "_due", one_moves)
    assert hq.check()[1]["deriving"][0][0] == "ok", "4402 has its turn after 4401"
    hq.sql("UPDATE branch SET derived_at = now() - interval '11 min' WHERE code = '4402'")
    status, found = hq.check()
    assert (status, found["deriving"][0][0]) == (0, "warn")
    assert "the tables of 4402" in found["deriving"][0][1]


def test_a_long_rebuild_is_no_stand_still(hq: Headquarters) -> None:
    hq.sql("UPDATE branch SET epoch = 1, seq = 9, derived_at = now() - interval '11 min'")
    hq.sql("UPDATE branch SET derived_epoch = 1, derived_seq = 9 WHERE code = '4402'")
    with psycopg.connect(hq.database) as rebuilding:
        rebuilding.execute("SELECT pg_advisory_xact_lock(%s, hashtext('4401'))", [BRANCH_LOCK])
        assert hq.check()[1]["deriving"][0][0] == "ok"
    assert hq.check()[1]["deriving"][0][0] == "fail"
    hq.sql(
        "INSERT INTO alarm (branch, kind, detail) VALUES ('4401', %s, '{}')", AlarmKind.NOT_DERIVED
    )
    assert hq.check()[1]["deriving"][0][0] == "ok", "told as the alarm that it is"


def test_an_ingest_that_comes_no_further_is_a_failure(
    hq: Headquarters, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has its partitions, as one that hangs has them: the oldest message says it."""
    monkeypatch.setattr(check_nats, "AGAIN_S", 0.0)
    assert len(hq.check()[1]["ingest"]) == 1
    awaited(_send(hq.bus.url, "4401", 9))
    assert len(hq.check()[1]["ingest"]) == 1, "it came just now"
    monkeypatch.setattr(check_nats, "WAITS_MAX_S", 0.0)
    status, found = hq.check()
    assert (status, found["ingest"][-1][0]) == (1, "fail")
    assert "9 messages wait" in found["ingest"][-1][1]
    awaited(_remove_one(hq.bus.url))
    oldest = check_nats._oldest
    before = iter([check_nats.Oldest(1, 9, 90.0)])

    async def moving(line: Any) -> check_nats.Oldest:
        return next(before, None) or await oldest(line)

    monkeypatch.setattr(check_nats, "_oldest", moving)
    status, found = hq.check()
    assert (status, found["ingest"][-1][0]) == (0, "warn")
    assert "8 messages wait" in found["ingest"][-1][1]


def test_a_stream_that_fills_and_a_branch_that_floods_are_told(
    hq: Headquarters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_nats, "FULL", 0.00005)
    monkeypatch.setattr(check_nats, "PER_BRANCH", 9)
    awaited(_send(hq.bus.url, "4401", 9))
    said = [text for grade, text in hq.check()[1]["stream"] if grade == "warn"]
    assert "stream_gb" in said[0]
    assert "more comes from 4401" in said[1]


def test_a_disk_that_is_not_seen_is_told(hq: Headquarters) -> None:
    role = f"r{secrets.token_hex(4)}"
    hq.sql(f"CREATE ROLE {role} LOGIN PASSWORD 'x'")
    hq.sql(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}")
    url = re.sub("//.*@", f"//{role}:x@", hq.database)
    told = hq.check(database=url)[1]["disk"]
    assert told[0][0] == "warn"
    assert f"GRANT pg_read_all_settings TO {role}" in told[0][1]
    hq.sql(f"GRANT pg_read_all_settings TO {role}")
    assert hq.check(database=url)[1]["disk"][0][0] == "ok"


def test_a_file_of_old_months_that_is_away_is_told(hq: Headquarters, tmp_path: Path) -> None:
    file = tmp_path / "journal-2026-01.parquet"
    archived = "INSERT INTO archived VALUES ('4401', 1, 1, 9, '2026-01', %s, now(), now(), %s)"
    hq.sql(archived, str(file), None)
    grade, text = hq.check()[1]["archive"][0]
    assert (grade, str(file) in text) == ("warn", True)
    file.write_bytes(b"PAR1, and the rest is not here")
    assert hq.check()[1]["archive"][0][0] == "warn"
    file.write_bytes(b"PAR1, all of it, PAR1")
    assert hq.check()[1]["archive"] == [("ok", "1")], "of an earlier release: not counted"
    hq.sql("UPDATE archived SET events = 9")
    for events, expected in ((8, "warn"), (9, "ok")):
        duckdb.sql(f"COPY (FROM range({events})) TO '{file}' (FORMAT parquet)")
        assert hq.check()[1]["archive"][0][0] == expected


def test_what_keeps_headquarters_from_the_nats_server_is_told_apart(
    hq: Headquarters, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(**engines: str) -> str:
        grade, text = hq.check(**engines)[1]["nats"][0]
        assert grade == "fail"
        return text

    monkeypatch.setattr(check_nats, "ANSWER_S", 1)
    issuing.establish(tmp_path / "certificates", "省分行", ["elsewhere"])
    assert "nobody listens" in fault(nats="nats://127.0.0.1:1")
    assert "no machine of that name" in fault(nats="nats://nowhere.invalid:4222")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert "nobody answers" in fault(nats=f"nats://127.0.0.1:{silent.getsockname()[1]}")
    assert "no TLS" in fault(certificates="certificates")
    with NatsServer(tmp_path / "tls", more=tls(tmp_path / "certificates")) as bus:
        assert "does not fit" in fault(nats=bus.url, certificates="certificates")
    users = "authorization { users = [ { user: hq, password: hq } ] }"
    with NatsServer(tmp_path / "closed", more=users) as bus:
        assert "does not know" in fault(nats=bus.url)


def test_tables_of_another_version_are_told(hq: Headquarters) -> None:
    hq.sql("INSERT INTO migration VALUES (99)")
    assert hq.check()[1]["tables"][0][0] == "fail"
    hq.sql("DELETE FROM migration")
    assert hq.check()[1]["tables"][0][0] == "warn"


def test_a_database_that_does_not_force_to_the_disk_is_a_failure(
    hq: Headquarters, tmp_path: Path
) -> None:
    with Postgres(tmp_path / "lazy", settings={"fsync": "off"}) as lazy:
        status, found = hq.check(database=lazy.url)
    assert (status, found["fsync"][0][0]) == (1, "fail")
    assert "fsync = on" in found["fsync"][0][1]


def test_a_missing_stream_is_a_failure(hq: Headquarters, tmp_path: Path) -> None:
    with NatsServer(tmp_path / "empty") as empty:
        status, found = hq.check(nats=empty.url)
    assert (status, found["stream"][0][0]) == (1, "fail")
    assert found["sync_interval"][0][0] == "warn"
    assert "--monitor" in found["sync_interval"][0][1]


def test_a_server_that_acknowledges_too_early_is_told(hq: Headquarters) -> None:
    hq.bus.stop()
    hq.bus._write = lambda: None  # type: ignore[method-assign]
    lazy = hq.bus.config.read_text().replace("sync_interval: always", 'sync_interval: "2m"')
    hq.bus.config.write_text(lazy)
    hq.bus.start()
    assert hq.check()[1]["sync_interval"][0][0] == "warn"


LATE = "UPDATE snapshot SET received_at = now() - interval '5 min'"
ONE = "WHERE branch = '4402'"
GONE = f"WITH gone AS (DELETE FROM snapshot {ONE}) DELETE FROM branch WHERE code = '4402'"


@pytest.mark.parametrize(
    ("arrange", "topic", "said"),
    [
        (f"{LATE} {ONE}", "branches", "4402"),
        (LATE, "branches", "lobby hq ingest"),
        (f"UPDATE snapshot SET clock_off_s = -75 {ONE}", "clocks", "4402 (-75 s)"),
        (GONE, "branches", "never heard of: 4402"),
        ("INSERT INTO alarm VALUES ('4401', 'of_later', '{}')", "of_later", "4401"),
    ],
)
def test_a_branch_that_needs_somebody_is_named(
    hq: Headquarters, arrange: str, topic: str, said: str
) -> None:
    hq.sql(arrange)
    status, found = hq.check()
    assert status == 0
    assert len(troubles(found)) == 1
    assert said in next(text for grade, text in found[topic] if grade == "warn")


def test_a_branch_is_looked_for_on_its_days_alone(hq: Headquarters) -> None:
    hq.branches = f"{BRANCHES}from = {date.max}\n"
    assert ["heard but on no page" in text for text in troubles(hq.check()[1])] == [True]
    hq.sql(f"{LATE} {ONE}")
    assert troubles(hq.check()[1]) == []
    hq.sql(GONE)
    assert troubles(hq.check()[1]) == []


@pytest.mark.parametrize("kind", AlarmKind)
def test_every_alarm_has_its_sentence_until_it_is_over(hq: Headquarters, kind: AlarmKind) -> None:
    assert kind in ALARMS
    hq.sql("INSERT INTO alarm VALUES ('4401', %s, '{}')", kind)
    assert "4401" in hq.check()[1][kind][0][1]
    hq.sql("UPDATE alarm SET cleared_at = now()")
    assert troubles(hq.check()[1]) == []


def test_certificates_that_end_soon_are_told_and_those_that_ended(
    hq: Headquarters, tmp_path: Path
) -> None:
    authority = issuing.establish(tmp_path / "certificates", "省分行", [])
    now = datetime.now(UTC)
    for code, ago in (("4401", 380), ("4403", 400)):
        holder = authority.holder(Kind.BRANCH, code)
        authority.issue(holder, tmp_path / code, now - timedelta(days=ago))
    issuing.publish(authority)
    said = [text for _, text in _certificates(hq)]
    assert any("end within 30 days: 4401;" in text for text in said)
    assert any("ended: 4403;" in text for text in said)
    assert any("no certificate: 4402;" in text for text in said)
    issuing.rotate(authority, "4401", tmp_path / "4401")
    issuing.rotate(authority, "4403", tmp_path / "4403")
    issuing.make(authority, "4402", tmp_path / "4402")
    assert [grade for grade, _ in _certificates(hq)] == ["ok"]
    (authority.folder / "nats-users.conf").write_text("")
    assert "certificate users" in _certificates(hq)[1][1]
    assert main(["hq", "certificate", "users", "--config", str(hq.config)]) == 0
    assert [grade for grade, _ in _certificates(hq)] == ["ok"]


def _certificates(hq: Headquarters) -> list[tuple[str, str]]:
    """The bus itself wants no certificate: what NATS is found to be is not looked at."""
    return hq.check(certificates="certificates")[1]["certificates"]


def test_headquarters_own_certificate_that_ended_is_a_failure(
    hq: Headquarters, tmp_path: Path
) -> None:
    authority = Authority(tmp_path / "certificates")
    long_ago = datetime.now(UTC) - timedelta(days=500)
    authority.make("省分行", long_ago)
    holder = authority.holder(Kind.HEADQUARTERS, "headquarters")
    authority.issue(holder, authority.folder, long_ago)
    issuing.publish(authority)
    status, found = hq.check(certificates="certificates")
    assert status == 1
    assert any(grade == "fail" and "--own" in text for grade, text in found["certificates"])


def test_another_machine_without_certificates_is_a_failure(hq: Headquarters) -> None:
    status, found = hq.check(nats="nats://192.0.2.1:4222")
    assert status == 1
    assert found["certificates"][0][0] == "fail"


def test_a_configuration_that_is_wrong_is_the_only_finding(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "hq.toml"
    config.write_text("[engines]\nnatz = 1\n")
    assert main(["hq", "check", "--config", str(config)]) == 1
    assert capsys.readouterr().out.startswith("FAIL  config:")


UNIT = '[[units]]\nid = "{}"\nname = {{ zh = "甲", en = "A" }}\n'
OUTLET = '[[branches]]\ncode = "4401"\nunit = "a"\nname = {{ zh = "甲", en = "A" }}\n{}\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (UNIT.format("a") * 2, "units[1].id"),
        (UNIT.format("../a"), "units[0].id"),
        (UNIT.format("南城"), "units[0].id"),
        (UNIT.format(""), "units[0].id"),
        (UNIT.format("a") + OUTLET.format("") * 2, "branches[1].code"),
        (
            UNIT.format("a")
            + OUTLET.format("until = 2026-07-01")
            + OUTLET.format("from = 2026-07-01"),
            "branches[1].code",
        ),
        (
            UNIT.format("a") + OUTLET.format("from = 2026-07-01\nuntil = 2026-06-30"),
            "branches[0].until",
        ),
    ],
)
def test_a_tree_that_cannot_be_drawn_is_refused(tmp_path: Path, text: str, says: str) -> None:
    config = tmp_path / "hq.toml"
    config.write_text(text)
    with pytest.raises(ConfigError, match=re.escape(says)):
        read_headquarters(config)


def test_a_branch_that_moves_stands_in_the_tree_twice(tmp_path: Path) -> None:
    config = tmp_path / "hq.toml"
    moved = OUTLET.format("until = 2026-06-30"), OUTLET.format("from = 2026-07-01")
    config.write_text(UNIT.format("a") + "".join(moved))
    assert len(read_headquarters(config).branches) == 2


def test_a_branchs_installation_says_what_it_lacks(capsys: pytest.CaptureFixture[str]) -> None:
    context = click.Context(click.Command("check"), info_name="check")
    assert failed(ModuleNotFoundError("no", name="psycopg"), context) == 2
    assert "make headquarters" in capsys.readouterr().err
