"""One word for one thing, and the marks of Chinese: what a copy editor would strike out of the catalogue."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po
from catalogues import used
from conftest import ROOT

from web.languages import FOLDER

ONE_WORD = {
    "窗口": "柜台",
    "分行": "网点",
    "凭条": "小票",
    "自助设备": "自助机",
    "呼叫": "叫号",
    "小休": "休息",
    "服务办公室": "服务管理部门",
    "失联": "断线",
    "偶然波动": "正常波动",
    "先帮扶": "重点帮扶",
    "柜台小时": "柜台工时",
    "柜台时数": "柜台工时",
    "原样推演": "按原安排推演",
    "兑现率": "准确率、落实率",
    "见效率": "有效率",
}
"""What the catalogue does not say, and what it says in its place."""
NAMES = (
    "area",
    "bank",
    "branch",
    "counter",
    "name",
    "owner",
    "service",
    "services",
    "thing",
    "who",
)
"""Fields that are filled with what is Chinese as a rule; beside others `_apart` of lobby/texts.py puts the space."""
HAN = "[\u4e00-\u9fff]"
SPACED = [
    re.compile(rf"{HAN} {HAN}"),
    re.compile(rf"{HAN} ?\{{(?:{'|'.join(NAMES)})\}} {HAN}"),
    re.compile(rf"{HAN} \{{(?:{'|'.join(NAMES)})\}} ?{HAN}"),
]
HALF = re.compile(rf"{HAN}[!?;]|{HAN}, {HAN}|[(]{HAN}|{HAN}[)]")


@pytest.fixture(scope="module")
def chinese() -> list[str]:
    with (FOLDER / "zh/LC_MESSAGES/messages.po").open("rb") as source:
        return [str(message.string) for message in read_po(source) if message.id]


OFFICE = "省分行"
"""The provincial office is no outlet."""


@pytest.mark.parametrize("word", ONE_WORD)
def test_one_thing_has_one_word(chinese: list[str], word: str) -> None:
    assert [text for text in chinese if word in text.replace(OFFICE, "")] == []


@pytest.mark.parametrize(
    "word", sorted(ONE_WORD.keys() - {"凭条"})
)  # a cash machine's receipt is one
def test_the_standards_say_it_as_the_screens_do(word: str) -> None:
    files = sorted((ROOT / "lobby/standards/catalogue").glob("*.toml"))
    assert files
    assert [file.name for file in files if word in file.read_text()] == []


def test_chinese_stands_without_spaces(chinese: list[str]) -> None:
    assert [text for text in chinese if any(kind.search(text) for kind in SPACED)] == []


def test_chinese_has_its_own_marks(chinese: list[str]) -> None:
    assert [text for text in chinese if HALF.search(text)] == []


COMMAND = re.compile(r"\blobby [a-z]|(?:config|hq)\.toml")


def test_the_offices_pages_leave_commands_to_the_documentation() -> None:
    """Who reads them calls the technicians."""
    with (FOLDER / "zh/LC_MESSAGES/messages.po").open("rb") as source:
        known = {message.id: str(message.string) for message in read_po(source) if message.id}
    shown = [text for text, files in used("headquarters").items() if any(map(is_page, files))]
    assert shown
    assert [known[text] for text in shown if COMMAND.search(known[text])] == []


def is_page(file: str) -> bool:
    return file.endswith((".html", ".js"))
