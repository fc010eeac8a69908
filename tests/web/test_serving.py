"""How a program that serves ends: by somebody's signal, or since it has enough and is to start again."""

from __future__ import annotations

import subprocess
import sys

import pytest
from conftest import ROOT

SERVES = """
import os, signal, sys
import gevent
from flask import Flask
from gevent.event import Event
from web.transport.connections import Connections
from web.transport.serving import serve

when = sys.argv[1]
enough = Event()

def end():
    os.kill(os.getpid(), signal.SIGTERM)

def begin(server):
    while not server.started:
        gevent.sleep(0.01)
    end() if when == "serving" else enough.set()

def run(forever):
    gevent.spawn(begin, forever.__self__)
    forever()
    if when == "closing":
        end()

ended = serve(Flask("x"), Connections(10, 10, ()), ("127.0.0.1", 0), None, run, enough)
print("ended" if ended else "to start again", flush=True)
if when == "starting again":
    end()
    print("lives on")
"""


@pytest.mark.process
@pytest.mark.parametrize(
    ("when", "says", "status"),
    [
        pytest.param("serving", "ended", 0, id="while it serves"),
        pytest.param("closing", "ended", 0, id="while it ends to start again"),
        pytest.param("starting again", "to start again", -15, id="before the new one's start"),
        pytest.param("never", "to start again", 0, id="never"),
    ],
)
def test_a_signal_ends_the_program_at_every_moment(when: str, says: str, status: int) -> None:
    words = [sys.executable, "-c", SERVES, when]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout.strip(), done.returncode) == (says, status), done.stderr
