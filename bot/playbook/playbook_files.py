"""What of a playbook's files may be kept in a database, so that it can be made of them again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.playbook.canonical.version import version_of
from bot.playbook.read import read


@dataclass(frozen=True, slots=True)
class AssetFile:
    """A file beside the YAML: a picture, a list of people, a Flex message; `sha256` as it was read."""

    path: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class PlaybookContents:
    """The files that a playbook was read from, by path from its folder. `first` finds the others.

    `texts` are those of its YAML, without literal secrets: where there are such in `blotted` files, the
    playbook may be another when it is read from them. `marks` are what the version is made of beside them.
    `media` are the names that files beside it have in their public addresses, with the file.
    """

    folder: Path
    first: str
    version: str
    texts: Mapping[str, str] = field(repr=False)
    beside: Mapping[str, AssetFile]
    marks: tuple[str, ...]
    blotted: tuple[str, ...]
    media: tuple[tuple[str, AssetFile], ...] = ()

    def is_whole(self) -> bool:
        """Whether the same playbook is read from what is kept. Blocks, where something is blotted."""
        if not self.blotted:
            return True
        again = read(self.folder / self.first, {}, unset="warning", edits=self.texts)
        return version_of(again.root, self.marks) == self.version
