"""A board's page whose line is in the test's hands: any state and any call, at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from conftest import Server

LINE = """
export function io() {
  const handlers = {};
  const line = { active: true, connect() {}, emit() {} };
  line.on = (name, handle) => (handlers[name] ??= []).push(handle);
  line.fire = (name, data) => (handlers[name] ?? []).forEach((handle) => handle(data));
  window.line = line;
  queueMicrotask(() => line.fire("connect"));
  return line;
}
"""
PAUSED_AHEAD = timedelta(seconds=30)
"""A clock stops at an instant that must not be past when the browser comes to it."""
AREAS = {
    "hall": ("综合服务区", "Main counters", "大厅直行，1–4 号柜台", "Straight ahead, counters 1–4"),
    "corporate": ("对公服务区", "Corporate desk", "右侧尽头，7 号柜台", "Far right, counter 7"),
    "barrier_free": (
        "无障碍服务区",
        "Barrier-free desk",
        "入口右手边，8 号低位柜台",
        "Right beside the entrance",
    ),
    "priority": (
        "贵宾服务区",
        "Priority area",
        "左转玻璃门内，5–6 号柜台",
        "Left, behind the glass door",
    ),
}
BOARDS = {
    "main": ("hall", "corporate", "barrier_free"),
    "priority": ("priority",),
    "upright": ("hall",),
}


def name(zh: str, en: str, twice: bool) -> dict[str, str]:
    """`twice`: as long again."""
    return {"zh": zh + zh if twice else zh, "en": f"{en} {en}" if twice else en}


def call(
    n: int,
    seq: int,
    *,
    state: str = "called",
    recall: bool = False,
    twice: bool = False,
    spoken: Sequence[str] = ("zh",),
) -> dict[str, Any]:
    """The n-th counter's call, said in the languages `spoken`; both as the event and as part of the state."""
    number = f"{'ABCDEGHV'[n % 8]}{n:03}"
    return {
        "seq": seq,
        "at": datetime.now(UTC).isoformat(),
        "number": number,
        "counter": str(n),
        "counter_name": name(f"{n} 号柜台", f"Counter {n}", twice),
        "area": "hall",
        "state": state,
        "recall": recall,
        "say": {"zh": f"请 {number} 号", "en": number},
        "audio": {lang: f"/voice/{lang}/{number}/{n}.wav" for lang in ("zh", "en")},
        "spoken": spoken,
    }


def area(
    id: str, waiting: int = 7, open_counters: int = 3, *, twice: bool = False
) -> dict[str, Any]:
    zh, en, way_zh, way_en = AREAS[id]
    return {
        "id": id,
        "name": name(zh, en, twice),
        "way": name(way_zh, way_en, twice),
        "self_service": False,
        "waiting": waiting,
        "open_counters": open_counters,
        "wait_words": name("约 15–30 分钟", "about 15–30 min", twice),
        "next": [f"A{n:03}" for n in range(31, 31 + min(waiting, 6))],
    }


def state(board: str, calls: list[dict[str, Any]], seq: int = 0, **more: Any) -> dict[str, Any]:
    """The whole board; the newest call first."""
    ordered = sorted(calls, key=lambda one: -one["seq"])
    areas = [area(id) for id in BOARDS.get(board, ())]
    counter = {"id": "1", "state": "open"} if board == "counter-1" else None
    last = seq or max([0, *(one["seq"] for one in calls)])
    return {
        "board": board, "seq": last, "at": datetime.now(UTC).isoformat(), "open": True, "volume": 100, "slides": None,
        "calls": ordered, "standing": list(range(last + 1)), "areas": areas, "counter": counter, **more,
    }  # fmt: skip


class Stage:
    """One board's page."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def show(self, shown: dict[str, Any]) -> None:
        self.page.evaluate("state => line.fire('state', state)", shown)

    def call(self, made: dict[str, Any]) -> None:
        self.page.evaluate("call => line.fire('call', call)", made)

    def cut(self, seconds: int) -> None:
        """The line is lost, and so much time goes by."""
        self.page.evaluate("line.fire('disconnect')")
        self.later(seconds)

    def later(self, seconds: float) -> None:
        self.page.clock.run_for(round(seconds * 1000))

    def stop_clock(self) -> None:
        """From here on only `later` moves it: it goes on by itself otherwise, on a busy machine by seconds."""
        self.page.clock.pause_at(datetime.now(UTC) + PAUSED_AHEAD)

    def heal(self) -> None:
        self.page.evaluate("line.fire('connect')")


def on_stage(
    page_at: Callable[..., Any], server: Server, board: str, size: tuple[int, int] = (1920, 1080)
) -> Stage:
    """The board's page on a line and a clock of the test's."""
    page = page_at("about:blank", *size)
    script = {"body": LINE, "content_type": "text/javascript"}
    page.route("**/static/vendor/socket.io.esm.min.js", lambda route: route.fulfill(**script))
    page.clock.install()
    page.goto(f"{server.url}/board/{board}")
    page.wait_for_function("window.line")
    return Stage(page)


class Memory:
    """What the page holds after its rubbish is collected."""

    def __init__(self, page: Any) -> None:
        self._cdp = page.context.new_cdp_session(page)
        self._cdp.send("Performance.enable")

    def measure(self) -> dict[str, int]:
        """One collection may leave what the next one takes."""
        found = self._collected()
        while (again := self._collected())["Nodes"] < found["Nodes"]:
            found = again
        return found

    def _collected(self) -> dict[str, int]:
        self._cdp.send("HeapProfiler.collectGarbage")
        found = {
            one["name"]: int(one["value"])
            for one in self._cdp.send("Performance.getMetrics")["metrics"]
        }
        return {key: found[key] for key in ("JSHeapUsedSize", "Nodes", "JSEventListeners")}


def live_through(
    stage: Stage, calls: int, first: int, every_s: float = 9, counters: int = 8
) -> None:
    """So many calls, one after the other, each announced, served and gone, the last of each counter staying."""
    floor: dict[str, dict[str, Any]] = {}
    for seq in range(first, first + calls):
        made = {**call(seq % counters + 1, seq), "number": f"A{seq % 1000:03}"}
        floor = {
            counter: {**one, "state": "serving"}
            for counter, one in floor.items()
            if seq - one["seq"] < counters
        }
        floor[made["counter"]] = made
        stage.call(made)
        stage.show(state("main", list(floor.values()), seq=seq, slides="a"))
        stage.later(every_s)
