"""A shop whose playbooks are made live and brought back, on a real database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.app.stored_playbooks import ReadingContext, UnpackedPlaybooks
from bot.model.clock import Clock
from bot.model.problem import Problem
from bot.model.published_version import AcceptedBy, AcceptedPlaybook
from bot.operations.acceptance import Acceptance
from bot.operations.publishing import Published
from bot.operations.rollback import roll_back
from bot.playbook.load import load
from bot.playbook.valid import ValidPlaybook, valid_playbook
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores, stores_of
from tests.conftest import ManualClock
from tests.pictures import png

SETTINGS = {"LINE_CHANNEL_ID": "1234", "LINE_CHANNEL_SECRET": "opaque"}
BOT = """\
bot: 森活選品
channels: {main: {id: forest, channel_id: "${LINE_CHANNEL_ID}", channel_secret: "${LINE_CHANNEL_SECRET}"}}
include: ["more/*.yaml"]
cards:
  poster: {image: pictures/poster.png}
audiences:
  vip: {csv: vip.csv, column: phone}
rules:
  - {when: {text: 營業時間}, reply: 每天 11:00}
  - {when: {text: 海報}, reply: {card: poster}}
"""
MORE = "rules:\n  - {when: {text: 停車}, reply: 有}\n"


@dataclass
class KeptShop:
    """A folder with all that a playbook may be made of, and the database it is made live on."""

    folder: Path
    stores: Stores
    clock: Clock
    told: list[Problem]

    def write(self, hours: str = "11:00", picture: bytes | None = None, vip: str = "0912345678") -> None:
        """All its files; another `picture` or `vip` is another version, too."""
        files = {
            "bot.yaml": BOT.replace("11:00", hours).encode(),
            "more/parking.yaml": MORE.encode(),
            "pictures/poster.png": picture or png(1024, 1024),
            "vip.csv": f"phone\n{vip}\n".encode(),
        }
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def found(self) -> ValidPlaybook:
        return valid_playbook(load(self.folder, SETTINGS))

    async def accepts(self, how: AcceptedBy = "publish", *, hours: str = "") -> AcceptedPlaybook:
        """Make what is written live; with `hours`, others."""
        if hours:
            self.write(hours)
        return await self.acceptance("amy").accept(self.found(), how)

    def acceptance(self, by: str) -> Acceptance:
        return Acceptance(self.stores, self.clock, self._tell, by=by)

    async def live(self) -> AcceptedPlaybook:
        found = await self.stores.playbooks.live()
        assert found is not None
        return found

    async def unpacked(self, one: AcceptedPlaybook, under: Path) -> ValidPlaybook:
        """What is kept of a version; its files lie below `under` and stay there."""
        by = ReadingContext(self.folder, SETTINGS, self.found().settings)
        return await UnpackedPlaybooks(self.stores.playbooks, under).read(one, by)

    async def back(self, target: AcceptedPlaybook, under: Path, *, leave_people: bool = False) -> Published:
        """Bring it back."""
        live = await self.live()
        with ExitStack() as stack:
            unpacked = UnpackedPlaybooks(self.stores.playbooks, under)
            stack.callback(unpacked.close)
            by = ReadingContext(self.folder, SETTINGS, self.found().settings)
            found = await unpacked.read(target, by)
            return await roll_back(
                self.stores, target, found, live, "boss", self._tell, leave_people=leave_people
            )

    def _tell(self, problems: Sequence[Problem], sources: Mapping[str, str]) -> None:
        self.told += problems


@pytest.fixture
def shop(tmp_path: Path, database: Database, seal: Seal, clock: ManualClock) -> KeptShop:
    """With all its files written."""
    folder = tmp_path / "shop"
    folder.mkdir()
    shop = KeptShop(folder, stores_of(database, seal), clock, [])
    shop.write()
    return shop


@pytest.fixture
def under(tmp_path: Path) -> Path:
    """Where versions are unpacked."""
    return tmp_path / "unpacked"
