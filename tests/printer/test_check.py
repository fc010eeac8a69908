"""`lobby check` on printers: what it calls ok works, and what it does not is named with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import CONFIG, TcpPrinter, free_port

import doctor
import printer.fonts
from doctor import Finding


def examine(tmp_path: Path, *changes: tuple[str, str], lang: str = "en") -> dict[str, Finding]:
    """The findings on printers, by topic."""
    text = CONFIG.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "config.toml").write_text(text)
    found = doctor.examine(tmp_path / "config.toml", tmp_path, lang)  # type: ignore[arg-type]
    return {one.topic: one for one in found if one.topic.startswith(("printer", "kiosk"))}


def to(url: str, more: str = "") -> tuple[str, str]:
    return 'device = "virtual:"', f'device = "{url}"\n{more}'


def test_a_printer_that_answers_well_is_ok(tmp_path: Path, tcp_printer: TcpPrinter) -> None:
    assert examine(tmp_path, to(tcp_printer.url))["printer slip"].grade == "ok"


def test_a_mute_model_is_said_until_the_configuration_knows_it(tmp_path: Path) -> None:
    mute = TcpPrinter(answers={})
    unknown = examine(tmp_path, to(mute.url))["printer slip"]
    assert unknown.grade == "warn"
    assert "mute = true" in unknown.text
    assert examine(tmp_path, to(mute.url, "mute = true"))["printer slip"].grade == "ok"
    mute.close()


@pytest.mark.parametrize(
    ("answers", "word"),
    [
        ({1: 0x1A, 2: 0x32, 4: 0x72}, "out of paper"),
        ({1: 0x1A, 2: 0x16, 4: 0x12}, "cover"),
        ({1: 0x12, 2: 0x12, 4: 0x1E}, "low"),
    ],
)
def test_what_a_printer_needs_is_said(tmp_path: Path, answers: dict[int, int], word: str) -> None:
    needy = TcpPrinter(answers)
    found = examine(tmp_path, to(needy.url))["printer slip"]
    assert (found.grade, word in found.text) == ("warn", True)
    needy.close()


def test_nobody_there_and_no_such_node_are_told_with_the_reason(tmp_path: Path) -> None:
    for url in (
        f"tcp://127.0.0.1:{free_port()}",
        "file:///dev/no-such-lp0",
        "serial:///dev/no-such-line",
    ):
        found = examine(tmp_path, to(url))["printer slip"]
        assert found.grade == "warn"
        assert url.rpartition("/")[2] in found.text


def test_texts_that_the_printers_font_lacks_are_named(tmp_path: Path) -> None:
    found = examine(tmp_path, ("惠民银行", "喆民银行"), ('en = "Cash"', 'en = "Café"'))[
        "printer slip font"
    ]
    assert found.grade == "ok"
    assert (
        found.text
        == "not in its own font, printed as pictures: bank zh 喆, services.name (cash) en é"
    )


def test_texts_that_nothing_can_print_are_named(tmp_path: Path) -> None:
    found = examine(tmp_path, ("惠民银行", "惠民\u0378行"))["printer slip font"]
    assert (found.grade, "bank zh \u0378" in found.text) == ("warn", True)
    raster = examine(
        tmp_path, ("惠民银行", "惠民\u0378行"), ('text = "gb18030"', 'text = "raster"')
    )
    assert "bank zh \u0378" in raster["printer slip font"].text


def test_the_shipped_branch_needs_no_pictures(tmp_path: Path) -> None:
    assert "printer slip font" not in examine(tmp_path)


def test_a_machine_without_a_font_says_which_texts_it_costs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printer.fonts, "FONT_FILES", ())
    monkeypatch.setattr(printer.fonts, "_fc_match", lambda _: ("", ""))
    for cached in (printer.fonts.cjk_font_file, printer.fonts.file_of):
        cached.cache_clear()
    found = examine(tmp_path, ("惠民银行", "喆民银行"))["printer slip font"]
    assert found.grade == "warn"
    assert "fonts-noto-cjk" in found.text
    for cached in (printer.fonts.cjk_font_file, printer.fonts.file_of):
        cached.cache_clear()


def test_a_kiosk_without_a_printer_is_said(tmp_path: Path) -> None:
    kiosk = 'qr = "native"\n[[kiosks]]\nid = "codes"\nname = { zh = "无纸", en = "Codes" }\n'
    assert examine(tmp_path, ('qr = "native"', kiosk))["kiosk codes"].grade == "ok"
