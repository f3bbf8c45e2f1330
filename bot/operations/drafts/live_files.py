"""The files of the live playbook, which drafts begin from. All of it may raise `DatabaseUnavailable`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from bot.model.draft import DraftFile
from bot.model.published_version import AcceptedPlaybook, VersionFile, VersionFiles
from bot.model.translatable import Refusal, tr
from bot.store.cluster.playbook_blobs import BlobCorrupt
from bot.store.cluster.playbooks import Playbooks

YAML = ".yaml"
FORMER = 20
"""Versions that are looked through for what somebody has opened: more are not published while one writes."""


NewFolder: TypeAlias = Callable[[], Awaitable[Path]]
"""Makes a folder that nobody else may read, and that is removed with this process, also where it dies."""


class BaseMissing(Refusal):
    """There is nothing to begin from; the text says why."""


@dataclass(frozen=True, slots=True)
class PlaybookBase:
    """A version with its files: the manifest by path, and the text of its YAML."""

    accepted: AcceptedPlaybook
    first: str
    files: Mapping[str, VersionFile]
    texts: Mapping[str, str] = field(repr=False)

    def digest_of(self, path: str) -> str | None:
        """The sha256 of a file; `None`: it has none of this path."""
        found = self.files.get(path)
        return None if found is None else found.sha256


def is_yaml(path: str) -> bool:
    """Whether this is a file of the playbook's language."""
    return path.endswith(YAML)


class LiveFiles:
    """Reads what is live, with the texts of the last version at hand: they are asked for with each look."""

    def __init__(self, playbooks: Playbooks) -> None:
        self._playbooks = playbooks
        self._last: PlaybookBase | None = None

    async def now(self) -> PlaybookBase:
        """What is live. Raises `BaseMissing` where nothing is, or its files are not stored whole."""
        live = await self._playbooks.live()
        if live is None:
            raise BaseMissing(tr("nothing is published yet"))
        if self._last is None or self._last.accepted != live:
            self._last = await self.of(live)
        return self._last

    async def of(self, accepted: AcceptedPlaybook) -> PlaybookBase:
        """This version. Raises `BaseMissing` where its files are not stored, or not whole."""
        files = await self._playbooks.files(accepted)
        if files is None:
            raise BaseMissing(tr("the files of {which} are not kept any more", which=str(accepted)))
        if not files.whole:
            raise BaseMissing(
                tr("a secret stands in its files, which is not kept: write ${NAME} for it, and publish again")
            )
        return PlaybookBase(
            accepted, files.first, {one.name: one for one in files.files}, await self._texts(files)
        )

    async def text_of(self, path: str, sha256: str | None) -> str | None:
        """What stood in this file, in the last version that had it so; `None`: no stored one had."""
        base = await self.now()
        if base.digest_of(path) == sha256:
            return base.texts.get(path)
        if sha256 is None:
            return None
        for accepted in (await self._playbooks.all())[1:FORMER]:
            files = await self._playbooks.files(accepted)
            found = [one for one in files.files if (one.name, one.sha256) == (path, sha256)] if files else []
            if found:
                return (await self.contents(found))[path].decode("utf-8", "replace")
        return None

    async def since(self, files: Sequence[DraftFile]) -> AcceptedPlaybook | None:
        """The version by which all of this is live, and has been ever since; `None`: it is not live.

        A picture that no version has is left out: what is published has no files that nothing names.
        """
        first: AcceptedPlaybook | None = None
        for accepted in (await self._playbooks.all())[:FORMER]:
            found = await self._playbooks.files(accepted)
            if found is None or not _has(found, files):
                return first
            first = accepted
        return first

    async def _texts(self, files: VersionFiles) -> Mapping[str, str]:
        wanted = [one for one in files.files if is_yaml(one.name)]
        found = await self.contents(wanted)
        return {name: content.decode("utf-8", "replace") for name, content in found.items()}

    async def contents(self, files: Sequence[VersionFile]) -> Mapping[str, bytes]:
        """What stands in these, by path. Raises `BaseMissing` where one is damaged or gone."""
        found: dict[str, bytearray] = {}
        try:
            async for one, piece, _ in self._playbooks.blobs.contents(files):
                found.setdefault(one.name, bytearray()).extend(piece)
        except BlobCorrupt as error:
            raise BaseMissing(tr("what is kept of {file} is damaged, or gone", file=error.file)) from error
        return {name: bytes(content) for name, content in found.items()}


def _has(version: VersionFiles, files: Sequence[DraftFile]) -> bool:
    there = {one.name: one.sha256 for one in version.files}
    named = [one for one in files if one.kind != "file" or one.path in there]
    return bool(named) and all(there.get(one.path) == one.sha256 for one in named)
