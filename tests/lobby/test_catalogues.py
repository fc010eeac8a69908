"""A branch's own catalogues: no fault in them stops the branch, and each fault is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import CONFIG

import doctor
from lobby import texts
from lobby.catalogues import read_catalogues
from lobby.texts import FOLDER, Text, languages
from web.languages import compile_catalogues

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'
WAIT = 'msgid "about {lo}–{hi} min"\nmsgstr "khoảng {%s}–{%s} phút"\n'
TAKE = 'msgid "Take a number"\nmsgstr "Lấy số"\n'
ABOUT = Text("about {lo}–{hi} min", lo=10, hi=20)

Put = Callable[..., None]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "translations"


@pytest.fixture
def put(own: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Put]:
    """Writes a catalogue of the branch and opens the branch's texts."""
    monkeypatch.setattr(texts, "_folders", [texts.FOLDER])

    def write(content: str, lang: str = "vi", encoding: str = "utf-8") -> None:
        file = own / lang / "LC_MESSAGES/messages.po"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding)
        compile_catalogues(own)
        texts.read_also(own)

    yield write
    monkeypatch.undo()
    texts.read_also(texts.FOLDER)


def test_what_no_font_has_of_a_language_of_ones_own_is_named_by_the_check(
    own: Path, tmp_path: Path
) -> None:
    file = own / "vi/LC_MESSAGES/messages.po"
    file.parent.mkdir(parents=True)
    file.write_text(HEAD + 'msgid "No one ahead of you"\nmsgstr "\u0378"\n')
    found = [one for one in doctor.examine(CONFIG, tmp_path, "en") if one.topic.endswith(" font")]
    assert any("translations vi \u0378" in one.text for one in found)
    assert "vi" not in languages()
    assert not list(own.rglob("*.mo"))


def test_a_percent_sign_that_the_english_has_not_costs_no_page(own: Path) -> None:
    """Templates fill their texts by percent signs, so that a bare one would end the page."""
    file = own / "vi/LC_MESSAGES/messages.po"
    file.parent.mkdir(parents=True)
    file.write_text(HEAD + 'msgid "Nine of ten"\nmsgstr "90% trong"\n')
    (catalogue,) = read_catalogues(own)
    assert not catalogue.texts
    assert len(catalogue.faults) == 1


def check(data: Path, lang: str = "en", config: Path = CONFIG) -> list[str]:
    found = doctor.examine(config, data, "zh" if lang == "zh" else "en")
    return [f"{one.grade} {one.text}" for one in found if one.topic in ("translations", "config")]


def test_a_text_with_another_field_is_read_in_english_and_the_others_stay(
    put: Put, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    put(HEAD + WAIT % ("a", "b") + TAKE)
    assert ABOUT.in_("vi") == "about 10–20 min"
    assert Text("Take a number").in_("vi") == "Lấy số"
    assert caplog.text.count("about {lo}–{hi} min") == 1
    (fault,) = (line for line in check(tmp_path) if line.startswith("warn"))
    assert "vi/LC_MESSAGES/messages.po" in fault
    assert '"about {lo}–{hi} min"' in fault


def test_a_fault_of_an_earlier_start_does_not_stay_compiled(put: Put, own: Path) -> None:
    """A compiled form of an earlier version may be younger than the catalogue."""
    put(HEAD + WAIT % ("lo", "hi"))
    assert ABOUT.in_("vi") == "khoảng 10–20 phút"
    put("msgid unquoted")
    assert "vi" not in languages()
    assert ABOUT.in_("vi") == "about 10–20 min"


@pytest.mark.parametrize(
    "wrong",
    ["{lo}–{hi", "{lo.real}–{hi}", "{lo:x}–{hi}", "{lo!r}–{hi}", "{}–{}", "{lo}"],
)
def test_fields_are_the_same_to_the_letter(put: Put, wrong: str) -> None:
    put(f'{HEAD}msgid "about {{lo}}–{{hi}} min"\nmsgstr "{wrong}"\n')
    assert ABOUT.in_("vi") == "about 10–20 min"


@pytest.mark.parametrize("wrong", ["%(seconds)d s", "%(giây)s s", "100 % %(seconds)s", "s"])
def test_fields_of_pages_are_the_same_too(put: Put, own: Path, wrong: str) -> None:
    msgid = "Too many tries. Please wait %(seconds)s seconds."
    put(f'{HEAD}msgid "{msgid}"\nmsgstr "{wrong}"\n')
    assert Text(msgid).in_("vi") == msgid


@pytest.mark.parametrize(
    ("content", "lang", "encoding"),
    [
        (HEAD + TAKE, "vi", "utf-16"),
        (HEAD + 'msgid "Take a number"\noops\n', "vi", "utf-8"),
        (HEAD.replace("utf-8", "no-such-charset") + TAKE, "vi", "utf-8"),
        (
            HEAD.rstrip()
            + '\n"Language: vi\\n"\n"Plural-Forms: nplurals=1; plural=n n;\\n"\n'
            + TAKE,
            "vi",
            "utf-8",
        ),
        (HEAD + TAKE, "vietnamese", "utf-8"),
    ],
)
def test_a_catalogue_that_cannot_be_used_is_left_out_and_named(
    put: Put,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    content: str,
    lang: str,
    encoding: str,
) -> None:
    put(content, lang, encoding)
    assert lang not in languages()
    assert f"{lang}/LC_MESSAGES/messages.po" in caplog.text
    (fault,) = (line for line in check(tmp_path, "zh") if line.startswith("warn"))
    assert f"{lang}/LC_MESSAGES/messages.po" in fault
    assert "不使用该语言文件" in fault


def test_shipped_catalogues_have_no_fault_and_every_text(tmp_path: Path) -> None:
    assert [fault for catalogue in read_catalogues(FOLDER) for fault in catalogue.faults] == []
    lines = check(tmp_path)[1:]
    assert [line.split(":")[0] for line in lines] == ["ok ko", "ok zh"]
    for line in lines:
        count, total = line.split(": ")[1].split(" texts")[0].split(" of ")
        assert count == total


def test_a_catalogue_that_has_begun_says_how_far_it_is(put: Put, tmp_path: Path) -> None:
    put(HEAD + TAKE)
    assert check(tmp_path)[-1].startswith("ok vi: 1 of ")


def test_a_text_that_is_still_to_be_looked_over_is_not_counted(put: Put, tmp_path: Path) -> None:
    put(HEAD + "\n#, fuzzy" + TAKE)
    assert check(tmp_path)[-1].startswith("ok vi: 0 of ")


def test_a_folder_that_takes_no_files_keeps_nothing_from_opening(
    put: Put, own: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(path: Path, data: bytes) -> int:
        raise OSError("No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    put(HEAD + TAKE)
    assert "messages.po: not compiled: No space left on device" in caplog.text


def test_a_board_without_a_catalogue_of_its_language_is_told(put: Put, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(
        CONFIG.read_text().replace("[[boards]]", '[[boards]]\nlanguages = ["zh", "vi"]', 1)
    )
    told = check(tmp_path, config=config)[0]
    assert told.startswith("fail")
    assert 'boards.languages (main): found "vi"; allowed: en, ko, zh, or a language' in told
    put("broken")
    assert check(tmp_path, config=config)[0].startswith("ok")
