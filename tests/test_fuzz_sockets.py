"""Whatever is sent to the sockets, with and without a right to be there: the branch answers on, and no traceback is
written. HYPOTHESIS_PROFILE=long sends six times as much."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any

import pytest
import requests
import websocket
from conftest import Server, examples, serving
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

QUIET: Any = {"database": None, "suppress_health_check": list(HealthCheck)}
PLAIN = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=50)
)


def nested(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    keys = st.text(max_size=8)
    return st.recursive(
        leaves, lambda more: st.lists(more, max_size=4) | st.dictionaries(keys, more, max_size=4)
    )


JSON = nested(PLAIN)
NAMESPACES = st.sampled_from(["/board", "/staff", "/ticket", "/", "/nowhere"])
EVENTS = st.sampled_from(
    ["join", "connect", "disconnect", "state", "message", "error", "nonsense", ""]
)
JOINS = st.fixed_dictionaries(
    {"board": st.sampled_from(["main", "", "nowhere"]) | JSON}, optional={"seq": JSON}
)
QUERIES = st.dictionaries(
    st.sampled_from(["EIO", "transport", "sid", "t", "b64", "j"]), st.text(max_size=12)
)
PACKETS = st.one_of(
    st.text(max_size=60),
    st.binary(max_size=60),
    st.builds("4{}{}".format, st.integers(0, 9), st.text(max_size=40)),
    st.builds('42{},["{}",{}]'.format, NAMESPACES, EVENTS, st.sampled_from(["{}", "[", "null", '{"board":[]}'])),
    st.sampled_from(["40", "40/staff,", '40/staff,{"token":1}', "41", "2probe", "3", "42[[]]", "42[]", "6", "1"]),
    st.sampled_from(['451-[{"_placeholder":true,"num":9}]', "42/board,[null]", "43/board,1[]", "b4AAAA", "0{}"]),
)  # fmt: skip


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("fuzz") / "var") as server:
        yield server
        assert_well(server)


@contextmanager
def line_to(server: Server) -> Iterator[Any]:
    """A WebSocket that the server may end."""
    address = f"ws://127.0.0.1:{server.port}/socket.io/?EIO=4&transport=websocket"
    line = websocket.create_connection(address, timeout=5)
    with closing(line), suppress(OSError, websocket.WebSocketException):
        line.recv()
        yield line


def assert_well(server: Server) -> None:
    assert requests.get(f"{server.url}/healthz", timeout=5).ok
    assert (
        requests.post(
            f"{server.url}/api/v1/tickets", json={"service": "cash"}, timeout=5
        ).status_code
        == 201
    )
    written = server.log.read_text()
    assert "Traceback" not in written, written[-4000:]
    assert " ERROR " not in written, written[-4000:]


@settings(examples(40), **QUIET)
@given(namespace=NAMESPACES, auth=JSON)
def test_any_auth_is_refused_or_let_in_quietly(running: Server, namespace: str, auth: Any) -> None:
    with line_to(running) as line:
        line.send(f"40{namespace}," + json.dumps(auth))
        line.recv()


@pytest.fixture(scope="module")
def manager(running: Server) -> str:
    return running.token("manager")


MESSAGES = st.lists(
    st.tuples(EVENTS, JSON | JOINS, st.lists(JSON, max_size=2)), min_size=1, max_size=20
)
"""So many a session may send at once."""


@pytest.mark.parametrize("namespace", ["/board", "/staff"])
@settings(examples(15), **QUIET)
@given(messages=MESSAGES)
def test_any_event_is_answered_or_ignored(
    running: Server, manager: str, namespace: str, messages: Any
) -> None:
    with line_to(running) as line:
        line.send(f"40{namespace}," + json.dumps({"token": manager}))
        assert line.recv().startswith((f"40{namespace}", f"42{namespace}"))
        for event, payload, more in messages:
            line.send(f"42{namespace}," + json.dumps([event, payload, *more]))


@pytest.mark.parametrize("event", ["connect", "disconnect"])
def test_a_sessions_life_is_no_event_of_its_own(running: Server, event: str) -> None:
    with line_to(running) as line:
        line.send("40/board,{}")
        assert line.recv().startswith("40/board")
        line.send(f'42/board,["{event}",{{"token":"forged"}}]')
        line.send('42/board,7["join",{"board":"main"}]')
        answers = [line.recv() for _ in range(2)]
    assert any(one.startswith('43/board,7[{"board":"main"}]') for one in answers), answers
    assert_well(running)


@settings(examples(60), **QUIET)
@given(packets=st.lists(PACKETS, min_size=1, max_size=6))
def test_any_packets_on_the_wire_end_the_line_at_most(running: Server, packets: list[Any]) -> None:
    with line_to(running) as line:
        for packet in packets:
            binary = isinstance(packet, bytes)
            line.send(
                packet, websocket.ABNF.OPCODE_BINARY if binary else websocket.ABNF.OPCODE_TEXT
            )


@settings(examples(60), **QUIET)
@given(
    query=st.dictionaries(
        st.sampled_from(["EIO", "transport", "sid", "t", "b64", "j"]), st.text(max_size=12)
    ),
    body=PACKETS,
)
def test_any_polling_request_is_refused_without_a_server_error(
    running: Server, query: dict[str, str], body: Any
) -> None:
    data = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
    for method in ("GET", "POST"):
        with suppress(requests.exceptions.ReadTimeout):
            answer = requests.request(
                method, f"{running.url}/socket.io/", params=query, data=data, timeout=2
            )
            assert answer.status_code < 500, (query, body, answer.text)
