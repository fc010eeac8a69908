"""Who may connect to headquarters, with the real server: a branch by its certificate, under its own name alone."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import stat
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import nats as client
import pytest
from awaited import awaited
from conftest import until
from nats.aio.client import Client

from cli import main
from headquarters.certificates import issuing, nats_conf
from headquarters.certificates.authority import OWN, PASSPHRASE, SERVER, Authority, Holder, Kind
from headquarters.engines.engines import NatsServer, free_port
from headquarters.ingest.stream import ensure_stream
from integrations.nats_line import Address, LineLost, drop
from integrations.nats_line import connected as connected_line
from lobby.events.batch import events_subject, inbox

NOW = datetime.now(UTC)
THREE = [word for n in (1, 2, 3) for word in ("--member", f"10.0.0.{n}")]
CUT_S = 20.0
"""So soon a revoked branch is cut."""


class Province:
    """A NATS server that lets in whom its authority knows, and no others."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.authority = issuing.establish(folder / "certificates", "省分行", ["127.0.0.1"])
        self.server = NatsServer(folder / "nats", more=self._more())

    def _more(self) -> str:
        certificates = self.authority.folder
        return f"{nats_conf.tls(certificates)}\n{nats_conf.users(self.authority.holders())}"

    def branch(self, code: str) -> Path:
        issuing.make(self.authority, code, self.folder / code)
        self.reload()
        return self.folder / code

    def reload(self) -> None:
        """Until the server knows its users."""
        before = self._reloads()
        self.server.more = self._more()
        self.server.reload()
        until(lambda: self._reloads() > before, "the new users")

    def _reloads(self) -> int:
        return self.server.log.read_text().count("Reloaded server configuration")


@pytest.fixture
def province(tmp_path: Path) -> Iterator[Province]:
    there = Province(tmp_path)
    with there.server:
        yield there


def tls(folder: Path, name: str = "branch") -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=folder / "authority.crt")
    context.load_cert_chain(folder / f"{name}.crt", folder / f"{name}.key")
    return context


class Refusals:
    """What the server told a connection that it may not."""

    def __init__(self) -> None:
        self.said: list[str] = []

    async def hear(self, error: Exception) -> None:
        self.said.append(str(error))


async def connected(
    url: str, context: ssl.SSLContext | None, code: str = "", **more: Any
) -> Client:
    quiet = {"error_cb": Refusals().hear, **more}
    line = Client()
    try:
        await line.connect(
            url,
            tls=context,
            allow_reconnect=False,
            connect_timeout=5,
            inbox_prefix=inbox(code),
            **quiet,
        )
    except BaseException:
        drop(line)
        raise
    return line


async def hub(province: Province) -> Client:
    """Headquarters, with the stream."""
    line = await connected(province.server.url, tls(province.authority.folder, OWN), "hub")
    await line.jetstream().add_stream(name="EVENTS", subjects=["lobby.events.*.*"])
    return line


def refused(url: str, context: ssl.SSLContext | None) -> bool:
    async def trying() -> bool:
        try:
            line = await connected(url, context, "4401")
            await line.flush(2)
        except (client.errors.Error, ssl.SSLError, OSError, TimeoutError):
            return True
        await line.close()
        return False

    return awaited(trying())


# -- who comes in -----------------------------------------------------------------------------------------
def test_a_branch_with_its_certificate_comes_in(province: Province) -> None:
    assert not refused(province.server.url, tls(province.branch("4401")))


def test_nobody_comes_in_without_one(province: Province) -> None:
    context = ssl.create_default_context(cafile=province.authority.folder / "authority.crt")
    assert refused(province.server.url, context)
    assert refused(province.server.url, None)


def test_a_certificate_that_is_not_there_is_named(province: Province, tmp_path: Path) -> None:
    async def trying() -> None:
        async with connected_line(Address(province.server.url, tmp_path)):
            pass

    with pytest.raises(FileNotFoundError) as missing:
        awaited(trying())
    assert missing.value.filename == str(tmp_path / "authority.crt")


def test_the_same_name_of_another_authority_is_refused(province: Province, tmp_path: Path) -> None:
    province.branch("4401")
    stranger = issuing.establish(tmp_path / "stranger", "省分行", [])
    issuing.make(stranger, "4401", tmp_path / "forged")
    ours = (province.authority.folder / "authority.crt").read_bytes()
    (tmp_path / "forged" / "authority.crt").write_bytes(ours)
    assert refused(province.server.url, tls(tmp_path / "forged"))


def test_a_certificate_that_ended_is_refused(province: Province) -> None:
    out = province.folder / "late"
    holder = province.authority.holder(Kind.BRANCH, "4401")
    province.authority.issue(holder, out, NOW - timedelta(days=400))
    province.reload()
    assert refused(province.server.url, tls(out))


def test_the_servers_own_certificate_is_no_client(province: Province) -> None:
    assert refused(province.server.url, tls(province.authority.folder, SERVER))


@contextmanager
def between(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """The port of who stands between a branch and headquarters, and answers instead."""

    def accept() -> None:
        with suppress(OSError):
            while True:
                line, _ = listener.accept()
                with line, suppress(OSError):
                    answer(line)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            accepting.join()


async def _connect_through(port: int, folder: Path) -> None:
    async with connected_line(Address(f"nats://127.0.0.1:{port}", folder)):
        pass


def test_who_stands_between_with_a_branchs_certificate_is_no_server(province: Province) -> None:
    folder = province.branch("4401")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "branch.crt", folder / "branch.key")

    def answer(line: socket.socket) -> None:
        context.wrap_socket(line, server_side=True).close()

    with between(answer) as port, pytest.raises(LineLost, match="certificate verify failed"):
        awaited(_connect_through(port, folder))


def test_who_stands_between_cannot_talk_a_branch_out_of_tls(province: Province) -> None:
    folder = province.branch("4401")
    heard: list[bytes] = []

    def answer(line: socket.socket) -> None:
        line.sendall(b'INFO {"server_id":"x","version":"2.15.1","max_payload":1048576}\r\n')
        heard.append(line.recv(64))

    with between(answer) as port, pytest.raises(LineLost):
        awaited(_connect_through(port, folder))
    assert heard
    assert {first[:1] for first in heard} == {b"\x16"}  # a TLS handshake


# -- revocation -------------------------------------------------------------------------------------------
def test_a_revoked_branch_is_cut_and_stays_out(province: Province) -> None:
    folder = province.branch("4401")
    other = province.branch("4402")

    async def cut() -> float:
        ended = asyncio.Event()

        async def closed() -> None:
            ended.set()

        line = await connected(province.server.url, tls(folder), "4401", closed_cb=closed)
        await line.flush()
        issuing.revoke(province.authority, Kind.BRANCH, "4401")
        since = time.monotonic()
        province.server.more = province._more()
        province.server.reload()
        await asyncio.wait_for(ended.wait(), CUT_S)
        return time.monotonic() - since

    assert awaited(cut()) < CUT_S
    assert refused(province.server.url, tls(folder))
    assert not refused(province.server.url, tls(other))


def test_after_a_revocation_only_the_new_certificate_fits(province: Province) -> None:
    stolen = province.branch("4401")
    issuing.revoke(province.authority, Kind.BRANCH, "4401")
    issuing.make(province.authority, "4401", province.folder / "new")
    province.reload()
    assert refused(province.server.url, tls(stolen))
    assert not refused(province.server.url, tls(province.folder / "new"))


def test_a_renewal_leaves_the_one_before_valid(province: Province) -> None:
    before = province.branch("4401")
    issuing.rotate(province.authority, "4401", province.folder / "after")
    province.reload()
    assert not refused(province.server.url, tls(before))
    assert not refused(province.server.url, tls(province.folder / "after"))


# -- what a branch may say and hear -----------------------------------------------------------------------
def test_a_branch_speaks_under_its_own_name_alone(province: Province) -> None:
    folder = province.branch("4401")
    province.branch("4402")

    async def speaking() -> tuple[list[str], list[str]]:
        headquarters = await hub(province)
        heard: list[str] = []

        async def hear(message: Any) -> None:
            heard.append(message.subject)

        await headquarters.subscribe("lobby.>", cb=hear)
        await headquarters.flush()
        refusals = Refusals()
        line = await connected(province.server.url, tls(folder), "4401", error_cb=refusals.hear)
        for code in ("4402", "4401"):
            await line.publish(events_subject(code), b"x")
            await line.publish(f"lobby.snapshot.{code}", b"x")
            await line.publish(f"lobby.ask.{code}", b"x")
        acknowledged = await line.jetstream().publish(events_subject("4401"), b"y")
        assert acknowledged.stream == "EVENTS"
        await headquarters.flush()
        await line.close()
        await headquarters.close()
        return heard, refusals.said

    heard, said = awaited(speaking())
    assert {subject.rpartition(".")[2] for subject in heard} == {"4401"}
    assert len(heard) == 4
    assert len([text for text in said if "permissions violation for publish" in text]) == 3


@pytest.mark.parametrize(
    "subject",
    [
        ">",
        "lobby.>",
        "lobby.snapshot.4402",
        "lobby.poke.4402",
        "lobby.poke.*",
        "lobby.events.*.*",
        "_INBOX_4402.>",
        "_INBOX.>",
        "$JS.>",
        "$SYS.>",
        "_INBOX_4401.* lobby",
    ],
)
def test_a_branch_hears_nothing_of_others(province: Province, subject: str) -> None:
    folder = province.branch("4401")
    subject, _, queue = subject.partition(" ")

    async def listening() -> tuple[list[str], list[bytes]]:
        headquarters = await hub(province)
        refusals = Refusals()
        line = await connected(province.server.url, tls(folder), "4401", error_cb=refusals.hear)
        heard: list[bytes] = []

        async def hear(message: Any) -> None:
            heard.append(message.data)

        await line.subscribe(subject, queue, cb=hear)
        await line.flush()
        for other in (
            "lobby.snapshot.4402",
            "lobby.poke.4402",
            events_subject("4402"),
            "_INBOX_4402.a",
            "_INBOX.a",
        ):
            await headquarters.publish(other, b"secret")
        await headquarters.flush()
        await line.flush()
        await line.close()
        await headquarters.close()
        return refusals.said, heard

    said, heard = awaited(listening())
    assert heard == []
    assert queue or any("permissions violation for subscription" in text for text in said)


def test_a_branch_hears_that_there_is_something_for_it(province: Province) -> None:
    folder = province.branch("4401")

    async def poked() -> bytes:
        headquarters = await hub(province)
        line = await connected(province.server.url, tls(folder), "4401")
        heard = await line.subscribe("lobby.poke.4401")
        await line.flush()
        await headquarters.publish("lobby.poke.4401", b"")
        await headquarters.flush()
        message = await heard.next_msg(timeout=60)
        await line.close()
        await headquarters.close()
        return bytes(message.data)

    assert awaited(poked()) == b""


def test_a_branch_reads_no_stream(province: Province) -> None:
    folder = province.branch("4401")

    async def asking() -> list[str]:
        headquarters = await hub(province)
        await headquarters.jetstream().publish(events_subject("4402"), b"secret")
        refusals = Refusals()
        line = await connected(province.server.url, tls(folder), "4401", error_cb=refusals.hear)
        stream = line.jetstream(timeout=0.3)
        for question in (
            stream.stream_info("EVENTS"),
            stream.get_msg("EVENTS", 1),
            stream.purge_stream("EVENTS"),
            stream.delete_stream("EVENTS"),
            stream.subscribe(events_subject("4402")),
        ):
            with pytest.raises((client.errors.Error, client.js.errors.Error, TimeoutError)):
                await question
        await line.close()
        state = await headquarters.jetstream().stream_info("EVENTS")
        await headquarters.close()
        return [str(state.state.messages), *refusals.said]

    kept, *said = awaited(asking())
    assert kept == "1"
    assert len([text for text in said if "$js.api" in text.lower()]) >= 4


# -- a cluster of three -----------------------------------------------------------------------------------
class Alone(NatsServer):
    """Taken for started before it is healthy: it has no leader until another member is there."""

    def _answers(self) -> bool:
        with socket.socket() as line:
            return line.connect_ex(("127.0.0.1", self.port)) == 0


class Member(Alone):
    """One server of a cluster, by the configuration that the command writes."""

    def __init__(self, authority: Authority, folder: Path, name: str, members: list[str]) -> None:
        super().__init__(folder)
        self.config = authority.folder / f"{name.replace(':', '-')}.conf"
        self.text = nats_conf.whole(
            nats_conf.Place(
                authority.folder, self.store, "127.0.0.1", self.port, self.monitor, name, members
            )
        )

    def _write(self) -> None:
        self.config.write_text(self.text)

    def asked(self, path: str) -> Any:
        with socket.create_connection(("127.0.0.1", self.monitor)) as line:
            line.sendall(f"GET /{path} HTTP/1.0\r\n\r\n".encode())
            answer = line.makefile("rb").read()
        return json.loads(answer.partition(b"\r\n\r\n")[2])


def test_three_servers_carry_on_without_one_and_let_no_branch_into_their_routes(
    tmp_path: Path,
) -> None:
    authority = issuing.establish(tmp_path / "certificates", "省分行", [])
    issuing.make(authority, "4401", tmp_path / "4401")
    names = [f"localhost:{free_port()}" for _ in range(3)]
    members = [Member(authority, tmp_path / f"n{n}", name, names) for n, name in enumerate(names)]
    rogue = Alone(tmp_path / "rogue", more=_rogue(tmp_path / "4401", names[0]))
    try:
        for member in members:
            member.start()
        url = ",".join(member.url for member in members).split(",")
        until(lambda: members[0].asked("jsz").get("meta_cluster", {}).get("leader"), "a leader", 60)
        awaited(_kept_without_one(authority, url, members))
        rogue.start()
        until(lambda: "Authorization Violation" in rogue.log.read_text(), "a refusal")
        peers = {route["remote_name"] for route in members[0].asked("routez")["routes"]}
        assert peers <= {name.replace(":", "-") for name in names}
    finally:
        for server in (rogue, *members):
            server.stop()


def _rogue(folder: Path, target: str) -> str:
    files = f'cert_file: "{folder}/branch.crt", key_file: "{folder}/branch.key", ca_file: "{folder}/authority.crt"'
    return f"""server_name: rogue
    cluster {{ name: province, listen: "127.0.0.1:{free_port()}", routes: ["nats-route://{target}"],
    tls {{ {files} }} }}"""


async def _kept_without_one(authority: Authority, url: list[str], members: list[Member]) -> None:
    context = tls(authority.folder, OWN)
    named = {"tls": context, "inbox_prefix": "_INBOX_hub", "error_cb": Refusals().hear}
    line = await client.connect(url, **named)
    stream = line.jetstream(timeout=2)
    await stream.add_stream(name="EVENTS", subjects=["lobby.events.*.*"])  # as one server had it
    await _in_the_end(ensure_stream, line, 1)
    await _in_the_end(stream.publish, events_subject("4401"), b"one")
    assert (await _in_the_end(stream.stream_info, "EVENTS")).config.num_replicas == 3
    await line.close()
    members[2].kill()
    line = await client.connect(url[:2], **named)
    stream = line.jetstream(timeout=2)
    await _in_the_end(ensure_stream, line, 1)
    await _in_the_end(stream.publish, events_subject("4401"), b"two")
    assert (await _in_the_end(stream.stream_info, "EVENTS")).state.messages >= 2
    await line.close()


async def _in_the_end(asked: Callable[..., Awaitable[Any]], *args: Any) -> Any:
    """The answer, once a new leader is there to give it."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return await asked(*args)
        except (client.errors.Error, client.js.errors.Error, TimeoutError):
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)


# -- files and commands -----------------------------------------------------------------------------------
def test_keys_are_for_their_owner_and_the_authoritys_may_be_sealed(tmp_path: Path) -> None:
    sealed = Authority(tmp_path / "ca", {PASSPHRASE: "seven green lanterns"})
    sealed.make("省分行", NOW)
    holder = Holder(Kind.BRANCH, "4401")
    sealed.issue(holder, tmp_path / "out", NOW)
    files = [*tmp_path.rglob("*.key"), *tmp_path.rglob("*.crt")]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert sealed.is_sealed()
    for wrong in ({}, {PASSPHRASE: "another"}):
        with pytest.raises(ValueError, match=PASSPHRASE):
            Authority(tmp_path / "ca", wrong).issue(holder, tmp_path / "out", NOW)


@pytest.fixture
def hq(tmp_path: Path) -> list[str]:
    config = tmp_path / "hq.toml"
    config.write_text('[engines]\ncertificates = "certificates"\n')
    assert main(["hq", "certificate", "init", "--config", str(config)]) == 0
    return ["--config", str(config)]


def command(*words: str | Path) -> int:
    return main(["hq", "certificate", *map(str, words)])


def test_the_commands_make_renew_and_end_a_certificate(
    hq: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    users = tmp_path / "certificates" / nats_conf.USERS
    out = tmp_path / "4401"
    assert command("make", "4401", "--out", out, *hq) == 0
    assert {file.name for file in out.iterdir()} == {"branch.crt", "branch.key", "authority.crt"}
    assert "CN=4401,OU=branch.1" in users.read_text()
    assert command("make", "4401", "--out", out, *hq) == 2
    assert command("rotate", "4401", "--out", out, *hq) == 0
    assert command("revoke", "4401", *hq) == 0
    assert "CN=4401" not in users.read_text()
    assert command("make", "4401", "--out", out, *hq) == 0
    assert "CN=4401,OU=branch.2" in users.read_text()
    capsys.readouterr()
    assert command("list", "--json", *hq) == 0
    listed = json.loads(capsys.readouterr().out)
    branch = [(one["generation"], one["revoked"]) for one in listed if one["name"] == "4401"]
    assert branch == [(1, True), (1, True), (2, False)]


def test_a_certificate_of_a_branch_that_is_not_listed_is_made_with_a_word(
    hq: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Path(hq[1]).open("a") as config:
        config.write('[[units]]\nid = "a"\nname = { zh = "甲", en = "A" }\n')
        config.write('[[branches]]\ncode = "4401"\nunit = "a"\nname = { zh = "甲", en = "A" }\n')
    capsys.readouterr()
    assert command("make", "4401", "--out", tmp_path / "4401", *hq) == 0
    assert capsys.readouterr().err == ""
    assert command("make", "4410", "--out", tmp_path / "4410", *hq) == 0
    assert "does not list 4410" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["make", "../x", "--out", "x"], "no code of a branch"),
        (["rotate", "4409", "--out", "x"], "make makes the first"),
        (["rotate", "4409"], "--out"),
        (["rotate"], "--own"),
        (["revoke", "4409"], "has no certificate"),
        (["revoke", "4401", "--own"], "--own"),
        (["nats", "--store", "x", "--member", "a", "--name", "a"], "3 or 5"),
        (["nats", "--store", "x", "--name", "10.0.0.1", *THREE], "by names"),
        (["init"], "already"),
    ],
)
def test_a_command_that_cannot_be_done_says_why(
    hq: list[str], words: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert command(*words, *hq) == 2
    said = capsys.readouterr().err
    assert why in said
    assert len(said.splitlines()) == 1


def test_headquarters_without_a_folder_or_an_authority_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "hq.toml"
    config.write_text("")
    assert command("list", "--config", config) == 2
    assert "names no folder for certificates" in capsys.readouterr().err
    config.write_text('[engines]\ncertificates = "certificates"\n')
    assert command("list", "--config", config) == 2
    assert "certificate init" in capsys.readouterr().err


def test_a_server_of_this_machine_reads_its_users_again(
    hq: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "certificates"
    more = f'pid_file: "{folder / nats_conf.PID}"\n{nats_conf.tls(folder)}\n'
    more += f'include "../certificates/{nats_conf.USERS}"'
    with NatsServer(tmp_path / "nats", more=more) as server:
        assert command("make", "4401", "--out", tmp_path / "4401", *hq) == 0
        assert f"(process {server.pid})" in capsys.readouterr().out
        until(lambda: not refused(server.url, tls(tmp_path / "4401")), "the new branch")
        assert command("revoke", "4401", *hq) == 0
        until(lambda: refused(server.url, tls(tmp_path / "4401")), "the branch's end")
    capsys.readouterr()
    assert command("rotate", "--own", *hq) == 0
    assert "copy " in capsys.readouterr().out
