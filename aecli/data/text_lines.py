"""The lines of a text file that may be anything."""

from __future__ import annotations

from pathlib import Path

from aecli.core.errors import DataError
from aecli.core.files import read_whole

MAX_BYTES = 2 * 2**30
"""Of a file; what is read of it takes up to four times as much memory."""

OTHER_FORMATS = {
    b"\x89HDF": "is HDF5, no CSV file; store its arrays as .npz: np.savez('x.npz', x=array)",
    b"PK\x03\x04": "is an archive or an Excel workbook, no CSV file; save it as CSV, or give an .npz file "
    "(data.name=npz, or sequences)",
    b"\x93NUMPY": "is an .npy file, no CSV file; for rows: np.savez('x.npz', x=x) and data.name=npz",
    b"PAR1": "is Parquet, no CSV file; save it as CSV: df.to_csv('x.csv', index=False)",
    b"{": "is JSON, no CSV file; save it as CSV: pandas.read_json(path).to_csv('x.csv', index=False)",
    b"[": "is JSON, no CSV file; save it as CSV: pandas.read_json(path).to_csv('x.csv', index=False)",
}


def lines_of(path: Path) -> list[tuple[int, str]]:
    """The lines from the first one with a cell to the last, each with its number; not the line `sep=;`."""
    text = _text(path)
    # `splitlines` would also cut at marks that stand inside cells, such as U+2028.
    found = list(enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1))
    while found and not found[-1][1].strip(" \t,;|"):
        found.pop()
    first = next((i for i, (_, line) in enumerate(found) if line.strip()), len(found))
    if not found[first:]:
        raise DataError(f"{path}: there are no rows in it")
    return found[first:]


def _text(path: Path) -> str:
    try:
        raw = read_whole(path, MAX_BYTES)
        for start, sentence in OTHER_FORMATS.items():
            if raw.lstrip(b"\xef\xbb\xbf \r\n").startswith(start):
                raise DataError(f"{path}: {sentence}")
        if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return raw.decode("utf-16")
        if b"\0" in raw:
            raise DataError(f"{path}: holds bytes that aren't text; expected a CSV file")
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8 text (byte {error.start}): save it as UTF-8") from error
    except OSError as error:
        raise DataError(f"{path}: can't be read: {error.strerror}") from error
