"""The catalogues of a folder, `LANG/LC_MESSAGES/messages.po`: what of them can be used, and what is wrong with the
rest. A branch writes its own, so no fault of theirs keeps it from opening."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from string import Formatter
from tempfile import TemporaryDirectory

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from lobby.branch.complaint import Complaint
from lobby.branch.inside import open_inside
from lobby.branch.model import Branch
from lobby.texts import DOMAIN, FOLDER, LANGS, Text

OWN = "translations"
"""The folder of the branch's own catalogues, among its data."""
SOURCE = f"LC_MESSAGES/{DOMAIN}.po"

NO_LANGUAGE = Text(
    "{lang} is not a language code such as vi or pt_BR: rename the folder; the catalogue is "
    "left out"
)
UNREADABLE = Text(
    "it cannot be read ({error}): correct it and save it as UTF-8; the catalogue is left out"
)
OTHER_FIELDS = Text(
    'the fields in the text of "{msgid}" are not those of the msgid: correct them; English stands in its place'
)

Key = tuple[str, str]
"""The context and the English of a text."""


@dataclass(frozen=True)
class Catalogue:
    """`compiled`: the sound texts in gettext's binary form, empty where the catalogue cannot be used."""

    lang: str
    file: Path
    compiled: bytes = b""
    texts: frozenset[Key] = frozenset()
    faults: tuple[Text, ...] = ()


def read_catalogues(folder: Path) -> Iterator[Catalogue]:
    """Every catalogue of the folder, by language."""
    for file in sorted(folder.glob(f"*/{SOURCE}")):
        yield _read(folder, file)


def _read(folder: Path, file: Path) -> Catalogue:
    lang = file.relative_to(folder).parts[0]
    if not is_language(lang):
        return Catalogue(lang, file, faults=(NO_LANGUAGE.with_(lang=lang),))
    try:
        with open_inside(folder, *file.relative_to(folder).parts) as po:
            return _checked(lang, file, read_po(po, abort_invalid=True))
    except (OSError, ValueError, LookupError, PoFileError) as error:
        return Catalogue(lang, file, faults=(UNREADABLE.with_(error=error),))


@contextmanager
def compiled_copy(folder: Path) -> Iterator[Path]:
    """A folder with what can be used of the catalogues, for as long as the `with` block: nothing is written beside
    them."""
    with TemporaryDirectory() as name:
        for catalogue in read_catalogues(folder):
            if catalogue.compiled:
                file = Path(name, catalogue.lang, SOURCE).with_suffix(".mo")
                file.parent.mkdir(parents=True)
                file.write_bytes(catalogue.compiled)
        yield Path(name)


def is_language(code: str) -> bool:
    try:
        Locale.parse(code)
    except (ValueError, UnknownLocaleError):
        return False
    return True


def _checked(lang: str, file: Path, catalog: Catalog) -> Catalogue:
    translated = [m for m in catalog if m.id and m.string and not m.fuzzy]
    faulty = [message for message in translated if not _has_same_fields(message)]
    for message in faulty:
        catalog.delete(message.id, message.context)
    faults = tuple(OTHER_FIELDS.with_(msgid=message.id) for message in faulty)
    texts = frozenset(_key(message) for message in translated if message not in faulty)
    return Catalogue(lang, file, _compiled(catalog), texts, faults)


def _key(message: Message) -> Key:
    return message.context or "", str(message.id)


def _compiled(catalog: Catalog) -> bytes:
    """Raises ValueError for what gettext refuses, such as a wrong rule for plurals."""
    compiled = BytesIO()
    write_mo(compiled, catalog)
    gettext.GNUTranslations(BytesIO(compiled.getvalue()))
    return compiled.getvalue()


# -- the fields of a text ----------------------------------------------------------------------------
PERCENT_FIELD = re.compile(r"%\(\w+\)[a-z]")
"""A field in the texts of templates."""


def _has_same_fields(message: Message) -> bool:
    """A bare percent sign that only the translation has would end its page: templates' texts are filled by it."""
    english = str(message.id)
    text = str(message.string)
    return fields(english) == fields(text) and ("%" in english or "%" not in text)


def fields(text: str) -> frozenset[str] | None:
    """The fields in either form, with their formats; None where braces or percent signs do not fit."""
    if percent := frozenset(PERCENT_FIELD.findall(text)):
        rest = PERCENT_FIELD.sub("", text).replace("%%", "")
        return percent if "%" not in rest else None
    try:
        parts = [*Formatter().parse(text)]
    except ValueError:
        return None
    return frozenset(
        f"{name}!{conversion}:{form}" for _, name, form, conversion in parts if name is not None
    )


# -- the languages of boards -------------------------------------------------------------------------
def boards_without_catalogue(data: Path, branch: Branch) -> Iterator[Complaint]:
    """A board's language that has no catalogue, neither here nor in the branch's data folder."""
    own = data / OWN
    files = (file for folder in (FOLDER, own) for file in folder.glob(f"*/{SOURCE}"))
    codes = sorted({*LANGS, *(file.parent.parent.name for file in files)})
    allowed = Text(
        "{codes}, or a language with a catalogue in {own}", codes=", ".join(codes), own=own
    )
    for board in branch.boards:
        for lang in board.languages:
            if lang not in codes:
                yield Complaint("boards.languages", lang, allowed, board.id)
