"""What a slip says, at any width, and what its bytes put on paper."""

from __future__ import annotations

import dataclasses
import io
import re
from datetime import UTC, datetime

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from lobby.branch import Branch, Printer
from lobby.names import Name
from lobby.ticket import Ticket, Wait
from printer.devices.encode import encode, gb18030
from printer.paper import Code, Text, draw, interpret
from printer.slip import Layout, Line, columns, slip, text_columns, wrap

LINK = "https://lobby.example.com/f/260302A001-e3v6WFWGgvIq"
WIDE = Printer("wide", "virtual:")
PRINTERS = [
    WIDE,
    Printer("narrow", "virtual:", paper_mm=58, qr="raster"),
    Printer("raster", "virtual:", text="raster", qr="raster"),
    Printer("mixed", "virtual:", paper_mm=58, text="raster"),
    Printer("known", "virtual:", profile="TM-T20II"),
]


def a_ticket(**changes: object) -> Ticket:
    at = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
    ticket = Ticket(
        "260302A001", "A001", "A", "cash", "standard", "not_identified", "hall", (), "zh", at, at, 3,
        Wait(600, 1100, 300, 1500),
    )  # fmt: skip
    return dataclasses.replace(ticket, **changes)


def lines(layout: Layout) -> list[str]:
    return [part.text for part in layout.parts if isinstance(part, Line)]


def test_the_slip_says_everything_a_customer_needs(branch: Branch) -> None:
    said = "\n".join(lines(slip(branch, WIDE, a_ticket(), LINK, reprint=False)))
    for expected in (
        "惠民银行", "城东支行", "A001", "现金业务", "Cash", "综合服务区", "大厅直行", "前面 3 人",
        "约 10–20 分钟", "about 10–20 min", "2026-03-02 09:30:00", "过号",
    ):  # fmt: skip
        assert expected in said
    assert "补打" not in said


def test_a_reprint_is_marked(branch: Branch) -> None:
    said = lines(slip(branch, WIDE, a_ticket(), LINK, reprint=True))
    assert any("补打" in line and "REPRINT" in line for line in said)


def test_nothing_on_the_slip_ranks_the_customer(branch: Branch) -> None:
    for tier in branch.tiers:
        said = "\n".join(lines(slip(branch, WIDE, a_ticket(tier=tier.id), LINK, reprint=False)))
        assert not any(tier.name.zh in said for tier in branch.tiers)


def test_an_english_customer_reads_english_first(branch: Branch) -> None:
    said = lines(slip(branch, WIDE, a_ticket(lang="en"), LINK, reprint=False))
    assert said.index("Cash") < said.index("现金业务")


@given(st.text(max_size=80), st.integers(4, 48))
def test_no_line_is_wider_than_the_paper_and_nothing_is_lost(text: str, wide: int) -> None:
    broken = wrap(text, wide)
    assert all(text_columns(line) <= wide for line in broken)
    assert "".join("".join(broken).split()) == "".join(text.split())


@given(st.text(min_size=1, max_size=60), st.sampled_from([58, 80]))
def test_long_names_fit(branch: Branch, name: str, paper_mm: int) -> None:
    printer = Printer("p", "virtual:", paper_mm=paper_mm)  # type: ignore[arg-type]
    long = dataclasses.replace(branch, bank=Name(name, name))
    for part in slip(long, printer, a_ticket(), LINK, reprint=True).parts:
        if isinstance(part, Line):
            assert text_columns(part.text) * part.width <= columns(printer)


@pytest.mark.parametrize("printer", PRINTERS, ids=lambda printer: printer.id)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_code_on_the_paper_reads_with_another_makers_reader(branch: Branch, printer: Printer, lang: str) -> None:
    data = encode(slip(branch, printer, a_ticket(lang=lang), LINK, reprint=False), printer)
    codes = zxingcpp.read_barcodes(Image.open(io.BytesIO(draw(data, printer.dots))).convert("L"))
    assert [code.text for code in codes] == [LINK]


def test_text_goes_out_as_gb18030_in_the_printers_chinese_mode(branch: Branch) -> None:
    data = encode(slip(branch, WIDE, a_ticket(), LINK, reprint=False), WIDE)
    assert data.startswith(b"\x1b@")
    assert b"\x1c&" in data
    assert "综合服务区".encode("gb18030") in data
    stored = re.search(rb"\x1d\(k(..)1P0", data, flags=re.S)
    assert stored
    length = int.from_bytes(stored[1], "little") - 3
    assert data[stored.end() : stored.end() + length] == LINK.encode()


def test_the_slip_is_cut_only_where_there_is_a_cutter(branch: Branch) -> None:
    for printer, cut in (
        (WIDE, True),
        (PRINTERS[1], False),
        (dataclasses.replace(WIDE, cutter=False), False),
    ):
        data = encode(slip(branch, printer, a_ticket(), LINK, reprint=False), printer)
        assert (b"\x1dV" in data) is cut


@pytest.mark.parametrize(("text", "printed"), [("\u00a512", "\uffe512"), ("𠮷A", "□A"), ("–", "–")])
def test_what_no_printer_has_gets_a_box_never_a_question_mark(text: str, printed: str) -> None:
    assert gb18030(text).decode("gb18030") == printed


def test_paper_shows_what_the_bytes_say() -> None:
    marks = interpret(b"\x1b@\x1ba\x01\x1d!\x11" + "您好A".encode("gb18030") + b"\n\x1b!\x00end\n")
    assert marks[0] == Text("您好A", 2, 2, bold=False, align="center")
    assert marks[1] == Text("end", 1, 1, bold=False, align="center")
    code = b"\x1d(k\x05\x001P0hi\x1d(k\x03\x001Q0"
    assert interpret(code) == [Code("hi", 3, "left")]


@given(st.binary(max_size=400))
def test_no_bytes_break_the_paper(noise: bytes) -> None:
    interpret(noise)


@given(st.lists(st.sampled_from([b"\x1d(k", b"\x1dv0", b"\x1b!", b"\x1dV", b"\x10\x04", b"\x1bd\x02", b"A\n"])))
def test_no_cut_off_command_breaks_the_paper(commands: list[bytes]) -> None:
    interpret(b"".join(commands))
