"""The rules of a branch: tables of the configuration whose thresholds the bank sets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le, MinLen
from pydantic import Field, Strict, StringConstraints

from lobby.branch.names import ALIAS, STRICT, Seconds, Threshold, TimeOfDay
from lobby.branch.network import Listen, Network

DAY_MIN = 24 * 60
YEAR_DAYS = 366
"""A customer can hardly judge a visit that is longer ago."""
PEOPLE_MAX = 10_000
"""More people than any lobby serves in a day."""

NO_CODE = "UNSET"
"""The code of a branch whose configuration has none. It has the form of a code, so that links and files can hold it."""


@dataclass(frozen=True)
class Identity:
    """Which branch of the bank this is. `code` is its branch code 机构号, 1 to 12 letters or digits: every event in the
    journal has it. Headquarters and the links on slips distinguish branches by it."""

    __pydantic_config__ = STRICT

    code: str = NO_CODE


@dataclass(frozen=True)
class HeadquartersRules:
    """What this branch takes from headquarters. `key` is the public key with which headquarters signs what it sends
    down, as `lobby hq instruction key` prints it. Without it nothing is taken, and headquarters is told so."""

    __pydantic_config__ = STRICT

    key: str = ""


class Missed(StrEnum):
    """What a missed call 过号 does to the ticket."""

    ENDS = "ends"
    BACK = "back"
    LAST = "last"
    REDRAW = "redraw"


@dataclass(frozen=True)
class Rules:
    """What the branch decides for itself; the bank sets every threshold.

    `missed` is what a missed call 过号 does: the ticket `ends`, goes `back` by `missed_back` places, to the `last`
    place, or may be reissued that day with credit for its wait (`redraw`); after `missed_max` missed calls it ends.
    Who was called and says on the phone to be coming is no no-show for `coming_s` seconds more.
    Nobody gives way to more than `overtaken_max` later customers, beside calls that keep a target.
    Fewer feedback cards than `cards_min` of a teller, a counter or another group are not told: they could name a
    customer, and compare nothing.
    """

    __pydantic_config__ = STRICT

    recall_max: Annotated[int, Strict(), Ge(0), Le(20)] = 3
    missed: Missed = Missed.REDRAW
    coming_s: Annotated[int, Strict(), Ge(0), Le(600)] = 60
    missed_back: Annotated[int, Strict(), Ge(1), Le(PEOPLE_MAX)] = 3
    missed_max: Annotated[int, Strict(), Ge(1), Le(20)] = 2
    green_target_wait_s: Seconds = 300
    overtaken_max: Annotated[int, Strict(), Ge(0), Le(PEOPLE_MAX)] = 10
    feedback_days: Annotated[int, Strict(), Ge(0), Le(YEAR_DAYS)] = 7
    bad_score: Annotated[int, Strict(), Ge(0), Le(5)] = 2
    cards_min: Annotated[int, Strict(), Ge(5), Le(1000)] = 10
    directory: str | None = None
    """The older spelling of `directory.file`."""


@dataclass(frozen=True)
class Directory:
    """The customer directory. `file` is a CSV with the columns `key,tier`. For a customer who is not in the file,
    `url` receives a POST with `{"key": "..."}` and answers `{"tier": "gold"}` or 404 within `timeout_s`; an answer is
    remembered for `cache_s`. `token_file` holds a bearer token. A key is a card number, a membership code or a phone
    number of eleven digits."""

    __pydantic_config__ = STRICT

    file: str | None = None
    url: str | None = None
    timeout_s: Annotated[float, Gt(0), Le(10)] = 1.0
    cache_s: Threshold = 600
    token_file: str | None = None


@dataclass(frozen=True)
class Notices:
    """Telling customers who asked for it, with `ahead` people or fewer before them and at the call. Phones that can are
    told by web push. The bank's gateway (SMS, WeCom) at `url` receives a POST with `event` (`almost`, `called`,
    `put_back`), `ticket`, `telephone`, `number`, `text` by language and `link`; `token_file` holds its bearer token."""

    __pydantic_config__ = STRICT

    url: str | None = None
    token_file: str | None = None
    ahead: Annotated[int, Strict(), Ge(0), Le(20)] = 2


@dataclass(frozen=True)
class Alerts:
    """The thresholds of the lobby manager's alerts; 0 turns a kind off.

    `soon_s` before a target wait ends, `crowded` people waiting in an area, a counter `idle_s` without a customer
    while some wait for it, a service `long_factor` times as long as usual, a board disconnected for `board_s`, a
    kiosk silent for `kiosk_s`. The effect of an intervention is measured `effect_s` after it.
    """

    __pydantic_config__ = STRICT

    soon_s: Threshold = 120
    crowded: Annotated[int, Strict(), Ge(0), Le(PEOPLE_MAX)] = 15
    idle_s: Threshold = 240
    long_factor: Annotated[float, Ge(0), Le(100)] = 2.5
    board_s: Threshold = 60
    kiosk_s: Threshold = 60
    effect_s: Seconds = 600


@dataclass(frozen=True)
class Appointments:
    """Business by appointment 预约: `per_slot` customers every `every_min` minutes from `opens` to before `closes`.
    The target wait of who checks in from `early_min` before to `late_min` after the time is `target_wait_s`. An
    appointment that nobody kept is over `missed_min` after its time, and not before `late_min`."""

    __pydantic_config__ = STRICT

    services: Annotated[tuple[str, ...], MinLen(1)]
    opens: TimeOfDay
    closes: TimeOfDay
    every_min: Annotated[int, Strict(), Ge(5), Le(DAY_MIN)] = 30
    per_slot: Annotated[int, Strict(), Ge(1), Le(100)] = 2
    days_ahead: Annotated[int, Strict(), Ge(0), Le(60)] = 7
    early_min: Annotated[int, Strict(), Ge(0), Le(DAY_MIN)] = 15
    late_min: Annotated[int, Strict(), Ge(0), Le(DAY_MIN)] = 15
    missed_min: Annotated[int, Strict(), Ge(0), Le(DAY_MIN)] = 30
    target_wait_s: Seconds = 300


@dataclass(frozen=True)
class Budgets:
    """The limits that a branch may need to raise: tickets and readings a minute at one kiosk, appointments an hour
    from one address (staff have no such limit). The other limits: docs/security.md."""

    __pydantic_config__ = STRICT

    tickets_per_min: Annotated[int, Strict(), Ge(1)] = 60
    reads_per_min: Annotated[int, Strict(), Ge(1)] = 60
    bookings_per_hour: Annotated[int, Strict(), Ge(1)] = 60


@dataclass(frozen=True)
class Security:
    """Who may sign in, and for how long. `open_loopback`: in a demo (`lobby serve --demo`) devices on this machine
    need no sign-in. `totp`: the second factor is `required` of all but tellers, or of `everybody`. A screen locks
    `lock_min` after the last act, a session ends `idle_min` after it, and `session_hours` after sign-in.
    `allowed_hosts`: the names of this server (that of `public_url` always counts). Forwarded headers count only from
    `trusted_proxies`, addresses or networks. The server holds at most `connections` at once, and
    `connections_per_address` of them from one address: all the phones on a guest network may share one.
    `public_listen` is a further HOST:PORT that serves customers' phone pages and nothing else."""

    __pydantic_config__ = STRICT

    open_loopback: bool = True
    totp: Literal["off", "offered", "required", "everybody"] = "required"
    lock_min: Annotated[int, Strict(), Ge(1), Le(60)] = 10
    idle_min: Annotated[int, Strict(), Ge(5), Le(480)] = 120
    session_hours: Annotated[int, Strict(), Ge(1), Le(24)] = 12
    allowed_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[Network, ...] = ()
    public_listen: Listen | None = None
    connections: Annotated[int, Strict(), Ge(64)] = 4000
    connections_per_address: Annotated[int, Strict(), Ge(8)] = 300


@dataclass(frozen=True)
class Privacy:
    """Customers' texts on the feedback card and their contacts can be read for `keep_days`. Then their keys are
    erased; the figures stay. A year allows to compare a bulletin with that of the year before. What stands in a
    case, its files too, can be read for `case_days` from when it came in: banks keep the papers of complaints for three
    years at least after the end."""

    __pydantic_config__ = STRICT

    keep_days: Annotated[int, Strict(), Ge(1), Le(10 * YEAR_DAYS)] = 365
    case_days: Annotated[int, Strict(), Ge(1), Le(30 * YEAR_DAYS)] = 5 * 365


@dataclass(frozen=True)
class PanelRules:
    """Focus-customer panels 焦点客户座谈会: `size` customers, drawn from those whose cards of the last `pool_days` say
    that they may be invited. Whoever was drawn is not drawn again within `again_days`."""

    __pydantic_config__ = STRICT

    size: Annotated[int, Strict(), Ge(2), Le(60)] = 12
    pool_days: Annotated[int, Strict(), Ge(1), Le(YEAR_DAYS)] = 90
    again_days: Annotated[int, Strict(), Ge(1), Le(2 * YEAR_DAYS)] = 365


Late = Annotated[int, Strict(), Ge(0), Le(YEAR_DAYS)]


@dataclass(frozen=True)
class ActionRules:
    """Corrective actions 整改项. One that is more than so many days late, and a finding of a check too, rises to the
    lobby manager, the service office and the head of the branch (`rises_days`). Its effect is told from `effect_days`
    working days before the change and as many after it, three times as many at most, with `effect_min_n` observations
    on each side. Without an effect it is due again within `again_days`."""

    __pydantic_config__ = STRICT

    rises_days: tuple[Late, Late, Late] = (0, 3, 7)
    effect_days: Annotated[int, Strict(), Ge(5), Le(60)] = 10
    effect_min_n: Annotated[int, Strict(), Ge(5), Le(PEOPLE_MAX)] = 50
    again_days: Annotated[int, Strict(), Ge(1), Le(YEAR_DAYS)] = 14


SPEAKER = r"^[a-z]{2}_[a-z]+$"


@dataclass(frozen=True)
class VoiceRules:
    """Who says the calls. `engine` "neural" is the voice that `make voice` installs; where it is not installed, and for
    "espeak", eSpeak NG says them. `zh` and `en` name the neural voices; a `speed` of 1.1 is a tenth quicker. The
    bank's own recordings go before both; see docs/boards.md."""

    __pydantic_config__ = STRICT

    engine: Literal["neural", "espeak"] = "neural"
    zh: Annotated[str, StringConstraints(pattern=SPEAKER)] = "zf_xiaoxiao"
    en: Annotated[str, StringConstraints(pattern=SPEAKER)] = "af_heart"
    speed: Annotated[float, Ge(0.7), Le(1.5)] = 1.0


FULL_VOLUME = 100


@dataclass(frozen=True)
class Volume:
    """How loud the boards chime and speak from one time of day to another (past midnight if it ends before it
    begins): `level` of 100, 0 is silent and only shown. The first that fits counts; 100 at other times."""

    __pydantic_config__ = ALIAS

    from_: Annotated[TimeOfDay, Field(alias="from")]
    to: TimeOfDay
    level: Annotated[int, Strict(), Ge(0), Le(100)]

    def covers(self, at: time) -> bool:
        if self.from_ <= self.to:
            return self.from_ <= at < self.to
        return at >= self.from_ or at < self.to


def volume_at(spans: Iterable[Volume], at: time) -> int:
    """How loud the boards are at that time of day, of 100."""
    return next((span.level for span in spans if span.covers(at)), FULL_VOLUME)


@dataclass(frozen=True)
class Reports:
    """Bulletins. They are made `at` this time of each day, those of a week and a month when it is over, and kept in the
    folder `bulletins` of the data for `keep_days`. Groups and counters with fewer than `compare_min` things behind a
    figure are not compared: what they show is chance. `charted_days` are the working days of a control chart."""

    __pydantic_config__ = STRICT

    at: TimeOfDay = time(18, 0)
    compare_min: Annotated[int, Strict(), Ge(5), Le(PEOPLE_MAX)] = 30
    charted_days: Annotated[int, Strict(), Ge(12), Le(YEAR_DAYS)] = 30
    keep_days: Annotated[int, Strict(), Ge(1), Le(10 * YEAR_DAYS)] = 5 * YEAR_DAYS
