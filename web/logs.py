"""The log: one line an event, as text or as JSON, with nothing in it that names a customer or opens a door.

The standard library's logging is enough for this: every library that serves here speaks it already, and what a branch
needs beside it is the three small pieces below.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Any, Literal

import gevent
from gevent import get_hub

from lobby.redaction import redacted

Form = Literal["text", "json"]
PER_MINUTE = 20
"""So often a minute one and the same event is told; an attack must neither fill the disk nor hide what else happens."""
WINDOW_S = 60.0
TELL_S = 5.0
"""How often it is looked whether a minute is over."""
EVENTS_MAX = 500
"""So many kinds of events are counted at once; there are some hundred places in the code that log."""
LINE_MAX = 4000
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def one_line(text: str) -> str:
    """Nobody who chooses a name or an address writes lines of their own into the log."""
    return CONTROL.sub(lambda sign: sign.group().encode("unicode_escape").decode(), text)


class TextForm(logging.Formatter):
    """`TIME LEVEL LOGGER: MESSAGE`; a traceback follows in lines of its own, indented."""

    def format(self, record: logging.LogRecord) -> str:
        message = one_line(_message(record))[:LINE_MAX]
        head = f"{_time(record)} {record.levelname} {record.name}: {message}{_suppressed(record)}"
        return f"{head}\n{_indented(_traceback(record))}" if record.exc_info else head


class JsonForm(logging.Formatter):
    """A JSON object a line. `event` is the message before its values are filled in: what to count and to alarm by."""

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] = {
            "at": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": redacted(str(record.msg))[:LINE_MAX],
            "message": _message(record)[:LINE_MAX],
        }
        if record.exc_info:
            fields["traceback"] = _traceback(record)
        if suppressed := getattr(record, "suppressed", 0):
            fields["suppressed"] = suppressed
        return json.dumps(fields, ensure_ascii=False)


def _message(record: logging.LogRecord) -> str:
    """Values that do not fit the message are our own mistake, and no reason to lose or to bare what is told."""
    try:
        return redacted(record.getMessage())
    except Exception:
        return redacted(f"{record.msg} (its values cannot be shown)")


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds")


def _suppressed(record: logging.LogRecord) -> str:
    count = getattr(record, "suppressed", 0)
    return f" ({count} more were not told)" if count else ""


def _traceback(record: logging.LogRecord) -> str:
    return redacted(logging.Formatter().formatException(record.exc_info)) if record.exc_info else ""


def _indented(text: str) -> str:
    return "\n".join(f"  {one_line(line)}" for line in text.splitlines())


Event = tuple[str, int, str, str]
"""Logger, level, message without its values, kind of the error."""


class Sampler:
    """Lets each event through at most `per_minute` times in a minute, and counts those that it does not."""

    def __init__(self, per_minute: int = PER_MINUTE, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: OrderedDict[Event, tuple[float, int]] = OrderedDict()
        """By event, the oldest minute first: when it began, and how often the event was met in it."""
        self._dropped: list[logging.LogRecord] = []

    def lets(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        event = record.name, record.levelno, str(record.msg), error
        with self._lock:
            since, count = self._seen.get(event, (self._clock(), 0))
            self._seen[event] = since, count + 1
            if len(self._seen) > EVENTS_MAX:
                self._end(next(iter(self._seen)))
        return count < self._per_minute

    def ended(self, *, now: bool = False) -> list[logging.LogRecord]:
        """What was not told of the minutes that are over, an event a record; `now`: of all of them."""
        with self._lock:
            while self._seen and (now or self._is_over()):
                self._end(next(iter(self._seen)))
            told = self._dropped
            self._dropped = []
        return told

    def _is_over(self) -> bool:
        since, _ = next(iter(self._seen.values()))
        return self._clock() - since >= WINDOW_S

    def _end(self, event: Event) -> None:
        _, count = self._seen.pop(event)
        if count > self._per_minute:
            name, level, message, _ = event
            self._dropped.append(_untold(name, level, message, count - self._per_minute))


def _untold(name: str, level: int, message: str, count: int) -> logging.LogRecord:
    """Stands for so many lines that are not in the log."""
    record = logging.LogRecord(name, level, "", 0, message, None, None)
    record.suppressed = count
    return record


class Sampled(logging.StreamHandler[Any]):
    """Writes what the sampler lets through, and no later than with the next line what it did not."""

    def __init__(self, stream: Any, sampler: Sampler) -> None:
        super().__init__(stream)
        self._sampler = sampler
        self._lost = 0

    def handle(self, record: logging.LogRecord) -> bool:
        self.tell()
        return self._sampler.lets(record) and bool(super().handle(record))

    def tell(self, *, now: bool = False) -> None:
        for record in self._sampler.ended(now=now):
            super().handle(record)
        if self._lost:
            self._tell_lost()

    def _tell_lost(self) -> None:
        record = _untold(__name__, logging.ERROR, "lines could not be written", self._lost)
        self._lost = 0
        super().handle(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """The disk is full, or nobody reads any more. The library would print the error's traceback and the record's
        values, as they are."""
        self._lost += getattr(record, "suppressed", 1)

    def tell_for_ever(self) -> None:
        """In a greenlet: an attack that is over may be followed by no line for hours."""
        while True:
            gevent.sleep(TELL_S)
            self.tell()

    def close(self) -> None:
        """At exit, too."""
        self.tell(now=True)
        super().close()


def start(form: Form = "text") -> None:
    """Have everything that is logged, or fails unseen in a greenlet or a thread, written to standard error so."""
    handler = Sampled(sys.stderr, Sampler())
    handler.setFormatter(JsonForm() if form == "json" else TextForm())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.captureWarnings(True)
    gevent.spawn(handler.tell_for_ever)
    hub: Any = get_hub()
    hub.print_exception = _of_greenlet
    threading.excepthook = _of_thread
    sys.unraisablehook = _of_nobody


Error = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]


def _of_greenlet(_context: object, kind: Any, value: Any, trace: Any) -> None:
    """gevent would print the function's arguments too, and so whatever a customer showed."""
    logging.getLogger("gevent").error("a greenlet failed", exc_info=(kind, value, trace))


def _of_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        error = args.exc_type, args.exc_value, args.exc_traceback
        logging.getLogger("threading").error("a thread failed", exc_info=error)


def _of_nobody(args: Any) -> None:
    """What failed where no caller is, as while something is taken apart. Python would print the thing itself, too."""
    error = args.exc_type, args.exc_value, args.exc_traceback
    logging.getLogger("python").error("an error that nobody could be told", exc_info=error)
