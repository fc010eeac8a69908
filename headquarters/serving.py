"""Opens the web server of headquarters: the picture of what is live, its API and its pages. The only place that knows
all of them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import gevent
from flask_openapi3 import OpenAPI

import headquarters.branch.pages
import headquarters.bulletin.api
import headquarters.bulletin.pages
import headquarters.comparison.pages
import headquarters.instruction.api
import headquarters.instruction.configuring
import headquarters.instruction.pages
import headquarters.live.api
import headquarters.live.pages
import headquarters.ops
import headquarters.planning.api
import headquarters.planning.pages
import headquarters.shared.pages
import web.revision
import web.surfaces
import web.transport.serving
from headquarters.accounts import prepare
from headquarters.audit import AuditFile
from headquarters.config import Headquarters
from headquarters.journal.lasting import faults_told
from headquarters.journal.tables import migrate
from headquarters.live.picture import Picture
from headquarters.live.reading import Reading
from headquarters.live.summary import Summaries
from headquarters.planning.sweep import Sweep
from integrations.watchdog import Progress, Watchdog
from lobby.catalogues import OWN
from lobby.texts import Text
from web.access import Access
from web.ahead import Ahead
from web.application import Frame, new_application
from web.loop import Pool
from web.roles import seal
from web.site import Site
from web.transport.connections import Connections
from web.transport.guard import limited

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
LOOPBACK = ("127.0.0.1", "localhost", "::1")
LOOK_S = 0.4
"""A change is on a screen within two seconds: a branch tells it each second, and a page asks each second."""
PLAY_S = 1.0
READING = Pool("reading", threads=1, queue=0)
TITLE = Text("Service at branches")

APIS = (
    headquarters.live.api.api,
    headquarters.bulletin.api.api,
    headquarters.planning.api.api,
    headquarters.instruction.api.api,
)
PAGES = (
    headquarters.shared.pages.pages,
    headquarters.live.pages.pages,
    headquarters.branch.pages.pages,
    headquarters.bulletin.pages.pages,
    headquarters.comparison.pages.pages,
    headquarters.planning.pages.pages,
    headquarters.instruction.pages.pages,
)


@dataclass
class Office:
    """Headquarters with its pages."""

    headquarters: Headquarters
    access: Access
    app: OpenAPI
    picture: Picture
    reading: Reading
    connections: Connections
    audit: AuditFile
    ahead: Ahead
    sweep: Sweep
    progress: Progress = field(default_factory=Progress)

    def run(self, serve: Callable[[], None]) -> None:
        """Everything at work while `serve` runs."""
        self.connections.start()
        tasks = (self._look_on, self.audit.run, self._play, self._tell_of_it)
        working = [gevent.spawn(task) for task in tasks]
        try:
            serve()
        finally:
            gevent.killall(working)
            self.audit.finish()
            self.close()

    def _look_on(self) -> None:
        """Keep the picture up to date. A fault is told once, and once that it is over."""
        well = True
        while True:
            try:
                self.picture.take(READING.run(self.reading.look))
                if not well:
                    log.info("the database answers again")
                well = True
            except Exception as error:
                if well:
                    log.error("the database does not answer: %s", " ".join(str(error).split()))
                well = False
            self.progress.came_round("looking at the database")
            gevent.sleep(LOOK_S)

    def _play(self) -> None:
        """Play days that were asked for, whatever becomes of one."""
        while True:
            try:
                went_on = self.sweep.step()
            except Exception:
                log.exception("a day cannot be played")
                went_on = False
            gevent.sleep(0 if went_on else PLAY_S)

    def _tell_of_it(self) -> None:
        watchdog = Watchdog(self.progress)
        while True:
            watchdog.look()
            gevent.sleep(watchdog.every_s)

    def close(self) -> None:
        self.ahead.stop()
        self.reading.close()
        self.access.close()


def now_utc() -> datetime:
    return datetime.now(UTC)


def prepare_database(url: str) -> None:
    """Bring its tables up to date. Raises ConnectionError, which says why it cannot be used."""
    with faults_told():
        migrate(url)


def open_office(of: Headquarters, data: Path, *, loopback: bool, demo: bool = False) -> Office:
    """`data` has accounts, sessions and secrets; `demo`: with accounts whose password everybody knows."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    access = Access(data)
    prepare(access, of, demo=demo)
    app = new_application(
        Frame(
            site=Site(of.name, TITLE, of.zone, now_utc, "/live"),
            access=access,
            secret=access.cookie_key(),
            security=of.security,
            public_url=of.public_url,
            own=data / OWN,
            loopback=loopback,
            open_loopback=False,
            demo=demo,
            session="hq-session",
        )
    )
    picture = Picture(of)
    ahead = Ahead()
    sweep = Sweep(of, ahead, now_utc, gevent.sleep)
    app.extensions.update(ahead=ahead, sweep=sweep)
    app.extensions.update(
        headquarters=of, picture=picture, summaries=Summaries(picture), database=of.engines.database
    )
    app.extensions["revision"] = web.revision.of(
        of, [HERE, HERE.parent / "web", HERE.parent / "lobby"]
    )
    _register(app)
    seal(app)
    connections = limited(app, of.security)
    audit = AuditFile(data, access, app.extensions["refusals"])
    reading = Reading(of.engines.database)
    return Office(of, access, app, picture, reading, connections, audit, ahead, sweep)


def _register(app: OpenAPI) -> None:
    web.surfaces.register(app, [HERE])
    app.register_blueprint(headquarters.ops.blueprint(app.extensions["picture"]))
    for api in APIS:
        app.register_api(api)
    for pages in PAGES:
        app.register_blueprint(pages)


def serve(office: Office, host: str, port: int) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    web.transport.serving.serve(office.app, office.connections, (host, port), None, office.run)
