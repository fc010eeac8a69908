"""Nothing that a stranger does at a kiosk or to a board leads out of its page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from conftest import Server

Open = Callable[..., Any]
WATCH = """
window.here = true;
window.let_through = [];
for (const kind of ["contextmenu", "dragstart", "auxclick", "keydown", "selectstart", "wheel"]) {
  addEventListener(kind, (event) => event.defaultPrevented || let_through.push(event.key ?? kind));
}
"""
KEYS = ("F1", "F3", "F5", "F7", "F11", "F12", "ContextMenu", "Control+p", "Control+r", "Control+Shift+i", "Control+u",
        "Control+s", "Control+o", "Control+f", "Control+h", "Control+l", "Control+=", "Control+-", "Alt+ArrowLeft",
        "Alt+Home", "Alt+d", "Control+a")  # fmt: skip


@pytest.fixture(params=["/kiosk", "/board/main"])
def screen(request: pytest.FixtureRequest, page_at: Open, server: Server) -> Any:
    page = page_at(f"{server.url}{request.param}", 1080, 1920)
    page.wait_for_selector("#clock:not(:empty)")
    page.evaluate(WATCH)
    return page


def stays(screen: Any) -> bool:
    """The same page is there, not loaded anew, and no other window."""
    return bool(screen.evaluate("window.here === true")) and len(screen.context.pages) == 1


def test_no_menu_opens_by_a_long_press_or_another_button(screen: Any) -> None:
    screen.mouse.click(500, 700, button="right")
    touch = screen.context.new_cdp_session(screen)
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    touch.send(
        "Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": 500, "y": 700}]}
    )
    # As long as a press that opens a menu.
    screen.evaluate("() => new Promise((done) => setTimeout(done, 1200))")
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert screen.evaluate("let_through") == []
    assert stays(screen)


def test_no_key_of_the_browser_does_anything(screen: Any) -> None:
    for key in KEYS:
        screen.keyboard.press(key)
        assert stays(screen), key
    assert set(screen.evaluate("let_through")) <= {"Control", "Alt", "Shift"}


def test_fingers_and_wheels_zoom_nothing(screen: Any) -> None:
    touch = screen.context.new_cdp_session(screen)
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 2})
    touch.send(
        "Input.synthesizePinchGesture",
        {"x": 500, "y": 700, "scaleFactor": 3, "gestureSourceType": "touch"},
    )
    assert screen.evaluate("visualViewport.scale") == 1
    screen.keyboard.down("Control")
    screen.mouse.wheel(0, -400)
    screen.keyboard.up("Control")
    assert "wheel" not in screen.evaluate("let_through")
    assert screen.evaluate("visualViewport.scale") == 1


def test_the_way_back_leads_nowhere(screen: Any) -> None:
    address = screen.url
    for _ in range(3):
        screen.evaluate("history.back()")
        screen.evaluate("() => new Promise((done) => setTimeout(done, 50))")
    assert screen.url == address
    assert stays(screen)


def test_nothing_is_dragged_or_marked(screen: Any) -> None:
    for at in ((300, 80), (500, 900)):
        screen.mouse.move(*at)
        screen.mouse.down()
        screen.mouse.move(at[0] + 300, at[1] + 200, steps=5)
        screen.mouse.up()
    assert screen.evaluate("String(getSelection())") == ""
    assert screen.evaluate("let_through") == []
    assert stays(screen)


def test_a_link_opens_no_window_and_leaves_no_trail(page_at: Open, server: Server) -> None:
    kiosk = page_at(f"{server.url}/kiosk?lang=zh", 1080, 1920)
    kiosk.wait_for_selector("body[data-ready]")
    kiosk.evaluate(WATCH)
    kiosk.click("#language")
    link = kiosk.locator("[data-language=en]")
    link.click(button="middle")
    assert stays(kiosk)
    for modifier in ("Control", "Shift"):
        link.click(modifiers=[modifier])
        kiosk.wait_for_selector("body[data-lang=en][data-ready]")
        assert len(kiosk.context.pages) == 1
        kiosk.goto(f"{server.url}/kiosk?lang=zh")
        kiosk.wait_for_selector("body[data-ready]")
        kiosk.click("#language")


def test_the_kiosk_prints_an_empty_page(page_at: Open, server: Server) -> None:
    kiosk = page_at(f"{server.url}/kiosk", 1080, 1920)
    kiosk.emulate_media(media="print")
    assert kiosk.evaluate("getComputedStyle(document.body).display") == "none"
