"""Wall boards in a real browser: read from twelve metres, by who hears, who does not, and who tells no colours."""

from __future__ import annotations

import base64
import io
import wave
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from board_stage import BOARDS, Memory, Stage, area, call, live_through, on_stage, state
from conftest import Server, until

Open = Callable[..., Any]
SIZES = {"720p": (1280, 720), "1080p": (1920, 1080), "4K": (3840, 2160), "upright": (1080, 1920)}
SCREENS = list(product(("main", "priority", "counter-1"), SIZES))
WORDS = [{"zh": ["今日提前下班", "下午四点关门"], "en": ["Closing early", "At four"]}]


@pytest.fixture
def on(page_at: Open, server: Server) -> Callable[..., Stage]:
    return lambda board="main", size="1080p": on_stage(page_at, server, board, SIZES[size])


def with_slides(stage: Stage, *slides: dict[str, Any]) -> None:
    stage.page.route(
        "**/api/v1/boards/*/slides", lambda route: route.fulfill(json={"slides": slides})
    )


def quiet(board: str, waiting: int = 0, **more: Any) -> dict[str, Any]:
    return state(
        board, [], seq=1, areas=[area(id, waiting) for id in BOARDS.get(board, ())], **more
    )


def announced(stage: Stage) -> str | None:
    """The number being announced, if any."""
    is_calling = "calling" in stage.page.get_attribute("body", "class").split()
    return stage.page.text_content("#flash .number") if is_calling else None


def all_announced(stage: Stage, seconds: int = 200) -> list[str]:
    """Every number that is announced while so much time goes by, in order."""
    found: list[str] = []
    for _ in range(seconds):
        number = announced(stage)
        if number and found[-1:] != [number]:
            found.append(number)
        if number is None and found:
            break
        stage.later(1)
    return found


def numbers(stage: Stage) -> list[str]:
    return [text.strip() for text in stage.page.locator("#calls .number").all_text_contents()]


def shown(stage: Stage, selector: str) -> bool:
    return bool(stage.page.is_visible(selector))


# -- calls ---------------------------------------------------------------------------------------------
def test_a_call_is_announced_the_moment_it_comes_and_then_stays(on: Any) -> None:
    stage = on()
    stage.show(state("main", [call(3, 3)]))
    assert announced(stage) is None
    stage.call(call(1, 9))
    assert announced(stage) == "B001"
    stage.show(state("main", [call(3, 3), call(1, 9)]))
    assert all_announced(stage) == ["B001"]
    assert stage.page.text_content("#flash .number") == "B001"
    assert numbers(stage) == ["B001", "D003"]


def test_twelve_calls_at_once_are_all_shown_and_each_is_announced_in_order(on: Any) -> None:
    stage = on("priority")
    calls = [call(n, 100 + n) for n in range(1, 13)]
    stage.show(state("priority", []))
    for one in calls:
        stage.call(one)
    stage.show(state("priority", calls))
    assert sorted(numbers(stage)) == sorted(one["number"] for one in calls)
    assert stage.page.locator("#calls .pending").count() == 11
    assert all_announced(stage) == [one["number"] for one in calls]
    assert stage.page.locator("#calls .pending").count() == 0


def test_each_of_many_calls_stays_long_enough_to_be_read(on: Any) -> None:
    stage = on("counter-1")  # without a voice, which could make it longer
    stage.stop_clock()
    stage.show(state("counter-1", []))
    for n in (1, 2, 3):
        stage.call(call(n, n))
    seconds: dict[str, int] = {}
    while number := announced(stage):
        seconds[number] = seconds.get(number, 0) + 1
        stage.later(1)
    assert min(seconds.values()) >= 2
    assert list(seconds) == ["B001", "C002", "D003"]


def test_a_recall_is_announced_as_a_call_again(on: Any) -> None:
    stage = on()
    stage.show(state("main", [call(1, 5)]))
    stage.call(call(1, 9, recall=True))
    assert announced(stage) == "B001"
    assert "再次叫号" in stage.page.text_content("#flash .cue")
    assert stage.page.get_attribute("#flash .cue use", "href").endswith("#repeat")


def test_the_same_call_heard_twice_is_announced_once(on: Any) -> None:
    stage = on()
    stage.show(state("main", []))
    stage.call(call(1, 5)), stage.call(call(1, 5)), stage.show(state("main", [call(1, 5)]))
    assert all_announced(stage) == ["B001"]


def test_who_sits_at_the_counter_already_is_not_called_any_more(on: Any) -> None:
    stage = on()
    stage.show(state("main", []))
    for n in (1, 2, 3):
        stage.call(call(n, n))
    stage.show(state("main", [call(1, 1), call(2, 2, state="serving"), call(3, 3)]))
    assert all_announced(stage) == ["B001", "D003"]


def test_a_call_that_was_made_while_the_line_was_down_is_announced_when_it_heals(on: Any) -> None:
    stage = on()
    stage.show(state("main", [call(1, 5)]))
    stage.cut(5)
    stage.heal()
    stage.show(state("main", [call(1, 5), call(2, 8)]))
    assert all_announced(stage) == ["C002"]


def test_a_counters_own_display_shows_its_number_and_state(on: Any) -> None:
    stage = on("counter-1")
    for counter, words in (("open", "请稍候"), ("paused", "暂停服务"), ("closed", "暂未开放")):
        stage.show(state("counter-1", [], counter={"id": "1", "state": counter}))
        assert words in stage.page.text_content("#flash .where")
    stage.call(call(1, 4))
    assert announced(stage) == "B001"
    assert "请到本柜台" in stage.page.text_content("#flash .where")
    stage.show(state("counter-1", [call(1, 4, state="serving")]))
    all_announced(stage)
    assert "正在办理" in stage.page.text_content("#flash .where")


# -- the voice -----------------------------------------------------------------------------------------
PLAYED = """
window.sounds = { played: 0, now: 0, most: 0 };
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (...args) {
  Object.assign(sounds, { played: sounds.played + 1, now: sounds.now + 1 });
  sounds.most = Math.max(sounds.most, sounds.now);
  this.addEventListener("ended", () => { sounds.now -= 1; });
  start.apply(this, args);
};
0
"""


def silence() -> bytes:
    clip = io.BytesIO()
    with wave.open(clip, "wb") as out:
        out.setnchannels(1), out.setsampwidth(2), out.setframerate(8000)
        out.writeframes(bytes(800))
    return clip.getvalue()


def spoken_by(stage: Stage, *, missing: str = "nothing") -> list[str]:
    """The clips that are asked for from now on; those of the number `missing` are not to be had."""
    asked: list[str] = []

    def answer(route: Any) -> None:
        asked.append(route.request.url.split("/voice/")[1])
        route.fulfill(status=404) if missing in asked[-1] else route.fulfill(
            body=silence(), content_type="audio/wav"
        )

    stage.page.route("**/voice/**", answer)
    stage.page.evaluate(PLAYED)
    return asked


def played(stage: Stage, calls: int) -> bool:
    """Whether so many calls are over. The page's clock goes on while no clip sounds, which takes its own time."""
    if not stage.page.evaluate("window.sounds?.now"):
        stage.later(1)
    return int(stage.page.get_attribute("body", "data-calls-played") or 0) == calls


def test_calls_are_spoken_in_order_never_over_each_other_and_a_missing_clip_stops_nothing(
    on: Any,
) -> None:
    stage = on()
    asked = spoken_by(stage, missing="C002")
    stage.show(state("main", []))
    for n in (1, 2):
        stage.call(call(n, n))
    stage.call(call(3, 3, spoken=("en", "zh")))
    until(lambda: played(stage, 3), "three calls", 40)
    assert asked == ["zh/B001/1.wav", "zh/C002/2.wav", "en/D003/3.wav", "zh/D003/3.wav"]
    assert stage.page.evaluate("sounds") == {"played": 3, "now": 0, "most": 1}


def test_while_others_wait_a_call_is_spoken_in_its_customers_language_alone(on: Any) -> None:
    stage = on()
    spoken_by(stage)
    stage.show(state("main", []))
    for n in (1, 2, 3):
        stage.call(call(n, n, spoken=("en", "zh")))
    until(lambda: played(stage, 3), "three calls", 40)
    assert stage.page.evaluate("sounds") == {"played": 4, "now": 0, "most": 1}


def test_the_next_clips_are_fetched_while_a_call_is_spoken(on: Any) -> None:
    stage = on()
    asked = spoken_by(stage)
    stage.show(state("main", []))
    stage.call(call(1, 1)), stage.call(call(2, 2, spoken=("en", "zh")))
    # the page's clock stands still, so nothing is played; asking the page lets the browser go on
    until(lambda: stage.page.evaluate("sounds.played") == 0 and len(asked) == 3, "all clips")


SPEECH = """
window.speech = { said: [], cut: 0, cancelled: 0 };
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
const queue = [];
const next = () => {
  if (!queue.length) return;
  const [{ text, onend }] = queue;
  if (text.endsWith("!")) return;  // a voice that never says it has ended
  setTimeout(() => { if (queue[0]?.text === text) { queue.shift(); speech.said.push(text); onend(); next(); } }, 12000);
};
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => [{ lang: "zh-CN", localService: true }, { lang: "en-US", localService: true }],
  speak: (words) => { queue.push(words); if (queue.length === 1) next(); },
  cancel: () => { speech.cancelled += 1; speech.cut += queue.filter((one) => !one.text.endsWith("!")).length;
    queue.splice(0).forEach((one) => one.onerror()); },
} });
"""
"""The browser's own voice as a machine with one has it (this one has none): slow, one utterance after the other."""


def spoken_itself(page_at: Open, server: Server) -> Stage:
    """A board that speaks by the browser's own voice."""
    page = page_at("about:blank", 1920, 1080)
    page.add_init_script(SPEECH)
    return on_stage(lambda *_: page, server, "main")


def test_no_call_is_cut_by_the_time_limit_of_an_earlier_one(page_at: Open, server: Server) -> None:
    stage = spoken_itself(page_at, server)
    calls = [call(n, n) for n in (1, 2, 3)]
    stage.show(state("main", []))
    for one in calls:
        stage.call(one)
    until(lambda: played(stage, 3), "three calls", 60)
    said = [one["say"]["zh"] for one in calls]
    assert stage.page.evaluate("speech") == {"said": said, "cut": 0, "cancelled": 0}


def test_a_voice_that_never_ends_holds_up_nobody_and_only_it_is_stopped(
    page_at: Open, server: Server
) -> None:
    stage = spoken_itself(page_at, server)
    stage.show(state("main", []))
    mute = {**call(1, 1), "say": {"zh": "一!", "en": "one!"}}
    heard = call(2, 2)
    for one in (mute, heard):
        stage.call(one)
    until(lambda: played(stage, 2), "both calls", 60)
    assert stage.page.evaluate("speech") == {
        "said": [heard["say"]["zh"]],
        "cut": 0,
        "cancelled": 1,
    }


def test_a_call_that_is_over_meanwhile_is_spoken_to_the_end_of_its_sentence(
    page_at: Open, server: Server
) -> None:
    stage = spoken_itself(page_at, server)
    calls = [call(n, n, spoken=("zh", "en")) for n in (1, 2)]
    stage.show(state("main", []))
    for one in calls:
        stage.call(one)
    stage.later(2)
    stage.show(state("main", [call(1, 1, state="serving"), call(2, 2)]))
    until(
        lambda: stage.later(1) or len(stage.page.evaluate("speech.said")) == 3,
        "one language of the first call, and both of the second",
        60,
    )
    first, second = (one["say"] for one in calls)
    assert stage.page.evaluate("speech") == {
        "said": [first["zh"], second["zh"], second["en"]],
        "cut": 0,
        "cancelled": 0,
    }


def test_a_test_call_gives_way_to_a_customers_and_to_the_next_test(
    page_at: Open, server: Server
) -> None:
    stage = spoken_itself(page_at, server)
    stage.show(state("main", []))
    customer = call(1, 1)
    test = {**customer, "test": "call", "say": {"zh": "测试", "en": "Test"}}
    for _ in range(3):
        stage.page.evaluate("test => line.fire('test', test)", test)
    stage.call(customer)
    until(lambda: played(stage, 1), "the customer's call", 60)
    assert stage.page.evaluate("speech.said") == ["测试", customer["say"]["zh"]]


def test_the_volume_follows_the_hour_and_a_silent_hour_still_shows(on: Any) -> None:
    stage = on()
    asked = spoken_by(stage)
    stage.show(state("main", [], volume=40))
    assert stage.page.get_attribute("body", "data-volume") == "40"
    stage.show(state("main", [], volume=0))
    stage.call(call(1, 1))
    assert announced(stage) == "B001"
    assert (
        stage.page.evaluate("getComputedStyle(document.querySelector('#frame')).borderTopWidth")
        != "0px"
    )
    assert all_announced(stage) == ["B001"]
    assert asked == []


# -- slides --------------------------------------------------------------------------------------------
def apart(a: dict[str, float], b: dict[str, float]) -> bool:
    """Whether neither covers any of the other."""
    return any(
        first[at] + first[long] <= second[at]
        for first, second in ((a, b), (b, a))
        for at, long in (("x", "width"), ("y", "height"))
    )


@pytest.mark.parametrize("size", SIZES)
def test_the_button_for_the_sound_covers_no_direction(on: Any, size: str) -> None:
    stage = on("main", size)
    # at once: the board itself hides the button as soon as it may sound
    sound, *others = stage.page.evaluate(
        """() => {
          document.querySelector("#sound").hidden = false;
          const places = ["#sound", ".bank", ".time", "#areas"].map((part) => document.querySelector(part));
          return places.map((place) => place.getBoundingClientRect().toJSON());
        }"""
    )
    assert all(apart(sound, other) for other in others)
    assert all(box["x"] + box["width"] <= SIZES[size][0] for box in (sound, *others))


def test_announcements_appear_while_few_are_called_and_go_when_many_are(on: Any) -> None:
    stage = on()
    with_slides(stage, *WORDS)
    stage.show(state("main", [call(1, 1)], slides="a"))
    stage.page.wait_for_selector("#slide .head:text('今日提前下班')")
    stage.show(state("main", [call(n, n, state="serving") for n in range(1, 8)], slides="a"))
    assert not shown(stage, "#slide")
    stage.show(state("main", [call(1, 1)], slides=None))
    stage.page.wait_for_function("!document.querySelector('#slide').firstChild")
    assert not shown(stage, "#slide")


def test_slides_have_the_screen_when_nobody_waits_and_a_call_wins_at_once(on: Any) -> None:
    stage = on()
    with_slides(stage, *WORDS)
    stage.show(quiet("main", slides="a"))
    stage.page.wait_for_selector("#slide .head")
    assert not shown(stage, ".areas")
    assert "欢迎光临" in stage.page.text_content("#idle")
    stage.call(call(1, 5))
    assert announced(stage) == "B001"
    assert shown(stage, "#flash")
    assert shown(stage, ".areas")
    flash, slide = (stage.page.locator(id).bounding_box() for id in ("#flash", "#slide"))
    assert flash["y"] + flash["height"] <= slide["y"]


def test_a_picture_is_shown_whole_and_a_broken_one_is_passed_over(on: Any) -> None:
    dot = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAAEUlEQVR4nGNkYPj/n4GBgQEABwYCAbqXyv0AAAAASUVORK5CYII="
    stage = on()
    with_slides(
        stage, {"picture": "broken", "alt": ""}, {"picture": "dot", "alt": "春节快乐"}, *WORDS
    )
    stage.page.route(
        "**/picture/broken",
        lambda route: route.fulfill(body="no picture", content_type="image/png"),
    )
    picture = {"body": base64.b64decode(dot), "content_type": "image/png"}
    stage.page.route("**/picture/dot", lambda route: route.fulfill(**picture))
    stage.show(quiet("main", waiting=2, slides="a"))
    stage.page.wait_for_selector("#slide img[alt='春节快乐']")
    assert (
        stage.page.evaluate("getComputedStyle(document.querySelector('#slide img')).objectFit")
        == "contain"
    )
    stage.later(15.5)
    stage.page.wait_for_selector("#slide .head")


# -- for every eye -------------------------------------------------------------------------------------
CUT_OFF = """
() => {
  const found = [];
  const across = (a, b) => a.left >= b.left - 2 && a.right <= b.right + 2;
  const inside = (a, b) => across(a, b) && a.top >= b.top - 2 && a.bottom <= b.bottom + 2;
  const screen = new DOMRect(0, 0, innerWidth, innerHeight);
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const parent = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || parent.closest(".visually-hidden, [hidden], .next li, button")) continue;
    if (!parent.checkVisibility()) continue;
    const range = document.createRange();
    range.selectNodeContents(texts.currentNode);
    const card = parent.closest("#calls li, #areas > li, #flash, #slide, #idle, #lost, header");
    for (const box of range.getClientRects()) {
      const ink = new DOMRect(box.x, box.y + box.height * 0.2, box.width, box.height * 0.6); // without the line's air
      if (!inside(ink, screen) || !inside(ink, card?.getBoundingClientRect() ?? screen)) found.push(parent.textContent);
    }
  }
  const over = (one, other) => {
    const [a, b] = [one, other].map((each) => each.getBoundingClientRect());
    const crosses = a.left < b.right - 2 && b.left < a.right - 2 && a.top < b.bottom - 2 && b.top < a.bottom - 2;
    return a.width && b.width && crosses;
  };
  for (const row of document.querySelectorAll("#flash .call, #calls li:not(.visually-hidden)")) {
    const [number, to] = [row.querySelector(".number"), row.querySelector(".to, .where")];
    if (number && to && over(number, to)) found.push(`${number.textContent} over ${to.textContent}`);
  }
  for (const next of document.querySelectorAll("#areas .next li")) {
    const [list, one] = [next.parentElement.getBoundingClientRect(), next.getBoundingClientRect()];
    if (one.top < list.bottom - 2 && !inside(one, list)) found.push(next.textContent);
  }
  return found;
}
"""


@pytest.mark.parametrize("twice", [False, True], ids=["names", "names twice as long"])
@pytest.mark.parametrize(("board", "size"), SCREENS)
def test_nothing_is_cut_off_with_twelve_calls_at_once(
    on: Any, board: str, size: str, twice: bool
) -> None:
    stage = on(board, size)
    areas = [area(id, twice=twice) for id in BOARDS.get(board, ())]
    calls = [call(n, n, twice=twice) for n in range(1, 13)]
    for shown_calls in ([], calls[:1], calls[:4], calls):
        stage.show(state(board, shown_calls, seq=20, areas=areas))
        assert stage.page.evaluate(CUT_OFF) == []
    stage.call(call(8, 30, recall=True, twice=twice))
    assert stage.page.evaluate(CUT_OFF) == []
    stage.cut(100)
    assert stage.page.evaluate(CUT_OFF) == []


@pytest.mark.parametrize("size", SIZES)
def test_a_long_announcement_is_not_cut_off(on: Any, size: str) -> None:
    stage = on("priority", size)
    words = {
        "zh": ["请注意" * 12, "下午四点关门。" * 30],
        "en": ["Please note " * 8, "We close at four. " * 14],
    }
    with_slides(stage, words)
    stage.show(state("priority", [call(n, n) for n in range(1, 5)], slides="a"))
    stage.page.wait_for_selector("#slide .head")
    assert stage.page.evaluate(CUT_OFF) == []


LARGEST = """selector => Math.max(
  ...[...document.querySelectorAll(selector)].map((one) => parseFloat(getComputedStyle(one).fontSize)))"""


@pytest.mark.parametrize(("board", "size"), SCREENS)
def test_the_called_number_is_by_far_the_largest_thing(on: Any, board: str, size: str) -> None:
    stage = on(board, size)
    stage.show(state(board, [call(n, n, state="serving") for n in range(1, 7)]))
    stage.call(call(1, 9))
    called = stage.page.evaluate(LARGEST, "#flash .number")
    others = stage.page.evaluate(
        LARGEST, "#calls li:not(.visually-hidden) .number, .areas *, header *"
    )
    assert called > 1.6 * others
    assert called > 0.1 * min(SIZES[size])


def luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(", ")]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_who_cannot_hear_or_tells_no_colours_sees_a_call(on: Any) -> None:
    stage = on()
    stage.show(state("main", [call(2, 2)]))
    ground = "getComputedStyle(document.querySelector('#flash')).backgroundColor"
    calm = stage.page.evaluate(ground)
    stage.call(call(1, 5))
    bright = stage.page.evaluate(ground)
    assert (luminance(bright) + 0.05) / (luminance(calm) + 0.05) > 4.5  # without any hue
    assert "正在叫号" in stage.page.text_content("#flash .cue")  # in words
    assert stage.page.get_attribute("#flash .cue use", "href").endswith("#bell")  # by a shape
    assert stage.page.locator("#flash .cue .icon").bounding_box()["width"] > 20
    # Round the screen.
    assert stage.page.evaluate("getComputedStyle(document.querySelector('#frame')).opacity") == "1"


MOTIONS = """document.getAnimations().map(one => one.effect.getComputedTiming())
  .map(({duration, iterations}) => [duration, iterations])"""


def test_a_call_moves_gently_and_never_flashes(on: Any) -> None:
    stage = on()
    stage.page.emulate_media(reduced_motion="no-preference")
    stage.show(state("main", []))
    stage.call(call(1, 5))
    motions = stage.page.evaluate(MOTIONS)
    assert motions
    assert all(duration >= 400 and iterations == 1 for duration, iterations in motions)


def test_who_wants_no_motion_gets_none(on: Any) -> None:
    stage = on()
    stage.show(state("main", []))
    stage.call(call(1, 5))
    assert announced(stage) == "B001"
    assert stage.page.evaluate(MOTIONS) == []


def put_into(stage: Stage, board: str, condition: str) -> None:
    if condition == "lost":
        stage.show(state(board, [call(n, n) for n in range(1, 4)]))
        stage.cut(200)
    elif condition == "slides":
        with_slides(stage, *WORDS)
        stage.show(quiet(board, slides="a"))
        stage.page.wait_for_selector("#slide .head" if board != "counter-1" else "#flash")
    elif condition == "shut":
        areas = [area(id, 0, 0) for id in BOARDS.get(board, ())]
        stage.show(state(board, [], areas=areas, counter={"id": "1", "state": "closed"}))
    else:
        stage.show(
            state(board, [call(n, n, state="serving" if n % 2 else "called") for n in range(1, 13)])
        )
        if condition == "calling":
            stage.call(call(1, 30))


@pytest.mark.parametrize("condition", ["busy", "calling", "lost", "slides", "shut"])
@pytest.mark.parametrize("board", ["main", "priority", "counter-1", "upright"])
def test_no_board_shuts_anybody_out(on: Any, board: str, condition: str) -> None:
    stage = on(board, "upright" if board == "upright" else "1080p")
    put_into(stage, board, condition)
    found = Axe().run(stage.page).response["violations"]
    assert [(violation["id"], violation["nodes"][0]["html"]) for violation in found] == []


# -- day after day -------------------------------------------------------------------------------------
def test_a_lost_line_says_how_old_the_picture_is_dims_what_is_uncertain_and_heals(on: Any) -> None:
    stage = on()
    stage.stop_clock()
    stage.show(state("main", [call(1, 1)]))
    stage.cut(12)
    assert "12 秒前" in stage.page.text_content("#lost")
    opacity = "selector => Number(getComputedStyle(document.querySelector(selector)).opacity)"
    assert stage.page.evaluate(opacity, "#areas .wait") < 1
    assert stage.page.evaluate(opacity, ".calls") == 1
    stage.later(180)
    assert "3 分钟前" in stage.page.text_content("#lost")
    assert stage.page.evaluate(opacity, ".calls") < 1
    stage.heal()
    assert not shown(stage, "#lost")
    assert (
        stage.page.evaluate(opacity, "#areas .wait") == stage.page.evaluate(opacity, ".calls") == 1
    )


def test_a_board_whose_branch_was_set_up_anew_loads_itself_anew(on: Any) -> None:
    stage = on()
    stage.show(state("main", [call(1, 1)]))
    stage.page.route("**/revision", lambda route: route.fulfill(json={"revision": "another"}))
    stage.cut(3)
    with stage.page.expect_navigation():
        stage.heal()


def test_nothing_burns_in(on: Any) -> None:
    stage = on()
    stage.show(state("main", [call(1, 1)]))
    seen = set()
    sides = set()
    for _ in range(14):
        box = stage.page.locator("#flash").bounding_box()
        seen.add((round(box["x"], 1), round(box["y"], 1)))
        sides.add(stage.page.locator("h1:visible").bounding_box()["x"] > 960)
        assert stage.page.evaluate(CUT_OFF) == []
        stage.page.clock.fast_forward(600_000)
    assert len(seen) > 8
    assert max(x for x, _ in seen) - min(x for x, _ in seen) > 6
    assert max(x for x, _ in seen) - min(x for x, _ in seen) < 24
    assert sides == {True, False}


def test_a_board_does_not_grow(on: Any) -> None:
    """Some minutes of a busy morning; benchmarks/boards_day.py goes through a whole day."""
    stage = on()
    with_slides(stage, *WORDS, *WORDS)
    stage.show(state("main", [], seq=1))
    memory = Memory(stage.page)
    live_through(stage, 20, first=10)
    before = memory.measure()
    live_through(stage, 50, first=30)
    after = memory.measure()
    assert after["JSEventListeners"] <= before["JSEventListeners"] + 4
    assert after["Nodes"] <= before["Nodes"] + 20
    assert after["JSHeapUsedSize"] <= before["JSHeapUsedSize"] * 1.1
