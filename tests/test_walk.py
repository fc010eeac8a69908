"""One ticket's whole way: touch, number, paper, call, board, feedback. The paper is read here by code that
shares nothing with ours."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests
import zxingcpp
from conftest import (
    Server,
    TcpPrinter,
    midday_config,
    press_first_key,
    serving,
    sign_in,
    take_a_number,
    until,
)
from PIL import Image


def text_of(slip: bytes) -> str:
    """What a person reads: the commands taken out, the rest as GB18030."""
    for command in (
        rb"\x1dv0.(..)(..)", rb"\x1d\(k(..)", rb"\x1d!.", rb"\x1b[aEt!M].", rb"\x1b@", rb"\x1dV.\x00?",
        rb"\x1c[&.]",
    ):  # fmt: skip
        slip = re.sub(command, b"", slip, flags=re.S)
    return slip.decode("gb18030", errors="ignore")


def code_of(slip: bytes) -> str:
    """The QR code in the slip's raster picture, read by ZXing."""
    found = re.search(rb"\x1dv0.(..)(..)", slip, flags=re.S)
    assert found, "no raster on the slip"
    wide, high = (int.from_bytes(size, "little") for size in found.groups())
    bits = bytes(byte ^ 0xFF for byte in slip[found.end() : found.end() + wide * high])
    picture = Image.frombytes("1", (wide * 8, high), bits).convert("L")
    codes = zxingcpp.read_barcodes(picture)
    assert len(codes) == 1, "the QR code does not read"
    return codes[0].text


def test_one_tickets_whole_way(
    tmp_path: Path, tcp_printer: TcpPrinter, page_at: Callable[..., Any]
) -> None:
    config = midday_config(tmp_path, ('qr = "native"', 'qr = "raster"'))
    with serving(tmp_path / "var", config=config, printer=tcp_printer.url) as server:
        number = take_a_number(page_at(f"{server.url}/kiosk", 1080, 1920))
        link = the_slip_says(tcp_printer, number)
        board = page_at(f"{server.url}/board/main", 1920, 1080)
        board.wait_for_selector("body[data-seq]")
        tablet = page_at(f"{server.url}/desk/hall", 1180, 820)
        sign_in(tablet, "manager")
        tablet.wait_for_selector(f"#tickets b:text-is('{number}')")
        teller = teller_calls(page_at, server, number)
        the_board_shows_and_says(board, number)
        press_first_key(teller)  # start
        teller.wait_for_selector("#ticket-state:text('办理中')")
        customer_is_unhappy(page_at, link)
        tablet.wait_for_selector(f"#alerts [data-kind=feedback]:has-text('{number}')")
        press_first_key(teller)  # finish
        teller.wait_for_selector("body[data-ticket='']")


def the_slip_says(printer: TcpPrinter, number: str) -> str:
    slip: bytes = until(lambda: printer.slips, "the slip reached the printer")[0]
    text = text_of(slip)
    assert number in text
    assert "现金业务" in text
    assert "综合服务区" in text
    assert "前面无人等候" in text
    link = code_of(slip)
    assert re.search(r"^http://[0-9.:]+/4403/f/[A-Za-z0-9_-]{9}$", link)
    return link


def teller_calls(page_at: Callable[..., Any], server: Server, number: str) -> Any:
    teller = page_at(f"{server.url}/desk/counter/1", 1024, 768)
    sign_in(teller, "teller1")
    teller.wait_for_selector("#state:text('关闭')")
    press_first_key(teller)  # open
    teller.wait_for_selector("#state:text('开放')")
    press_first_key(teller)  # call next
    teller.wait_for_selector(f"body[data-ticket='{number}']")
    return teller


def the_board_shows_and_says(board: Any, number: str) -> None:
    board.wait_for_selector(f"#calls .number:text-is('{number}')", state="attached")
    assert board.text_content("#flash .number") == number
    board.wait_for_selector(f"body[data-last-call='{number}']", timeout=30000)


def customer_is_unhappy(page_at: Callable[..., Any], link: str) -> None:
    phone = page_at(link, 390, 844)
    phone.wait_for_selector("body[data-ready]")
    phone.check("[name=score][value='1']", force=True)
    phone.fill("[name=text]", "等得太久")
    phone.click("#send")
    phone.wait_for_selector("#thanks:not([hidden])")
    assert requests.get(f"{link}x", timeout=30).status_code == 404
