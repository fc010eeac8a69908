"""The command line's part about the operations of headquarters: `lobby hq certificate` and `check`."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import arguments
from arguments import Command, Group, answer

if TYPE_CHECKING:
    from headquarters.certificates.authority import Authority, Issued

PORT = arguments.number("port", click.IntRange(1, 65535))
COPY = "copy {file} to each machine with a NATS server, and have it read it: systemctl reload lobby-nats"

config = click.option(
    "--config",
    type=arguments.place,
    default="hq.toml",
    metavar="FILE",
    help="Headquarters' configuration.",
)
code = click.argument("code")
out = click.option(
    "--out",
    type=arguments.folder,
    required=True,
    metavar="DIR",
    help="Where branch.crt, branch.key and authority.crt are put: carry them to the branch.",
)
hosts = click.option(
    "--host",
    "hosts",
    multiple=True,
    metavar="HOST",
    help="A name or address by which branches reach a NATS server; once for each.",
)
own = click.option("--own", is_flag=True, help="Of headquarters itself, not of a branch.")

certificate = Group("certificate", "Who may connect to headquarters.")


@certificate.command()
@config
@hosts
@arguments.as_json
def init(config: Path, hosts: tuple[str, ...]) -> None:
    """Make the province's own authority, and the certificates of NATS and of headquarters."""
    from headquarters.certificates import issuing
    from headquarters.certificates.authority import PASSPHRASE
    from headquarters.config import read_headquarters

    headquarters = read_headquarters(config)
    folder = issuing.folder_of(headquarters)
    authority = issuing.establish(folder, headquarters.name.zh, hosts)
    told = (
        f"{folder} has the authority, until {authority.ends_at():%Y-%m-%d}, "
        "and the certificates of NATS and of headquarters"
    )
    if not authority.is_sealed():
        told += f"\nits key is not encrypted: {PASSPHRASE} in the environment would have it so"
    answer({"folder": str(folder), "sealed": authority.is_sealed()}, told)


@certificate.command()
@config
@out
@arguments.as_json
@code
def make(config: Path, out: Path, code: str) -> None:
    """Make the first certificate of a branch."""
    from headquarters.certificates import issuing
    from headquarters.config import read_headquarters

    authority = _authority(config)
    _told(authority, [issuing.make(authority, code, out)], f"in {out}")
    if not read_headquarters(config).takes(code):
        click.echo(f"{config} does not list {code}: add it, and restart lobby hq ingest", err=True)


@certificate.command()
@config
@click.option("--out", type=arguments.folder, metavar="DIR", help="As with make; not with --own.")
@own
@hosts
@arguments.as_json
@click.argument("code", required=False)
def rotate(
    config: Path, out: Path | None, own: bool, hosts: tuple[str, ...], code: str | None
) -> None:
    """Renew a certificate with a new key. The one before stays valid to its end."""
    from headquarters.certificates import issuing

    _one_of(code, own)
    authority = _authority(config)
    if not code:
        issued = issuing.renew_own(authority, hosts or authority.hosts())
        _told(authority, issued, f"in {authority.folder}")
        return
    if not out:
        raise click.UsageError("--out DIR says where the new certificate is put")
    _told(authority, [issuing.rotate(authority, code, out)], f"in {out}")


@certificate.command()
@config
@own
@arguments.as_json
@click.argument("code", required=False)
def revoke(config: Path, own: bool, code: str | None) -> None:
    """End every certificate of a branch. Its connections are cut within seconds; make gives it a new one."""
    from headquarters.certificates import issuing
    from headquarters.certificates.authority import OWN, Kind

    _one_of(code, own)
    authority = _authority(config)
    kind = Kind.BRANCH if code else Kind.HEADQUARTERS
    holder = issuing.revoke(authority, kind, code or OWN)
    ended = [entry for entry in authority.issued() if entry.holder == holder]
    _told(authority, ended)


@certificate.command()
@config
@arguments.as_json
def users(config: Path) -> None:
    """Write the NATS server's users again. An upgrade may change what a branch may do."""
    from headquarters.certificates import issuing

    authority = _authority(config)
    issuing.publish(authority)
    _told(authority, [])


@certificate.command("list")
@config
@arguments.as_json
def list_(config: Path) -> None:
    """List every certificate that was made."""
    now = datetime.now(UTC)
    issued = _authority(config).issued()
    answer([*map(_document, issued)], "\n".join(_line(entry, now) for entry in issued))


@certificate.command()
@config
@click.option(
    "--store", type=arguments.folder, required=True, metavar="DIR", help="JetStream's folder."
)
@click.option("--listen", default="0.0.0.0", metavar="HOST", help="The address it listens on.")
@click.option("--port", type=PORT, default=4222, metavar="PORT", help="For branches.")
@click.option(
    "--monitor-port",
    type=PORT,
    default=8222,
    metavar="PORT",
    help="For lobby hq check, on loopback.",
)
@click.option(
    "--member",
    "members",
    multiple=True,
    metavar="HOST",
    help="A machine of a cluster of three; once for each, in the same order everywhere.",
)
@click.option("--name", metavar="HOST", help="Which of the members this machine is.")
@click.option("--out", type=arguments.place, metavar="FILE", help="Elsewhere than nats.conf.")
@arguments.as_json
def nats(
    config: Path,
    store: Path,
    listen: str,
    port: int,
    monitor_port: int,
    members: tuple[str, ...],
    name: str | None,
    out: Path | None,
) -> None:
    """Write the configuration of a NATS server, beside the certificates: nats.conf."""
    from headquarters.certificates import issuing, nats_conf

    authority = _authority(config)
    if members and (len(members) not in (3, 5) or name not in members):
        raise click.UsageError(
            "a cluster has 3 or 5 times --member HOST, and --name is one of them"
        )
    if any(map(nats_conf.is_address, members)):
        raise click.UsageError("servers of a cluster know each other by names, not by addresses")
    place = nats_conf.Place(
        authority.folder, store, listen, port, monitor_port, name or "", members
    )
    lacking = {*map(nats_conf.host, members)} - {*authority.hosts()}
    if lacking:
        raise click.UsageError(
            f"the server's certificate does not name {', '.join(sorted(lacking))}: "
            "lobby hq certificate rotate --own with --host for each"
        )
    issuing.publish(authority)
    file = out or authority.folder / "nats.conf"
    file.write_text(nats_conf.whole(place))
    answer({"file": str(file)}, f"written: {file}")


def _authority(config: Path) -> Authority:
    from headquarters.certificates import issuing
    from headquarters.config import read_headquarters

    return issuing.opened(issuing.folder_of(read_headquarters(config)))


def _one_of(code: str | None, own: bool) -> None:
    if bool(code) == own:
        raise click.UsageError("name the CODE of a branch, or say --own")


def _told(authority: Authority, issued: Sequence[Issued], where: str = "") -> None:
    """What was done, and whether the NATS server knows it."""
    from headquarters.certificates import issuing, nats_conf

    now = datetime.now(UTC)
    pid = issuing.reload(authority.folder)
    lines = [f"{_line(entry, now)}  {where}".rstrip() for entry in issued]
    if pid:
        lines.append(f"the NATS server (process {pid}) reads its users again")
    else:
        lines.append(COPY.format(file=authority.folder / nats_conf.USERS))
    document = {"certificates": [*map(_document, issued)], "reloaded": pid or None}
    answer(document, "\n".join(lines))


def _line(entry: Issued, now: datetime) -> str:
    from headquarters.certificates.authority import days_left

    holder = entry.holder
    state = "revoked" if entry.revoked else f"{days_left(entry, now):.0f} days"
    return f"{holder.kind:12}  {holder.name:12}  until {entry.ends_at:%Y-%m-%d}  {state:9}  {entry.serial[:16]}"


def _document(entry: Issued) -> dict[str, Any]:
    document = dataclasses.asdict(entry)
    return {**document.pop("holder"), **document}


# -- examining ----------------------------------------------------------------------------------------
@click.command(cls=Command)
@config
@click.option(
    "--monitor",
    default="127.0.0.1:8222",
    metavar="HOST:PORT",
    help="The NATS server's monitoring.",
)
@arguments.as_json
def check(config: Path, monitor: str) -> int:
    """Say what is wrong at headquarters and what to do."""
    import os

    from headquarters.check.check import examine
    from headquarters.check.finding import Grade

    findings = examine(config, monitor, arguments.reader_lang(), os.environ)
    answer([dataclasses.asdict(f) for f in findings], "\n".join(f.line() for f in findings))
    return int(any(finding.grade is Grade.FAIL for finding in findings))


# -- showing ---------------------------------------------------------------------------------------------
@click.command(cls=Command)
@click.option(
    "--data",
    "folder",
    type=arguments.folder,
    default="var/province",
    metavar="DIR",
    help="The province's folder: emptied at each start.",
)
@click.option(
    "--config",
    type=arguments.place,
    default="config.toml",
    metavar="FILE",
    help="What the branches are like.",
)
@click.option(
    "--port",
    type=arguments.number("port", click.IntRange(1, 65535 - 3)),
    default=8100,
    metavar="PORT",
    help="Of headquarters' pages; the branches have those after it.",
)
def demo(folder: Path, config: Path, port: int) -> None:
    """Run a province on this machine: engines, headquarters, three branches that live by themselves."""
    from headquarters.engines.demonstration import Demonstration

    Demonstration(folder, port, config, lambda line: print(line, flush=True)).run()


COMMANDS = (certificate, check, demo)
