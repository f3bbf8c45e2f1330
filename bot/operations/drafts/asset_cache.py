"""Pictures and lists of the live playbook on this process's disk, by their sha256: each is fetched once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.model.published_version import VersionFile
from bot.operations.drafts.live_files import LiveFiles, NewFolder, PlaybookBase, is_yaml
from bot.operations.version_files import within


class AssetCache:
    """A private folder that goes with the process. What the live playbook has no more is removed from it."""

    def __init__(self, live: LiveFiles, new_folder: NewFolder) -> None:
        self._live = live
        self._new_folder = new_folder
        self._folder: Path | None = None
        self._using = asyncio.Lock()

    async def link(self, base: PlaybookBase, paths: Sequence[str], into: Path) -> None:
        """Put these files of `base` into a folder beside ours, as links: nobody writes into them.

        Raises `BaseMissing`, `OSError` and `DatabaseUnavailable`.
        """
        async with self._using:
            if self._folder is None or not await asyncio.to_thread(self._folder.is_dir):
                self._folder = await self._new_folder()
            folder, wanted = self._folder, [base.files[path] for path in paths]
            missing = await asyncio.to_thread(_missing, folder, wanted)
            contents = await self._live.contents(missing)
            named = {one.sha256 for path, one in base.files.items() if not is_yaml(path)}
            linking = asyncio.to_thread(
                _link, folder, {one: contents[one.name] for one in missing}, wanted, into
            )
            await asyncio.shield(linking)
            await asyncio.to_thread(_leave_only, folder, named)


def _missing(folder: Path, files: Sequence[VersionFile]) -> list[VersionFile]:
    """Those that are not there, each content once."""
    by_digest = {one.sha256: one for one in files}
    return [one for digest, one in by_digest.items() if not (folder / digest).is_file()]


def _link(
    folder: Path, fetched: Mapping[VersionFile, bytes], wanted: Sequence[VersionFile], into: Path
) -> None:
    for one, content in fetched.items():
        half = folder / f"{one.sha256}.half"
        half.write_bytes(content)
        half.replace(folder / one.sha256)
    for one in wanted:
        path = into / within(one.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.hardlink_to(folder / one.sha256)


def _leave_only(folder: Path, digests: set[str]) -> None:
    for path in folder.iterdir():
        if path.name not in digests:
            path.unlink(missing_ok=True)
