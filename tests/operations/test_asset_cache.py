"""L8: pictures of the live playbook are read from the database once, and never written into by a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import mkdtemp

from bot.model.clock import SystemClock
from bot.model.draft import DraftFile, digest
from bot.model.published_version import AcceptedPlaybook, VersionFile
from bot.operations.drafts.asset_cache import AssetCache
from bot.operations.drafts.draft import PlaybookDraft
from bot.operations.drafts.live_files import LiveFiles, PlaybookBase
from bot.operations.drafts.working_copy import working_copy
from bot.store.cluster.playbooks import Playbooks
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal


class CountedFiles(LiveFiles):
    """What stands in files, by path; `read` are the paths that were asked for."""

    def __init__(self, playbooks: Playbooks, there: Mapping[str, bytes]) -> None:
        super().__init__(playbooks)
        self.there = there
        self.read: list[str] = []

    async def contents(self, files: Sequence[VersionFile]) -> Mapping[str, bytes]:
        self.read += [one.name for one in files]
        return {one.name: self.there[one.name] for one in files}

    def base(self) -> PlaybookBase:
        files = {path: VersionFile(path, digest(raw), len(raw)) for path, raw in self.there.items()}
        accepted = AcceptedPlaybook(1, "v", SystemClock().now())
        return PlaybookBase(accepted, "bot.yaml", files, {"bot.yaml": "bot: x\n"})


def files_below(folder: Path) -> list[tuple[str, bytes]]:
    """Each by its name."""
    return [(path.name, path.read_bytes()) for path in folder.rglob("*") if path.is_file()]


async def test_each_is_read_once_and_stays_as_it_is(database: Database, seal: Seal, tmp_path: Path) -> None:
    there = {"bot.yaml": b"bot: x\n", "cards/a.png": b"a", "cards/same.png": b"a", "list.csv": b"phones"}
    live = CountedFiles(Playbooks(database, seal), there)

    async def new_folder() -> Path:
        return Path(mkdtemp(dir=tmp_path))

    beside = AssetCache(live, new_folder)
    own = DraftFile("cards/a.png", "file", b"mine", digest(b"a"), None, 1, SystemClock().now())
    for files in ({}, {"cards/a.png": own}, {}):
        draft = PlaybookDraft(live.base(), files)
        async with working_copy(beside, draft, new_folder) as first:
            found = dict(files_below(first.parent))
        expected = b"mine" if files else b"a"
        assert found == {"bot.yaml": b"bot: x\n", "a.png": expected, "same.png": b"a", "list.csv": b"phones"}
    assert sorted(live.read) == ["cards/same.png", "list.csv"]
    del there["list.csv"]
    async with working_copy(beside, PlaybookDraft(live.base(), {}), new_folder):
        pass
    assert [content for _, content in files_below(tmp_path)] == [b"a"], (
        "a list that is not live any more stays on no disk"
    )
