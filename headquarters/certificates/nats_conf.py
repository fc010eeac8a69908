"""The configuration of the NATS server: who may come in, and what each may say and hear.

A branch publishes under its own code alone, and hears its own inbox alone: JetStream's acknowledgments and the answers
to its questions; and that there is something for it to ask for. Headquarters' own certificate may do everything.
Whoever has another one has no user.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from headquarters.certificates.authority import AUTHORITY, SERVER, Holder, Kind
from lobby.events.batch import ASK, BACK, POKE, SNAPSHOT, events_subject, inbox

USERS = "nats-users.conf"
PID = "nats.pid"
PORT = 4222
ROUTES_PORT = 6222
MONITOR_PORT = 8222
CLUSTER = "province"


@dataclass(frozen=True)
class Place:
    """Where one server runs. `members`: HOST or HOST:PORT of the routes of all servers of a
    cluster, this one's, `name`, too; none: it is alone."""

    certificates: Path
    store: Path
    host: str = "0.0.0.0"
    port: int = PORT
    monitor_port: int = MONITOR_PORT
    name: str = ""
    members: Sequence[str] = ()


def users(holders: Iterable[Holder]) -> str:
    """The file of users: whoever is not in it is refused, and cut when the server reads it again."""
    lines = [
        "# Written by `lobby hq certificate`. What is changed here by hand is lost.",
        "authorization {",
    ]
    lines += ["  users = ["]
    for holder in holders:
        lines.append(f'    {{ user: "{holder.user}", permissions: {_permissions(holder)} }}')
    return "\n".join([*lines, "  ]", "}", ""])


def _permissions(holder: Holder) -> str:
    if holder.kind is not Kind.BRANCH:
        return '{ publish: ">", subscribe: ">" }'
    code = holder.name
    questions = (f"{ASK}.{code}", f"{BACK}.{code}")
    subjects = (events_subject(code), f"{SNAPSHOT}.{code}", *questions)
    publish = ", ".join(f'"{subject}"' for subject in subjects)
    return f'{{ publish: [{publish}], subscribe: ["{inbox(code)}.>", "{POKE}.{code}"] }}'


def tls(certificates: Path) -> str:
    """Clients must show a certificate of the authority, and are the user that its subject names. A client that begins
    with TLS is answered with TLS at once: nobody between can talk it out of it."""
    return f"tls {{ {_files(certificates)}, verify_and_map: true, handshake_first: auto }}"


def _files(certificates: Path) -> str:
    files = {
        "cert_file": f"{SERVER}.crt",
        "key_file": f"{SERVER}.key",
        "ca_file": f"{AUTHORITY}.crt",
    }
    return ", ".join(f'{name}: "{certificates / file}"' for name, file in files.items())


def whole(place: Place) -> str:
    """All of one server's configuration; the users are in a file beside the certificates."""
    lines = [
        "# Written by `lobby hq certificate nats`.",
        f'listen: "{place.host}:{place.port}"',
        f'http: "127.0.0.1:{place.monitor_port}"',
        f'pid_file: "{place.certificates / PID}"',
        "# Each message is on the disk before it is acknowledged.",
        f'jetstream {{ store_dir: "{place.store}", sync_interval: always }}',
        "max_payload: 4MB",
        "# Half-open lines are found within half a minute.",
        'ping_interval: "10s"',
        "ping_max: 2",
        tls(place.certificates),
        f'include "{USERS}"',
    ]
    if place.members:
        lines += [f'server_name: "{place.name.replace(":", "-")}"', *_cluster(place)]
    return "\n".join([*lines, ""])


def host(member: str) -> str:
    return member.partition(":")[0]


def is_address(member: str) -> bool:
    """The server compares names alone when it looks whose certificate opens a route."""
    try:
        ip_address(host(member))
    except ValueError:
        return False
    return True


def _with_port(member: str) -> str:
    if ":" in member:
        return member
    return f"{member}:{ROUTES_PORT}"


def _cluster(place: Place) -> list[str]:
    """The servers' own certificate opens the routes, and no client's: it alone has the members' names in it."""
    routes = ", ".join(f'"nats-route://{_with_port(member)}"' for member in place.members)
    files = _files(place.certificates)
    return [
        "cluster {",
        f'  name: "{CLUSTER}"',
        f'  listen: "{place.host}:{_with_port(place.name).rpartition(":")[2]}"',
        f"  routes: [{routes}]",
        f"  tls {{ {files}, verify_cert_and_check_known_urls: true }}",
        "}",
    ]
