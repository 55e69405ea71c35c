"""The lines of a text file that may be anything, read as they are asked for."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from aecli.core.errors import DataError

Line = tuple[int, str]
"""A line of a file, after its number, from 1."""

AT_ONCE = 2**20
"""Bytes that are read at once."""

OTHER_FORMATS = {
    b"\x89HDF": "is HDF5, no CSV file; store its arrays as .npz: np.savez('x.npz', x=array)",
    b"PK\x03\x04": "is an archive or an Excel workbook, no CSV file; save it as CSV, or give an .npz file "
    "(data.name=npz, or sequences)",
    b"\x93NUMPY": "is an .npy file, no CSV file; for rows: np.savez('x.npz', x=x) and data.name=npz",
    b"PAR1": "is Parquet, no CSV file; save it as CSV: df.to_csv('x.csv', index=False)",
    b"{": "is JSON, no CSV file; save it as CSV: pandas.read_json(path).to_csv('x.csv', index=False)",
    b"[": "is JSON, no CSV file; save it as CSV: pandas.read_json(path).to_csv('x.csv', index=False)",
}


@dataclass(frozen=True)
class TextLines:
    """The lines of a file, in UTF-8, or in UTF-16 with its mark; the file is read anew each time they are gone through.

    Attributes:
        path: The file.
    """

    path: Path

    def __iter__(self) -> Iterator[Line]:
        """From the first line with something in it to the last one with a cell, each with its number.

        Raises:
            DataError: The file is missing or no text.
        """
        begun, empty = False, []
        for numbered in enumerate(_lines(self.path), start=1):
            begun = begun or bool(numbered[1].strip())
            if begun:
                empty.append(numbered)
            if numbered[1].strip(" \t,;|"):
                yield from empty
                empty = []


def _lines(path: Path) -> Iterator[str]:
    begun: list[str] = []
    for text in _texts(path):
        # `splitlines` would also cut at marks that stand inside cells, such as U+2028.
        first, *others = text.split("\n")
        begun.append(first)
        if others:
            yield "".join(begun)
            yield from others[:-1]
            begun = others[-1:]
    yield "".join(begun)


def _texts(path: Path) -> Iterator[str]:
    """A file's text, some at a time; all line ends are line feeds."""
    try:
        if path.exists() and not path.is_file():  # a pipe would wait for ever, and a device never end
            raise DataError(f"{path}: can't be read: not a regular file")
        with path.open("rb") as file:
            head = file.read(2**12)
            file.seek(0)
            for start, sentence in OTHER_FORMATS.items():
                if head.lstrip(b"\xef\xbb\xbf \r\n").startswith(start):
                    raise DataError(f"{path}: {sentence}")
            wide = head[:2] in (b"\xff\xfe", b"\xfe\xff")
            decoder = codecs.getincrementaldecoder("utf-16" if wide else "utf-8-sig")()
            endings = io.IncrementalNewlineDecoder(None, translate=True)
            while block := file.read(AT_ONCE):
                if not wide and b"\0" in block:
                    raise DataError(f"{path}: holds bytes that aren't text; expected a CSV file")
                begun = file.tell() - len(block) - len(decoder.getstate()[0])
                try:
                    yield endings.decode(decoder.decode(block))
                except UnicodeDecodeError as error:
                    where = f"byte {begun + error.start}"
                    raise DataError(f"{path}: not UTF-8 text ({where}): save it as UTF-8") from error
            yield endings.decode(decoder.decode(b"", final=True), final=True)
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8 text (it ends within a letter): save it as UTF-8") from error
    except OSError as error:
        raise DataError(f"{path}: can't be read: {error.strerror}") from error
