"""What a slip says, at any width, and what its bytes put on paper."""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zxingcpp
from catalogues import MARKS_LANG, mark_all, unmarked
from conftest import CONFIG
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

import doctor
from lobby import texts
from lobby.branch.config import ConfigError, read_branch
from lobby.branch.model import Branch, Font, Printer
from lobby.branch.names import Name
from lobby.events.wait import Wait
from lobby.state.ticket import Ticket
from printer import raster
from printer.devices.encode import MISSING_SIGN, encode, own_font
from printer.fonts import NoFont
from printer.glyphs import adapted, missing
from printer.layout import Layout, Line, Qr, columns, text_columns, wrap
from printer.paper import Code, Mark, Raster, Text, draw, interpret
from printer.raster import module_dots, qr_picture
from printer.slip import slip
from web.languages import compile_catalogues

LINK = "https://lobby.example.com/4403/f/Xq3v_9aZk"
WIDE = Printer("wide", "virtual:")
DOTS_PER_CM = 80
"""203 dots an inch."""
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
        "0cl6c3qg2vtt0a1b", "A001", "A", "cash", "standard", "not_identified", "hall", (), "zh", 1, at, at, 3,
        Wait(600, 1100, 300, 1500), 1200,
    )  # fmt: skip
    return dataclasses.replace(ticket, **changes)


def lines(layout: Layout) -> list[str]:
    return [part.text for part in layout.parts if isinstance(part, Line)]


def test_the_slip_says_everything_a_customer_needs(branch: Branch) -> None:
    said = "\n".join(lines(slip(branch, WIDE, a_ticket(), LINK, reprint=False)))
    for expected in (
        "惠民银行", "城东支行", "A001", "现金业务", "Cash", "综合服务区", "大厅直行", "前面3人",
        "约10-20分钟", "about 10-20 min", "3 ahead of you", "2026-03-02 09:30:00", "过号当天可重新取号",
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
    assert "Cash 现金业务" in said


def test_a_korean_customer_reads_korean_first_and_staff_chinese(branch: Branch) -> None:
    said = lines(slip(branch, WIDE, a_ticket(lang="ko"), LINK, reprint=True))
    assert "현금 업무 现金业务" in said
    assert not any(word in line for line in said for word in ("Cash", "ahead of you", "Scan"))


@pytest.fixture(scope="module")
def catalogue_of_marks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("marks")
    mark_all(folder, MARKS_LANG)
    compile_catalogues(folder)
    return folder


@pytest.fixture
def marked(catalogue_of_marks: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A language of one file, where every text stands between marks."""
    monkeypatch.setattr(texts, "_folders", [texts.FOLDER])
    texts.read_also(catalogue_of_marks)
    yield MARKS_LANG
    monkeypatch.undo()
    texts.read_also(texts.FOLDER)


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("missed", ["ends", "back", "last", "redraw"])
def test_a_slip_says_nothing_that_is_in_no_catalogue(
    branch: Branch, marked: str, large: bool, missed: str
) -> None:
    """Staff read Chinese below the customer's language."""
    rules = dataclasses.replace(branch.rules, missed=missed)  # type: ignore[arg-type]
    wide = dataclasses.replace(WIDE, width_dots=1280)
    ticket = a_ticket(lang=marked, large_print=large, then=("fx",))
    booked = ticket.issued_at
    layout = slip(dataclasses.replace(branch, rules=rules), wide, ticket, LINK, True, booked)
    said = " ".join(lines(layout))
    assert "⟦" in said
    assert re.findall("[A-Za-z]{2,}", " ".join(unmarked(said))) == []


@given(st.text(max_size=80), st.integers(4, 48))
def test_no_line_is_wider_than_the_paper_and_nothing_is_lost(text: str, wide: int) -> None:
    broken = wrap(text, wide)
    assert all(text_columns(line) <= wide for line in broken)
    assert "".join("".join(broken).split()) == "".join(text.split())


@given(
    st.text(min_size=1, max_size=60),
    st.sampled_from([58, 80]),
    st.booleans(),
    st.sampled_from(["zh", "en"]),
)
def test_long_names_fit(branch: Branch, name: str, paper_mm: int, large: bool, lang: str) -> None:
    printer = Printer("p", "virtual:", paper_mm=paper_mm)  # type: ignore[arg-type]
    long = Name(name, name)
    areas = tuple(dataclasses.replace(area, name=long, way=long) for area in branch.areas)
    services = tuple(dataclasses.replace(service, name=long) for service in branch.services)
    named = dataclasses.replace(branch, bank=long, name=long, areas=areas, services=services)
    ticket = a_ticket(large_print=large, lang=lang, then=("fx", "cards"))
    for part in slip(named, printer, ticket, LINK, reprint=True).parts:
        if isinstance(part, Line):
            assert text_columns(part.text) * part.width <= columns(printer)


@pytest.mark.parametrize("printer", PRINTERS, ids=lambda printer: printer.id)
@pytest.mark.parametrize("lang", ["zh", "en", "ko"])
def test_the_code_on_the_paper_reads_with_another_makers_reader(
    branch: Branch, printer: Printer, lang: str
) -> None:
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


# -- characters that the printer's font lacks ------------------------------------------------------------
def drawn(text: str, printer: Printer = WIDE) -> list[Mark]:
    """What a line puts on paper."""
    data = encode(Layout(columns(printer), (Line(text),)), printer)
    return [
        mark
        for mark in interpret(data)
        if isinstance(mark, Raster) or (isinstance(mark, Text) and mark.text)
    ]


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("\u00a512", "\uffe512"),
        ("10\u201320", "10-20"),
        ("a\u00a0b", "a b"),
        ("1\x1bE2", "1 E2"),
        ("周·一—二…", "周·一—二…"),
    ],
)
def test_what_reads_the_same_is_printed_with_the_printers_font(text: str, printed: str) -> None:
    assert [mark.text for mark in drawn(text) if isinstance(mark, Text)] == [printed]


RARE = ["王喆", "𠮷田", "Café", "Łódź", "Зал", "은행", "3\u20ac", "\U0001f600", "①號"]


@pytest.mark.parametrize("text", RARE)
def test_a_line_with_a_character_that_the_font_lacks_is_a_picture_never_a_box(text: str) -> None:
    data = encode(Layout(48, (Line(text),)), WIDE)
    assert MISSING_SIGN not in data
    assert [type(mark) for mark in drawn(text)] == [Raster]


def test_the_rest_of_the_slip_stays_the_printers_own_text(branch: Branch) -> None:
    areas = tuple(
        dataclasses.replace(area, name=Name("喆厅", "Salle Élysée")) for area in branch.areas
    )
    rare = dataclasses.replace(branch, areas=areas)
    usual, mixed = (
        encode(slip(each, WIDE, a_ticket(), LINK, reprint=False), WIDE) for each in (branch, rare)
    )
    pictures = [mark for mark in interpret(mixed) if isinstance(mark, Raster)]
    assert len(pictures) == 1
    assert not [mark for mark in interpret(usual) if isinstance(mark, Raster)]
    said = "".join(mark.text for mark in interpret(mixed) if isinstance(mark, Text))
    assert "A001" in said
    assert "现金业务" in said
    assert (
        zxingcpp.read_barcodes(Image.open(io.BytesIO(draw(mixed, WIDE.dots))).convert("L"))[0].text
        == LINK
    )


def test_the_picture_of_a_character_is_not_the_sign_for_none() -> None:
    """Looked at as dots: each rare character is another picture, in a font of this machine that has it."""
    pictures = {
        (mark.width, mark.data)
        for text in "喆堃𠮷é은"
        for mark in drawn(text)
        if isinstance(mark, Raster)
    }
    assert len(pictures) == 5
    nobodys = drawn("\U0010fffd")[0]
    assert isinstance(nobodys, Raster)
    assert (nobodys.width, nobodys.data) not in pictures


@pytest.mark.parametrize(
    ("font", "lacking"),
    [("gb2312", "喆堃㐂"), ("gbk", "㐂"), ("gb18030", "")],
    ids=["gb2312", "gbk", "gb18030"],
)
def test_a_printer_with_more_characters_draws_less(font: Font, lacking: str) -> None:
    assert missing("中喆堃㐂A", font) == lacking
    more = dataclasses.replace(WIDE, font=font)
    assert [type(mark) for mark in drawn("喆", more)] == ([Raster] if "喆" in lacking else [Text])


def test_bytes_of_a_line_in_the_printers_font_are_what_they_were() -> None:
    data = encode(Layout(48, (Line("现金业务 Cash"),)), WIDE)
    assert b"\x1b3\x1e" + "现金业务 Cash".encode("gb2312") + b"\n" in data


@given(st.text(max_size=30), st.sampled_from(["gb2312", "gbk", "gb18030"]))
def test_any_text_becomes_bytes_that_move_no_head(text: str, font: Font) -> None:
    """Nothing in a name is a command to the printer."""
    sent = own_font(text, font)
    assert not set(sent) & {*range(0x20), 0x7F}
    assert missing(adapted(text, font), font) or sent.decode("gb18030") is not None


def test_a_machine_without_a_font_prints_a_box_rather_than_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def none(*_: object) -> None:
        raise NoFont("none")

    monkeypatch.setattr(raster, "runs", none)
    assert MISSING_SIGN in encode(Layout(48, (Line("王喆"),)), WIDE)


def test_paper_shows_what_the_bytes_say() -> None:
    marks = interpret(b"\x1b@\x1ba\x01\x1d!\x11" + "您好A".encode("gb18030") + b"\n\x1b!\x00end\n")
    assert marks[0] == Text("您好A", 2, 2, bold=False, align="center")
    assert marks[1] == Text("end", 1, 1, bold=False, align="center")
    code = b"\x1d(k\x05\x001P0hi\x1d(k\x03\x001Q0"
    assert interpret(code) == [Code("hi", 3, "left")]


@given(st.binary(max_size=400))
def test_no_bytes_break_the_paper(noise: bytes) -> None:
    interpret(noise)


@given(
    st.lists(
        st.sampled_from(
            [b"\x1d(k", b"\x1dv0", b"\x1b!", b"\x1dV", b"\x10\x04", b"\x1bd\x02", b"A\n"]
        )
    )
)
def test_no_cut_off_command_breaks_the_paper(commands: list[bytes]) -> None:
    interpret(b"".join(commands))


def of(branch: Branch, **rules: object) -> Branch:
    return dataclasses.replace(branch, rules=dataclasses.replace(branch.rules, **rules))


@pytest.mark.parametrize(
    ("missed", "zh", "en"),
    [
        ("ends", "过号作废", "take a new number"),
        ("back", "顺延 4 位", "back 4 places"),
        ("last", "队尾", "end of the line"),
        ("redraw", "重新取号", "Take a new number"),
    ],
)
def test_the_slip_tells_the_branchs_rule_for_a_missed_call(
    branch: Branch, missed: str, zh: str, en: str
) -> None:
    ruled = of(branch, missed=missed, missed_back=4)
    for lang, words in (("zh", zh), ("en", en)):
        said = lines(slip(ruled, WIDE, a_ticket(lang=lang), LINK, reprint=False))
        assert words in " ".join(said)


def paper_cm(
    branch: Branch, printer: Printer, ticket: Ticket, *, reprint: bool, booked: bool
) -> float:
    """How long the paper is that the bytes print, up to the cut."""
    at = ticket.issued_at if booked else None
    made = encode(slip(branch, printer, ticket, LINK, reprint=reprint, booked=at), printer)
    return Image.open(io.BytesIO(draw(made, printer.dots))).height / DOTS_PER_CM


@pytest.mark.parametrize("printer", [PRINTERS[0], PRINTERS[2], PRINTERS[4]], ids=lambda p: p.id)
@pytest.mark.parametrize("lang", ["zh", "en", "ko"])
@pytest.mark.parametrize(("large", "most_cm"), [(False, 12), (True, 16)])
def test_no_slip_is_longer_than_a_hand(
    branch: Branch, printer: Printer, lang: str, large: bool, most_cm: float
) -> None:
    for area, then in (("hall", ()), ("barrier_free", ("fx",)), ("priority", ())):
        ticket = a_ticket(lang=lang, large_print=large, area=area, ahead=128, then=then)
        for reprint, booked in ((False, False), (True, False), (False, True)):
            long = paper_cm(branch, printer, ticket, reprint=reprint, booked=booked)
            assert long <= most_cm, (area, reprint, booked)


@pytest.mark.parametrize("printer", [WIDE, PRINTERS[1]], ids=lambda printer: printer.id)
@pytest.mark.parametrize(
    "wish", [{"large_print": True}, {"needs": ("elderly",)}, {"needs": ("disabled",)}], ids=str
)
def test_large_print_says_less_and_nothing_small(
    branch: Branch, printer: Printer, wish: dict[str, object]
) -> None:
    usual = slip(branch, printer, a_ticket(), LINK, reprint=False)
    large = slip(branch, printer, a_ticket(**wish), LINK, reprint=False)
    sizes = [min(part.width, part.height) for part in large.parts if isinstance(part, Line)]
    assert min(sizes) >= 2
    assert len("".join(lines(large))) < 0.5 * len("".join(lines(usual)))
    assert module_dots(code_of(large), printer.dots) > module_dots(code_of(usual), printer.dots)
    said = "".join(lines(large))
    for word in ("A001", "综合服务区", "前面 3 人", "约 10-20 分钟"):
        assert word in said


def code_of(layout: Layout) -> Qr:
    return next(part for part in layout.parts if isinstance(part, Qr))


@given(st.integers(10, 400), st.sampled_from([384, 576]), st.integers(1, 12))
def test_a_code_of_any_link_fits_with_its_white(length: int, dots: int, wanted: int) -> None:
    part = Qr("https://b.example/" + "x" * length, wanted)
    assert qr_picture(part.link, module_dots(part, dots)).width <= dots


def test_several_services_stand_in_their_order(branch: Branch) -> None:
    said = lines(slip(branch, WIDE, a_ticket(then=("cards", "fx")), LINK, reprint=False))
    numbered = [line.strip() for line in said if re.match(r"\d ", line)]
    assert numbered[:3] == [
        "1 现金业务 Cash",
        "2 开户与银行卡 Accounts and cards",
        "3 外汇业务 Foreign exchange",
    ]
    assert not any("双录" in line for line in said)


def test_an_appointment_shows_its_time(branch: Branch) -> None:
    at = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
    said = lines(slip(branch, WIDE, a_ticket(), LINK, reprint=False, booked=at))
    assert "预约 10:00 Appointment 10:00" in said


# -- the logo ------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def logo(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A black ring on nothing, larger than any paper."""
    file = tmp_path_factory.mktemp("logo") / "logo.png"
    picture = Image.new("RGBA", (900, 600), (0, 0, 0, 0))
    ImageDraw.Draw(picture).ellipse((200, 50, 700, 550), outline=(0, 0, 0, 255), width=90)
    picture.save(file)
    return str(file)


@pytest.mark.parametrize("printer", PRINTERS, ids=lambda printer: printer.id)
def test_the_logo_is_on_the_paper_as_dots(branch: Branch, printer: Printer, logo: str) -> None:
    printer = dataclasses.replace(printer, logo=logo)
    data = encode(slip(branch, printer, a_ticket(), LINK, reprint=False), printer)
    ring = next(mark for mark in interpret(data) if isinstance(mark, Raster))
    assert ring.width <= printer.dots
    paper = Image.open(io.BytesIO(draw(data, printer.dots))).crop((0, 0, printer.dots, 112))
    middle = printer.dots // 2
    column = [paper.getpixel((middle, y)) == 0 for y in range(112)]
    assert (column[15], column[56], column[97]) == (True, False, True)
    assert (
        zxingcpp.read_barcodes(Image.open(io.BytesIO(draw(data, printer.dots))).convert("L"))[
            0
        ].text
        == LINK
    )


def test_a_photograph_is_dithered_and_line_art_is_not(tmp_path: Path) -> None:
    grey = tmp_path / "grey.png"
    half = tmp_path / "half.png"
    Image.new("L", (200, 100), 128).save(grey)
    cut = Image.new("L", (200, 100), 255)
    cut.paste(0, (0, 0, 100, 100))
    cut.save(half)
    dithered, art = (raster.logo(str(file), 576) for file in (grey, half))
    assert 0.3 < dithered.convert("L").histogram()[0] / (dithered.width * dithered.height) < 0.7
    assert art.convert("L").histogram()[0] == art.width * art.height // 2


def test_a_logo_that_cannot_be_read_stops_the_start_with_its_name(tmp_path: Path) -> None:
    text = CONFIG.read_text().replace('qr = "native"', 'qr = "native"\nlogo = "none.png"')
    (tmp_path / "config.toml").write_text(text)
    with pytest.raises(ConfigError, match=r"printers\.logo.*slip.*none\.png"):
        read_branch(tmp_path / "config.toml")


def test_the_doctor_says_that_a_logo_is_no_picture(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_text("no picture")
    config = tmp_path / "config.toml"
    config.write_text(
        CONFIG.read_text().replace('qr = "native"', 'qr = "native"\nlogo = "logo.png"')
    )
    found = next(
        f for f in doctor.examine(config, tmp_path, "en") if f.topic == "printer slip logo"
    )
    assert found.grade == "warn"
