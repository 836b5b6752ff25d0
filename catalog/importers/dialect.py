"""How a text file writes a table (encoding, line ends, separator), found out from its beginning."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

SAMPLE = 64 * 1024
SEPARATORS = ",;\t|"
# What spreadsheets write first for each other: the separator, in a line of its own.
SEPARATOR_LINE = re.compile(r'"?sep=(.)"?')
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# A description may be long; the module's own limit of 128 KB is for cells that never close.
MOST_CHARACTERS_OF_A_CELL = 16 * 1024 * 1024
csv.field_size_limit(MOST_CHARACTERS_OF_A_CELL)


@dataclass(frozen=True)
class Line:
    """`number` counts from 1; `is_clean` unless it held bytes that its encoding has not."""

    number: int
    text: str
    is_clean: bool = True


@dataclass(frozen=True)
class Dialect:
    """`encoding` is a codec's name, `line_end` and `separator` one character each."""

    encoding: str = "utf-8"
    line_end: str = "\n"
    separator: str = ","

    def split(self, text: str) -> list[str] | None:
        """The cells of one line; None if a quote is opened and not closed."""
        try:
            return next(csv.reader([text], strict=True, delimiter=self.separator), [])
        except csv.Error:
            return None

    def lines(self, file: IO[bytes]) -> Iterator[Line]:
        """Every line of the file but one that only names the separator. Never more than one is in
        memory. Bytes that are no UTF-8 are read as Windows-1252, line by line."""
        text_of = io.TextIOWrapper(file, self.encoding, self._errors, newline=self.line_end)
        for number, text in enumerate(text_of, start=1):
            line = _line(number, text.rstrip("\r\n"))
            if number > 1 or not SEPARATOR_LINE.fullmatch(line.text):
                yield line

    @property
    def _errors(self) -> str:
        return "surrogateescape" if self.encoding.startswith("utf-8") else "replace"


def dialect_of(file: IO[bytes]) -> Dialect:
    """What the first 64 KB say; the file stands at its beginning then. One that is no table at all
    gets the plain dialect."""
    sample = file.read(SAMPLE)
    file.seek(0)
    encoding = _encoding(sample)
    text = sample.decode(encoding, errors="replace")
    line_end = "\r" if "\r" in text and "\n" not in text else "\n"
    return Dialect(encoding, line_end, _separator(text.split(line_end)))


def _encoding(sample: bytes) -> str:
    for mark, encoding in MARKS.items():
        if sample.startswith(mark):
            return encoding
    # Without a mark every second byte of Latin letters in UTF-16 is nought.
    half = len(sample) // 2
    if half > 8 and sample[1::2].count(0) > 0.4 * half:
        return "utf-16-le"
    if half > 8 and sample[0::2].count(0) > 0.4 * half:
        return "utf-16-be"
    return "utf-8"


def _separator(lines: list[str]) -> str:
    """The one that is named, or else the one that stands most often in the first line."""
    header = next((line.strip("\r\n") for line in lines if line.strip()), "")
    if named := SEPARATOR_LINE.fullmatch(header):
        return named[1]
    unquoted = re.sub(r'"[^"]*"', "", header)
    return max(SEPARATORS, key=unquoted.count)


def _line(number: int, text: str) -> Line:
    if text.isascii() or not any("\udc80" <= letter <= "\udcff" for letter in text):
        return Line(number, text)
    raw = text.encode("utf-8", errors="surrogateescape")
    return Line(number, raw.decode("cp1252", errors="replace"), is_clean=False)
