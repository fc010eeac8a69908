"""The log: one line an event, as text or JSON, without personal data and secrets.

It uses the standard library's logging, as every library of the server does. A branch needs three additions: a form, a
sampler and a handler.
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
"""The same event is logged so often a minute: an attack must neither fill the disk nor hide other events."""
WINDOW_S = 60.0
CHECK_S = 5.0
"""How often the sampler checks whether a minute is over."""
EVENTS_MAX = 500
"""So many kinds of events are counted at once; some hundred places in the code log."""
LINE_MAX = 4000
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def on_one_line(text: str) -> str:
    """The text with control characters escaped: a chosen name or address cannot add lines to the log."""
    return CONTROL.sub(lambda char: char.group().encode("unicode_escape").decode(), text)


class TextForm(logging.Formatter):
    """`TIME LEVEL LOGGER: MESSAGE`; a traceback follows in indented lines."""

    def format(self, record: logging.LogRecord) -> str:
        message = on_one_line(_message(record))[:LINE_MAX]
        head = f"{_time(record)} {record.levelname} {record.name}: {message}{_suppressed(record)}"
        if record.exc_info:
            return f"{head}\n{_indented(_traceback(record))}"
        return head


class JsonForm(logging.Formatter):
    """A JSON object a line. `event` is the message without its values, for counts and alarms."""

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
    """The message. Where its values do not fit, it is logged without them: neither lost nor unredacted."""
    try:
        return redacted(record.getMessage())
    except Exception:
        return redacted(f"{record.msg} (its values cannot be shown)")


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds")


def _suppressed(record: logging.LogRecord) -> str:
    count = getattr(record, "suppressed", 0)
    if count:
        return f" ({count} more were not logged)"
    return ""


def _traceback(record: logging.LogRecord) -> str:
    if record.exc_info:
        return redacted(logging.Formatter().formatException(record.exc_info))
    return ""


def _indented(text: str) -> str:
    return "\n".join(f"  {on_one_line(line)}" for line in text.splitlines())


Event = tuple[str, int, str, str]
"""Logger, level, message without its values, kind of the error."""


class Sampler:
    """Admits each event at most `per_minute` times in a minute, and counts the suppressed ones."""

    def __init__(
        self, per_minute: int = PER_MINUTE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._lock = threading.Lock()
        self._counts: OrderedDict[Event, tuple[float, int]] = OrderedDict()
        """By event, the oldest minute first: its begin, and the number of events in it."""
        self._dropped: list[logging.LogRecord] = []

    def admits(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        event = record.name, record.levelno, str(record.msg), error
        with self._lock:
            since, count = self._counts.get(event, (self._clock(), 0))
            self._counts[event] = since, count + 1
            if len(self._counts) > EVENTS_MAX:
                self._end(next(iter(self._counts)))
        return count < self._per_minute

    def ended(self, *, now: bool = False) -> list[logging.LogRecord]:
        """A record for each event that was suppressed in an ended minute; `now`: in all minutes."""
        with self._lock:
            while self._counts and (now or self._is_over()):
                self._end(next(iter(self._counts)))
            suppressed = self._dropped
            self._dropped = []
        return suppressed

    def _is_over(self) -> bool:
        since, _ = next(iter(self._counts.values()))
        return self._clock() - since >= WINDOW_S

    def _end(self, event: Event) -> None:
        _, count = self._counts.pop(event)
        if count > self._per_minute:
            name, level, message, _ = event
            self._dropped.append(_suppressed_record(name, level, message, count - self._per_minute))


def _suppressed_record(name: str, level: int, message: str, count: int) -> logging.LogRecord:
    """A record that stands for `count` suppressed lines."""
    record = logging.LogRecord(name, level, "", 0, message, None, None)
    record.suppressed = count
    return record


ADDRESSED = ("httpx", "httpcore")
"""They log each request with its address: a phone's push address is a secret of its customer."""


class Sampled(logging.StreamHandler[Any]):
    """Writes what the sampler admits, and the numbers of suppressed lines before the next line at the latest."""

    def __init__(self, stream: Any, sampler: Sampler) -> None:
        super().__init__(stream)
        self._sampler = sampler
        self._lost = 0

    def handle(self, record: logging.LogRecord) -> bool:
        self.write_suppressed()
        return self._sampler.admits(record) and bool(super().handle(record))

    def write_suppressed(self, *, now: bool = False) -> None:
        for record in self._sampler.ended(now=now):
            super().handle(record)
        if self._lost:
            self._write_lost()

    def _write_lost(self) -> None:
        record = _suppressed_record(
            __name__, logging.ERROR, "lines could not be written", self._lost
        )
        self._lost = 0
        super().handle(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Counts a line that cannot be written: the disk is full, or the reader has gone. The library would print the
        traceback and the record's values without redaction."""
        self._lost += getattr(record, "suppressed", 1)

    def write_suppressed_for_ever(self) -> None:
        """Runs in a greenlet, since no line may follow for hours after an attack."""
        while True:
            gevent.sleep(CHECK_S)
            self.write_suppressed()

    def close(self) -> None:
        """Also called at exit."""
        self.write_suppressed(now=True)
        super().close()


def start(form: Form = "text") -> None:
    """Writes the log, and every uncaught error of a greenlet or a thread, to standard error in this form."""
    handler = Sampled(sys.stderr, Sampler())
    handler.setFormatter(JsonForm() if form == "json" else TextForm())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.captureWarnings(True)
    for name in ADDRESSED:
        logging.getLogger(name).setLevel(logging.WARNING)
    gevent.spawn(handler.write_suppressed_for_ever)
    hub: Any = get_hub()
    hub.print_exception = _of_greenlet
    threading.excepthook = _of_thread
    sys.unraisablehook = _of_no_caller


Error = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]


def _of_greenlet(_context: object, kind: Any, value: Any, trace: Any) -> None:
    """Logs an error of a greenlet. gevent would also print the function's arguments, such as a card number."""
    logging.getLogger("gevent").error("a greenlet failed", exc_info=(kind, value, trace))


def _of_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        error = args.exc_type, args.exc_value, args.exc_traceback
        logging.getLogger("threading").error("a thread failed", exc_info=error)


def _of_no_caller(args: Any) -> None:
    """Logs an error without a caller, as in a finalizer. Python would also print the object."""
    error = args.exc_type, args.exc_value, args.exc_traceback
    logging.getLogger("python").error("an error without a caller", exc_info=error)
