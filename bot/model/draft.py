"""Somebody's draft of the playbook: the files that differ from what is live, each with what it began from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Literal, TypeAlias

DraftKind: TypeAlias = Literal["text", "file", "removed"]
"""A YAML file; a picture or another file beside them; a file that is not there any more."""

FILE_MOST = 5 * 1024 * 1024
"""Bytes of one file: its row has to fit into MongoDB twice, when it is sealed anew."""
FILES_MOST = 500
"""Files that one draft changes."""
TEXTS_MOST = 4 * 1024 * 1024
"""Bytes of its YAML: all of it is read together."""
WHOLE_MOST = 50 * 1024 * 1024
"""Bytes of all of them."""


def digest(content: bytes) -> str:
    """The sha256 of a file."""
    return sha256(content).hexdigest()


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A file of the draft, by its path from the playbook's folder. Empty `content` where it is `removed`.

    `base` is the sha256 of the live file that it began from (`None`: there was none), and `base_text` what
    stood in it, of YAML only: so it can be merged, also when that version is long forgotten. `revision`
    grows with each save and is never given again, so that two windows do not overwrite each other.
    """

    path: str
    kind: DraftKind
    content: bytes = field(repr=False)
    base: str | None
    base_text: str | None = field(repr=False)
    revision: int
    at: datetime

    @property
    def text(self) -> str:
        """What stands in it, of YAML."""
        return self.content.decode("utf-8", "replace")

    @property
    def sha256(self) -> str | None:
        """That of the live file, once it is published; `None`: there is none then."""
        return None if self.kind == "removed" else digest(self.content)


@dataclass(frozen=True, slots=True)
class DraftOwner:
    """Whose draft there is: of how many files, saved last when, since when its owner cannot go on."""

    owner: str
    files: int
    last: datetime
    ended: datetime | None = None
