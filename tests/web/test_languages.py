"""No text is left in another language: catalogues against the code, pages as they are served, scripts as they stand;
and a language more is a catalogue more."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
import requests
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from catalogues import SCREENS, names, used, used_by_commands, used_on_screens
from conftest import CONFIG, ROOT, Server, midday_config, serving

from kiosk.phone import texts
from lobby.branch.config import read_branch
from lobby.events.wait import Wait
from lobby.forecast.words import WAIT, quoted_wait, wait_words
from lobby.texts import Text, script_sentences
from web.languages import FOLDER, without_links

CATALOGUES = sorted(FOLDER.glob("*/LC_MESSAGES/messages.po"))
PAGES = ("web", "kiosk", "staff", "display", "headquarters")
SCRIPTS = sorted(p for package in PAGES for p in ROOT.glob(f"{package}/**/*.js"))
PLACE = re.compile(r"\{\w*\}")
HANZI = re.compile(r"[\u4e00-\u9fff]+")
LATIN = re.compile(r"[A-Za-z]{2,}")
DATA = re.compile(r"\b(?:Lobby|QR|SL\d{8}-\d{4}|(?:manager|teller)[-\da-f]*|slip)\b")
"""The same in every language: the product, the code, names of accounts and the printer's id."""


def catalogue(file: Path) -> Catalog:
    with file.open("rb") as source:
        return read_po(source)


def wanted(file: Path) -> set[str]:
    """What a catalogue must have: Chinese all texts, further languages what screens, boards and slips say, and the
    shipped branch's names."""
    if file.parent.parent.name == "zh":
        return set(used(*SCREENS, "doctor")) | used_by_commands()
    return used_on_screens() | {name.en for name in names(read_branch(CONFIG))}


@pytest.fixture(params=CATALOGUES, ids=lambda file: file.parent.parent.name)
def file(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_a_catalogue_has_every_text_and_no_other(file: Path) -> None:
    known = {message.id for message in catalogue(file) if message.id}
    missing = sorted(wanted(file) - known)
    unused = sorted(known - wanted(file))
    assert not missing, f"append to {file.relative_to(ROOT)}: {missing}"
    assert not unused, f"nothing uses these of {file.relative_to(ROOT)}: {unused}"


def test_a_catalogue_has_no_text_twice(file: Path) -> None:
    starts = re.findall(
        r'^((?:msgctxt .*\n)?msgid (?:"(?:\\.|[^"\\])*"\s*)+)', file.read_text(), re.MULTILINE
    )
    texts = ["".join(re.findall(r'^msgctxt .*|".*"', start, re.MULTILINE)) for start in starts]
    assert sorted({text for text in texts if texts.count(text) > 1}) == []


def test_every_text_is_translated_and_keeps_its_places(file: Path) -> None:
    assert [wrong for message in catalogue(file) if message.id for wrong in faults(message)] == []


def faults(message: Message) -> Iterator[str]:
    source = str(message.id)
    text = str(message.string)
    if not text:
        yield f"not translated: {source}"
    elif sorted(PLACE.findall(source)) != sorted(PLACE.findall(text)):
        yield f"places differ: {source} -> {text}"
    if message.fuzzy:
        yield f"fuzzy: {source}"


# -- pages as they are served -----------------------------------------------------------------------
MADE_UP = """\
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "Take a number"
msgstr "Prendre un numéro"

msgid "Counter 1"
msgstr "Guichet 1"

msgid "about {lo}–{hi} min"
msgstr "environ {lo} à {hi} min"
"""


@pytest.fixture(scope="module")
def branch_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A branch whose own names belong to no language, and which has a catalogue of its own in its data."""
    folder = tmp_path_factory.mktemp("languages")
    own = folder / "var/translations/fr/LC_MESSAGES/messages.po"
    own.parent.mkdir(parents=True)
    own.write_text(MADE_UP)
    config = midday_config(folder)
    config.write_text(
        re.sub(r'zh = "[^"]*", en = "[^"]*"', 'zh = "〇", en = "0"', config.read_text())
    )
    with serving(folder / "var", config=config) as running:
        yield running


def test_a_link_among_a_branchs_translations_leaves_them_out(tmp_path: Path) -> None:
    """Else a page would show what lies elsewhere."""
    own = tmp_path / "translations"
    (own / "fr").mkdir(parents=True)
    assert without_links(own)
    (own / "fr/LC_MESSAGES").symlink_to(tmp_path)
    assert not without_links(own)


@pytest.fixture(scope="module")
def ticket(branch_server: Server) -> str:
    """The token of a ticket's links."""
    answer = requests.post(
        f"{branch_server.url}/api/v1/tickets", json={"service": "cash"}, timeout=30
    )
    return str(answer.json()["links"]["status"]).rpartition("/")[2]


@pytest.fixture(scope="module")
def staff(branch_server: Server) -> requests.Session:
    return branch_server.as_("manager")


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


class Shown(HTMLParser):
    """The texts of a page that people read or hear, without those that say they are in another language."""

    ATTRIBUTES = ("alt", "title", "aria-label", "placeholder", "data-name")
    VOID = ("meta", "link", "input", "img", "br", "path", "circle", "use")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.lang = ""
        self.texts: list[str] = []
        self._foreign: list[bool] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.lang = has["lang"]
        foreign = any(self._foreign) or has.get("lang", self.lang) != self.lang
        if tag not in self.VOID:
            self._foreign.append(foreign)
        if not foreign:
            slip = has.get("src", "").startswith("/printer/")  # paper says everything twice
            self.texts += [has[name] for name in self.ATTRIBUTES if name in has and not slip]
            self.texts += leaves(json.loads(has.get("data-texts", "{}")))
            self.texts += (
                [has["value"]] if tag == "input" and "type" not in has and "value" in has else []
            )

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            self._foreign.pop()

    def handle_data(self, data: str) -> None:
        is_script = self.cdata_elem is not None
        if not is_script and not any(self._foreign) and data.strip():
            self.texts.append(data.strip())


def leaves(texts: object) -> Iterator[str]:
    for value in texts.values() if isinstance(texts, dict) else [texts]:
        yield from leaves(value) if isinstance(value, dict) else [str(value)]


CUSTOMER_PAGES = (
    "/",
    "/signin",
    "/kiosk",
    "/4403/t/{ticket}",
    "/4403/f/{ticket}",
    "/4403/t/forged",
)
STAFF_PAGES = ("/desk/hall", "/desk/plan", "/desk/counter/1", "/printer")


def page(server: Server, path: str, session: requests.Session | None = None, **asked: str) -> Shown:
    headers = {"Accept": BROWSER, **asked}
    return Shown((session or requests).get(f"{server.url}{path}", headers=headers, timeout=30).text)


def foreign_words(shown: Shown, *foreign: re.Pattern[str]) -> list[tuple[str, str]]:
    texts = [DATA.sub("", PLACE.sub("", text)) for text in shown.texts]
    return [(word, text) for text in texts for kind in foreign for word in kind.findall(text)]


@pytest.mark.parametrize("path", CUSTOMER_PAGES)
@pytest.mark.parametrize(
    ("lang", "tag", "foreign"),
    [("zh", "zh-CN", (LATIN,)), ("en", "en", (HANZI,)), ("ko", "ko", (LATIN, HANZI))],
)
def test_a_customers_page_is_wholly_in_its_language(
    branch_server: Server,
    ticket: str,
    path: str,
    lang: str,
    tag: str,
    foreign: tuple[re.Pattern[str], ...],
) -> None:
    shown = page(branch_server, f"{path.format(ticket=ticket)}?lang={lang}")
    assert shown.lang == tag
    assert shown.texts
    assert foreign_words(shown, *foreign) == []


@pytest.mark.parametrize("path", STAFF_PAGES)
@pytest.mark.parametrize(
    ("lang", "tag", "foreign"),
    [("zh", "zh-CN", (LATIN,)), ("en", "en", (HANZI,)), ("ko", "ko", (LATIN, HANZI))],
)
def test_a_staffs_page_is_wholly_in_its_language(
    branch_server: Server,
    staff: requests.Session,
    path: str,
    lang: str,
    tag: str,
    foreign: tuple[re.Pattern[str], ...],
) -> None:
    shown = page(branch_server, f"{path}?lang={lang}", staff)
    assert shown.lang == tag
    assert foreign_words(shown, *foreign) == []


def test_a_catalogue_alone_makes_a_language(branch_server: Server) -> None:
    shown = page(branch_server, "/kiosk?lang=fr")
    assert shown.lang == "fr"
    assert "Prendre un numéro" in shown.texts
    assert "environ {lo} à {hi} min" in shown.texts
    assert "Back" in shown.texts
    raw = requests.get(f"{branch_server.url}/kiosk?lang=en", timeout=30).text
    assert 'href="?lang=fr" lang="fr" hreflang="fr" data-language="fr">Français</a>' in raw


@pytest.mark.parametrize(
    ("lang", "status", "kept"),
    [("ko", 201, "ko"), ("fr", 201, "fr"), ("zh-CN", 201, "zh"), ("tlh", 422, "")],
)
def test_a_ticket_takes_any_page_language(
    branch_server: Server, staff: requests.Session, lang: str, status: int, kept: str
) -> None:
    answer = staff.post(
        f"{branch_server.url}/api/v1/tickets", json={"service": "cash", "lang": lang}, timeout=30
    )
    assert answer.status_code == status
    if status == 422:
        assert answer.json()["field"] == "lang"
    else:
        tickets = staff.get(f"{branch_server.url}/api/v1/hall", timeout=30).json()["tickets"]
        assert next(t for t in tickets if t["id"] == answer.json()["id"])["lang"] == kept


@pytest.mark.parametrize(
    ("asked", "lang"),
    [
        ({}, "zh-CN"),
        ({"Accept-Language": "ko-KR,ko;q=0.9,en-US;q=0.8"}, "ko"),
        ({"Accept-Language": "en-GB;q=0.4,zh-TW;q=0.9"}, "zh-CN"),
        ({"Accept-Language": "de"}, "en"),
        ({"Accept-Language": "en", "Cookie": "lang=ko"}, "ko"),
        ({"Accept-Language": "en", "Cookie": "lang=nonsense"}, "en"),
    ],
)
def test_a_page_speaks_what_the_browser_asks_for(
    branch_server: Server, asked: dict[str, str], lang: str
) -> None:
    assert page(branch_server, "/kiosk", **asked).lang == lang


def test_a_chosen_language_is_kept(branch_server: Server) -> None:
    with requests.Session() as browser:
        browser.get(f"{branch_server.url}/kiosk?lang=ko", timeout=30)
        assert page(branch_server, "/kiosk", browser).lang == "ko"
        assert page(branch_server, "/signin?next=/desk/hall", browser).lang == "ko"
        assert (
            'href="?next=%2Fdesk%2Fhall&amp;lang=en"'
            in browser.get(f"{branch_server.url}/signin?next=/desk/hall", timeout=30).text
        )


@pytest.mark.parametrize(
    ("asked", "title"),
    [("zh-CN", "没有找到"), ("en", "Not found"), ("ko", "찾을 수 없습니다"), ("", "没有找到")],
)
def test_a_problem_is_told_in_the_programs_language(
    branch_server: Server, asked: str, title: str
) -> None:
    answer = requests.get(
        f"{branch_server.url}/api/v1/nothing", headers={"Accept-Language": asked}, timeout=30
    )
    assert answer.json()["title"] == title


# -- scripts ----------------------------------------------------------------------------------------
TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`', re.DOTALL)
TRANSLATED = re.compile(r'\b_\(\s*"[^"]*"')
SENTENCE = re.compile(r"[A-Z][a-z]+,? [a-z]+|[a-z]+ [a-z]+[.!?]$")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_script_has_no_text_outside_the_catalogues(script: Path) -> None:
    if "vendor" in script.parts:
        return
    source = TRANSLATED.sub("", script.read_text())
    strings = [token[1:-1] for token in TOKEN.findall(source) if token[0] in '"`']
    assert [text for text in strings if HANZI.search(text) or SENTENCE.search(text)] == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_sentence_of_a_script_is_extracted(script: Path) -> None:
    """Babel's extractor looks neither into a template nor into a sentence's own fields."""
    written = re.findall(r'\b_\(\s*"([^"]*)"', script.read_text())
    assert "vendor" in script.parts or set(written) == script_texts(script)


IMPORTED = re.compile(r'^(?:import|\}|export) .*"([#.].*)";$', re.MULTILINE)
BEGINNING = re.compile(r'<script type="module" src="/static/([^"]+/page\.js|[^"]+/book\.js)"')


def loaded(script: Path) -> set[Path]:
    """The script and all that it imports."""
    scripts = [script]
    for each in scripts:
        names = IMPORTED.findall(each.read_text())
        paths = [(each.parent / name.replace("#web", str(ROOT / "web/static"))) for name in names]
        scripts += [path for raw in paths if (path := raw.resolve()) not in scripts]
    return set(scripts)


@pytest.mark.parametrize("path", ["/kiosk", "/4403/t/{ticket}", "/book", *STAFF_PAGES[:3]])
def test_a_page_has_what_its_scripts_say_and_no_other_pages(
    branch_server: Server, staff: requests.Session, ticket: str, path: str
) -> None:
    html = staff.get(f"{branch_server.url}{path.format(ticket=ticket)}?lang=ko", timeout=30).text
    given = json.loads(unescape(re.findall(r'data-texts="([^"]*)"', html)[0]))
    beginning = ROOT / BEGINNING.findall(html)[0]
    said = {text for script in loaded(beginning) for text in script_texts(script)}
    in_korean = {english: Text(english).in_("ko") for english in said}
    assert in_korean == {english: given.get(english, english) for english in said}
    others = {"Nobody at the counter", "Printing your slip …", "No time is left on this day."}
    assert len(others & set(given)) <= 1


def script_texts(script: Path) -> set[str]:
    found = extract_from_file("javascript", script, keywords={"_": None})
    return {str(text) for _, text, _, _ in found}


def test_a_scripts_sentences_are_those_of_its_folder_without_libraries(tmp_path: Path) -> None:
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor/library.js").write_text('_("not ours")')
    (tmp_path / "page.js").write_text('say(\n  _("{n} ahead", { n }), _("Back"));\n_("Back");')
    assert script_sentences(tmp_path) == ("{n} ahead", "Back")


def test_scripts_say_a_wait_as_the_rules_do() -> None:
    said = (ROOT / "web/static/words.js").read_text()
    for kind, words in WAIT.items():
        assert f'{kind}: _("{words.english}")' in said


def test_a_phone_says_the_same_before_its_script_and_by_it() -> None:
    before = {
        *texts.NOTES.values(),
        *texts.HOLDS.values(),
        *texts.NO_COUNTER.values(),
        *texts.TARGETS.values(),
        *(words for view, words in texts.HEADLINES.items() if view != "over"),
        texts.AHEAD,
        texts.NOBODY_AHEAD,
        texts.REDRAWN,
        texts.MISSED,
    }
    by_script = set(script_sentences(ROOT / "kiosk/phone"))
    assert {words.english for words in before} <= by_script


@pytest.mark.parametrize("told", [(0, 1), (0, 5), (10, 20), (150, 0), (0, 0)])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_wait_is_said_alike_by_the_hall_and_by_a_page(told: tuple[int, int], lang: str) -> None:
    wait = Wait(600, 1200, 300, 1500, told=told)
    said = quoted_wait(wait)
    assert WAIT[str(said["kind"])].in_(lang).format(**said) == wait_words(wait, lang)


# -- the code ---------------------------------------------------------------------------------------
CHINESE_IN_CODE = {
    "display/voice/screens.py": "how the voice says a line of a screen, in Chinese and English",
    "display/voice/wording.py": "what the voice says, which speaks Chinese and English",
    "headquarters/config.py": "the name of a province, until its office gives it one",
    "headquarters/engines/demonstration.py": "the names of the demo's branches",
    "lobby/branch/staff_file.py": "the columns and roles of a Chinese bank's file",
    "lobby/branch/scenario.py": "the name of a simulated lobby",
    "lobby/branch/recording.py": "the rule by which recordings are kept, until a bank names its own",
    "staff/cases/lists.py": "the columns of hotlines' and regulators' lists",
}
"""The files that have Chinese beside comments, and why."""
PRODUCT = [
    file
    for place in (*SCREENS, "doctor", "demo", "integrations", ".")
    for file in ROOT.glob(f"{place}/*" if place == "." else f"{place}/**/*")
    if file.suffix in (".py", ".js", ".html") and "vendor" not in file.parts
]


def without_comments(file: Path) -> str:
    """What the file says to people: the strings of a script, a template without its notes."""
    source = file.read_text()
    if file.suffix == ".html":
        return re.sub(r"\{#.*?#\}", "", source, flags=re.DOTALL)
    if file.suffix == ".js":
        return " ".join(token for token in TOKEN.findall(source) if token[0] in '"`')
    nodes = list(ast.walk(ast.parse(source)))
    notes = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    texts = (node for node in nodes if isinstance(node, ast.Constant) and id(node) not in notes)
    return " ".join(node.value for node in texts if isinstance(node.value, str))


def test_chinese_stands_in_the_catalogues_alone() -> None:
    chinese = {
        str(file.relative_to(ROOT)) for file in PRODUCT if HANZI.search(without_comments(file))
    }
    assert chinese == set(CHINESE_IN_CODE)
