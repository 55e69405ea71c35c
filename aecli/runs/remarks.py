"""`remarks.json`: what people say of a run, tags and a note, beside what the run says of itself."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from aecli.core.errors import RequestError, RunError
from aecli.core.files import read_whole, write_text
from aecli.core.text import printable
from aecli.runs.folder import RunFolder

MAX_BYTES = 2**18
LONGEST = 10_000
"""Characters of a note."""

TAG = re.compile(r"\w[\w.+:/-]{0,39}")

Tag = Annotated[str, Field(pattern=rf"^{TAG.pattern}$")]


class Remarks(BaseModel):
    """The contents of `remarks.json`."""

    model_config = ConfigDict(use_attribute_docstrings=True, frozen=True, extra="forbid")

    tags: tuple[Tag, ...] = ()
    """Words to find it by."""
    note: Annotated[str, Field(max_length=LONGEST)] = ""
    """Anything, in words."""

    @classmethod
    def read(cls, folder: RunFolder) -> Remarks:
        """The remarks on a run; empty where nobody made any.

        Raises:
            RunError: They are damaged.
        """
        path = folder.remarks
        if not os.path.lexists(path):
            return _NONE
        try:
            return cls.model_validate_json(read_whole(path, MAX_BYTES))
        except OSError as error:
            raise RunError(f"{path}: can't be read: {error.strerror}") from error
        except (ValueError, ValidationError) as error:
            raise RunError(f"{path}: damaged: these aren't the tags and the note of a run") from error

    def write(self, folder: RunFolder) -> None:
        """Writes them atomically; where there are none, no file is left."""
        if self == Remarks():
            folder.remarks.unlink(missing_ok=True)
        else:
            write_text(
                folder.remarks, json.dumps(self.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"
            )

    def tagged(self, tags: Sequence[str]) -> Remarks:
        """With more tags, each once.

        Raises:
            RequestError: One can't be a tag.
        """
        for tag in tags:
            if not TAG.fullmatch(tag):
                raise RequestError(
                    f"{printable(tag)}: a tag is 1 to 40 letters, digits and _ . + : / -, and starts with a letter "
                    "or digit; text of any kind goes into a note: aecli runs note RUN TEXT"
                )
        return self.model_copy(update={"tags": tuple(dict.fromkeys([*self.tags, *tags]))})

    def untagged(self, tags: Sequence[str]) -> Remarks:
        """Without some tags.

        Raises:
            RequestError: It has none of that name.
        """
        for tag in tags:
            if tag not in self.tags:
                there = f"it has: {', '.join(self.tags)}" if self.tags else "it has none"
                raise RequestError(f"{printable(tag)}: the run has no such tag; {there}")
        return self.model_copy(update={"tags": tuple(tag for tag in self.tags if tag not in tags)})

    def noted(self, note: str) -> Remarks:
        """With another note.

        Raises:
            RequestError: It is too long.
        """
        if len(note) > LONGEST:
            raise RequestError(f"a note of {len(note):,} characters: it may have {LONGEST:,}")
        # What was typed may hold bytes that aren't text, which Python keeps as half a surrogate pair each.
        return self.model_copy(update={"note": note.encode(errors="replace").decode()})


_NONE = Remarks()
