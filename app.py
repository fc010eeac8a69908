"""Opens the branch: journal -> branch runtime -> the surfaces. The only place that knows all of them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

import gevent
from flask_openapi3 import OpenAPI
from flask_socketio import SocketIO
from gevent.event import Event

import display.board.pages
import kiosk.booking.api
import kiosk.booking.pages
import kiosk.card.api
import kiosk.card.pages
import kiosk.phone.api
import kiosk.phone.pages
import kiosk.touch.api
import kiosk.touch.identify
import kiosk.touch.pages
import staff.actions.api
import staff.actions.pages
import staff.bulletin.api
import staff.bulletin.pages
import staff.cards.pages
import staff.care.api
import staff.care.pages
import staff.cases.api
import staff.cases.due
import staff.cases.files
import staff.cases.pages
import staff.counter.api
import staff.counter.pages
import staff.handover.api
import staff.handover.pages
import staff.looks.api
import staff.looks.pages
import staff.meeting.api
import staff.meeting.pages
import staff.panel.api
import staff.panel.pages
import staff.people.pages
import staff.plan.api
import staff.plan.pages
import staff.practice.api
import staff.practice.pages
import staff.printer.api
import staff.printer.pages
import staff.recordings.api
import staff.recordings.pages
import staff.shared.pages
import staff.standards.api
import staff.standards.pages
import staff.tablet.api
import staff.tablet.pages
import staff.team.api
import staff.team.pages
import staff.tickets.api
import staff.tickets.pages
import staff.voice.api
import staff.voice.pages
import web.ops
import web.revision
import web.surfaces
import web.transport.serving
from display.board.slides import SlideDecks
from display.feed import Feed
from display.voice.booth import Booth
from display.voice.speaker import Speaker, open_speaker
from integrations import instructions
from integrations.customer_directory import CustomerDirectory
from integrations.notices import Notices
from integrations.watchdog import Progress, Watchdog
from lobby.branch.model import Branch
from lobby.catalogues import OWN
from lobby.engine.runtime import BranchRuntime, now_utc, open_branch
from lobby.engine.sent import SentConfiguration
from lobby.engine.submission import By
from printer import paper
from printer.spool import Spool
from staff.bulletin import archive
from staff.standards import archive as evidence
from web.access import Access
from web.access.of_branch import prepare
from web.audit import Audit
from web.factory import create_app
from web.kiosks import Kiosks
from web.loop import Pool, Pump
from web.roles import Gate, may_connect, may_follow, needs, seal, staff_connecting
from web.schemas import REFUSALS
from web.transport.guard import SOCKET_OPTIONS, Guard, guard

log = logging.getLogger(__name__)

LOOPBACK = ("127.0.0.1", "localhost", "::1")
HERE = Path(__file__).parent
SURFACES = ("kiosk", "staff", "display")
"""Folders of pages."""
SOURCES = ("lobby", "web", *SURFACES)
"""What pages are made of."""
APIS = (
    kiosk.touch.api.api,
    kiosk.touch.identify.api,
    kiosk.phone.api.api,
    kiosk.card.api.api,
    kiosk.booking.api.api,
    staff.cases.files.api,
    staff.cases.api.api,
    staff.cases.due.api,
    staff.counter.api.api,
    staff.tablet.api.api,
    staff.bulletin.api.api,
    staff.plan.api.api,
    staff.care.api.api,
    staff.panel.api.api,
    staff.team.api.api,
    staff.tickets.api.api,
    staff.practice.api.api,
    staff.handover.api.api,
    staff.actions.api.api,
    staff.printer.api.api,
    staff.meeting.api.api,
    staff.recordings.api.api,
    staff.looks.api.api,
    staff.standards.api.api,
    staff.voice.api.api,
)
PAGES = (
    kiosk.touch.pages.pages,
    kiosk.phone.pages.pages,
    kiosk.card.pages.pages,
    kiosk.booking.pages.pages,
    staff.shared.pages.pages,
    staff.cases.pages.pages,
    staff.counter.pages.pages,
    staff.tablet.pages.pages,
    staff.plan.pages.pages,
    staff.care.pages.pages,
    staff.handover.pages.pages,
    staff.team.pages.pages,
    staff.tickets.pages.pages,
    staff.practice.pages.pages,
    staff.people.pages.pages,
    staff.panel.pages.pages,
    staff.actions.pages.pages,
    staff.bulletin.pages.pages,
    staff.printer.pages.pages,
    staff.standards.pages.pages,
    staff.meeting.pages.pages,
    staff.recordings.pages.pages,
    staff.looks.pages.pages,
    staff.cards.pages.pages,
    staff.voice.pages.pages,
)

ENDING = Pool("ending", threads=1, queue=0)
ERASING = Pool("erasing", threads=1, queue=0)
BULLETINS = Pool("bulletins", threads=1, queue=1)  # the round of bulletins and that of evidence
WATCHING = Pool("watching", threads=1, queue=0)
MEASURING = Pool("measuring", threads=1, queue=0)
TAKING = Pool("instructions", threads=1, queue=0)
TAKE_S = 2.0
"""What headquarters sends down is taken within so long."""
KEEP_S = 60.0
"""A bulletin is there a minute after its hour."""
ROUND_S = 3600.0
"""Personal data ends within an hour of its day, and the effect of an action is told within one."""


@dataclass
class Lobby:
    """An open branch with its surfaces. `anew`: it ends to start again, with what headquarters sent."""

    runtime: BranchRuntime
    access: Access
    app: OpenAPI
    feed: Feed
    spool: Spool
    speaker: Speaker
    guard: Guard
    sent: SentConfiguration | None = None
    may_begin_anew: bool = False
    anew: Event = field(default_factory=Event)
    watch_s: float = 5.0
    """How often it is looked for what a lobby manager has to see, seconds."""
    progress: Progress = field(default_factory=Progress)
    _cannot_be_made: set[str] = field(default_factory=set)

    def run(self, serve: Callable[[], None]) -> None:
        """Everything at work while `serve` runs."""
        pump = Pump(self.runtime.writer)
        self.feed.start()
        self.speaker.follow(self.runtime)
        self.spool.start()
        self.guard.start()
        watchdog = Watchdog(self.progress)
        rounds = [
            gevent.spawn(self._regularly, "watchdog", watchdog.every_s, watchdog.look),
            gevent.spawn_later(self.watch_s, self._regularly, "watch", self.watch_s, self._watch),
            gevent.spawn(self._regularly, "instructions", TAKE_S, self._take_instructions),
            gevent.spawn(self._regularly, "erasing", ROUND_S, self._erase),
            gevent.spawn(self._regularly, "effects", ROUND_S, self._measure),
            gevent.spawn_later(KEEP_S, self._regularly, "bulletins", KEEP_S, self._keep_bulletins),
            gevent.spawn_later(KEEP_S, self._regularly, "evidence", KEEP_S, self._keep_evidence),
        ]
        audit = Audit(self.runtime, self.access, self.app.extensions["refusals"])
        others = [gevent.spawn(audit.run), gevent.spawn(self._follow_sockets)]
        try:
            serve()
        finally:
            gevent.killall([*rounds, *others])
            audit.finish()
            ENDING.run(self.spool.stop)
            pump.stop()
            self.close()

    def _follow_sockets(self) -> None:
        gate: Gate = self.app.extensions["gate"]
        gate.sockets.watch(*self.feed.connections())

    def _regularly(self, part: str, seconds: float, act: Callable[[], None]) -> None:
        while True:
            try:
                act()
            except Exception:
                self.runtime.writer.fault(part)
            gevent.sleep(seconds)

    def _watch(self) -> None:
        dark = self.feed.dark(self.runtime.branch.alerts.board_s)
        kiosks: Kiosks = self.app.extensions["kiosks"]
        silent = kiosks.silent(self.runtime.branch.alerts.kiosk_s)
        look = self.runtime.alert_monitor.look
        self.runtime.writer.submit(By("watch"), look, dark_boards=dark, silent_kiosks=silent)
        done = self.runtime.writer.submit(By("watch"), self.runtime.commands.end_missed)
        done.add_done_callback(lambda _: self.progress.came_round("writing"))
        WATCHING.run(self.runtime.words.refresh)

    def _take_instructions(self) -> None:
        if TAKING.run(instructions.take_round, self.runtime, self.sent) and self.may_begin_anew:
            self.anew.set()

    def _measure(self) -> None:
        """Tells the effect of corrective actions whose days have come."""
        measure = self.runtime.commands.measure_action
        for action, effect in MEASURING.run(self.runtime.effects):
            self.runtime.writer.submit(By("effects"), measure, action, effect)

    def _erase(self) -> None:
        if erased := ERASING.run(self.runtime.erase_aged):
            log.info("personal data of %d customers was erased by its age", erased)

    def _keep_bulletins(self) -> None:
        here = self.runtime
        BULLETINS.run(
            archive.keep, here.branch, here.data, here.database, here.clock(), self._cannot_be_made
        )

    def _keep_evidence(self) -> None:
        here = self.runtime
        BULLETINS.run(evidence.keep, here.branch, here.data, here.database, here.clock())

    def close(self) -> None:
        self.speaker.close()
        self.app.extensions["ahead"].stop()
        self.app.extensions["notices"].stop()
        self.runtime.close()
        self.access.close()


def open_lobby(
    branch: Branch,
    data: Path,
    base_url: str,
    *,
    loopback: bool,
    demo: bool = False,
    clock: Callable[[], datetime] = now_utc,
    sent: SentConfiguration | None = None,
) -> Lobby:
    """Open the branch in `data`; `demo` with accounts whose password everybody knows; `sent` is headquarters' part of
    its configuration. Raises as open_branch does."""
    with ExitStack() as opening:
        runtime = open_branch(branch, data, base_url, clock, pumped=True, connect=CustomerDirectory)
        opening.callback(runtime.close)
        access = opening.enter_context(closing(Access(data)))
        slides = sent.slides if sent else None
        lobby = _with_surfaces(runtime, access, branch, slides, loopback=loopback, demo=demo)
        lobby.sent = sent
        if sent:
            sent.forget_former()
        opening.pop_all()
    return lobby


def _with_surfaces(
    runtime: BranchRuntime,
    access: Access,
    branch: Branch,
    slides: Path | None,
    *,
    loopback: bool,
    demo: bool,
) -> Lobby:
    prepare(access, branch, demo=demo)
    runtime.commands.people.accounts = access
    app = create_app(runtime, access, loopback=loopback, demo=demo)
    app.extensions["revision"] = web.revision.of(
        branch, [*(HERE / name for name in SOURCES), runtime.data / OWN]
    )
    shows = SlideDecks(branch.boards, slides)
    speaker = open_speaker(runtime)
    _register(app, runtime, shows, speaker)
    seal(app)
    sockets = SocketIO(app, **SOCKET_OPTIONS)
    around = guard(app, branch.security, sockets)
    kiosks: Kiosks = app.extensions["kiosks"]
    feed = Feed(runtime, sockets, may_connect, staff_connecting, may_follow, shows, kiosks.lines)
    app.extensions.update(followed=feed.followed, notices=Notices(runtime), read_aloud=speaker.read)
    return Lobby(runtime, access, app, feed, Spool(runtime), speaker, around)


def _register(app: OpenAPI, runtime: BranchRuntime, shows: SlideDecks, voice: Speaker) -> None:
    """Every page and every part of the API."""
    web.surfaces.register(app, [HERE / name for name in SURFACES])
    app.extensions["papers"] = partial(paper.sheets, runtime.data)
    app.extensions["paper_picture"] = lambda id, n: paper.sheet_png(
        runtime.data, id, runtime.branch.printer[id].dots, n
    )
    app.extensions["voice"] = Booth(runtime.branch, runtime.data, voice)
    app.register_blueprint(web.ops.blueprint(runtime))
    for api in APIS:
        app.register_api(api)
    for pages in PAGES:
        app.register_blueprint(pages)
    app.register_api(display.board.pages.blueprint(runtime, shows, voice, needs("board"), REFUSALS))


def serve(lobby: Lobby, host: str, port: int) -> bool:
    """Serve until SIGTERM or Ctrl-C, or `lobby.anew`; whether to start again. Whoever ends it has the last word."""
    public = lobby.runtime.branch.security.public_listen
    how = (host, port), public, lobby.run, lobby.anew
    return not web.transport.serving.serve(lobby.app, lobby.guard.connections, *how)
