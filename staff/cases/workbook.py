"""The rows of a workbook of Excel that anybody may have made: what would fill the memory is refused while it is
unpacked, before anything is kept of it."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree.ElementTree import ParseError
from xml.parsers import expat

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

COLUMNS_MAX = 256
UNPACKED_MAX = 100 * 2**20
"""Bytes of all parts together; 20,000 rows of a hotline's list have some 40 MB."""
ELEMENTS_MAX = 2_000_000
"""XML elements of a part; 20,000 rows of 30 columns have 1.2 million."""
PIECE = 64 * 2**10
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, ParseError, expat.ExpatError, InvalidFileException),
    *(LookupError, OSError, EOFError, ValueError, TypeError, AttributeError),
    *(NotImplementedError, RuntimeError),
)
"""What the libraries raise for a part that is missing, cut, encrypted or no XML."""


class TooLarge(Exception):
    """The workbook is made to fill the memory."""


class NoWorkbook(Exception):
    """The bytes are no workbook."""


def rows_of(content: bytes) -> Iterator[Sequence[Any]]:
    """The values of the first sheet, row by row. Raises TooLarge or NoWorkbook."""
    try:
        _weigh(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # Excel writes the range of what is formatted, which may be all sixteen thousand columns.
        sheet.reset_dimensions()
        yield from sheet.iter_rows(values_only=True)
    except BROKEN as error:
        raise NoWorkbook from error


def _weigh(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        left = UNPACKED_MAX
        for part in packed.infolist():
            left -= _weigh_part(packed, part, left)


def _weigh_part(packed: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> int:
    """The bytes that the part really has. Any part may be a sheet, whatever its name says."""
    scale = _Scale()
    size = 0
    with packed.open(part) as file:
        while piece := file.read(PIECE):
            size += len(piece)
            if size > left:
                raise TooLarge
            scale.feed(piece)
    return size


class _Scale:
    """Counts the elements of a part, and the cells of each row, as far as it is XML: no reader gets further."""

    def __init__(self) -> None:
        self._elements = 0
        self._cells = 0
        self._is_xml = True
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._begin
        self._parser.StartDoctypeDeclHandler = self._declared

    def feed(self, piece: bytes) -> None:
        if self._is_xml:
            try:
                self._parser.Parse(piece)
            except expat.ExpatError:
                self._is_xml = False

    def _begin(self, name: str, _attributes: object) -> None:
        local = name.rpartition(":")[2]
        self._elements += 1
        if local == "row":
            self._cells = 0
        elif local == "c":
            self._cells += 1
        if self._elements > ELEMENTS_MAX or self._cells > COLUMNS_MAX:
            raise TooLarge

    def _declared(self, *_declaration: object) -> None:
        """No workbook declares a document type; entities that grow do."""
        raise TooLarge
