"""Random schedules in which staff also publish, and bring playbooks back from the database: each process
reads what it lacks from what is kept there, while lists tell of people and these write (C7, L8)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from bot.app.live import Live
from bot.app.reload import Reload
from bot.app.stored_playbooks import ReadingContext, UnpackedPlaybooks
from bot.model.published_version import AcceptedPlaybook
from bot.model.translatable import Refusal
from bot.operations.acceptance import Acceptance
from bot.operations.rollback import check_can_roll_back, one_before
from bot.operations.version_files import StoredFilesUnreadable
from bot.playbook.load import Loaded, load
from bot.playbook.valid import ValidPlaybook, valid_playbook
from bot.runtime.turn_observer import Watched
from bot.store.cluster.playbooks import Playbooks
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores, stores_of
from tests.runtime.braked_schedules import by_other_playbooks
from tests.runtime.gated_world import GatedCalls, ProcessClock
from tests.runtime.harness import Bot
from tests.runtime.listed_schedules import BINDING_TEXT, ListedSchedule, broken_by_lists
from tests.turns_written import turns_written

SECRETS = {"MAIN": "x", "OUTLET": "y"}
_OPEN = BINDING_TEXT.replace("channel_secret: x", 'channel_secret: "${MAIN}"').replace(
    "channel_secret: y", 'channel_secret: "${OUTLET}"'
)
TEXTS = tuple(
    f"bot: 森活選品\n{_OPEN}".replace("reply: 答", f"reply: {answer}") for answer in ("答", "答二", "答三")
)


@dataclass(frozen=True)
class Edition:
    """One of the playbooks that are made live: its folder, as everybody may have it, and what is in it."""

    folder: Path
    loaded: Loaded
    valid: ValidPlaybook

    @property
    def version(self) -> str:
        return self.valid.playbook.version


def editions(under: Path) -> list[Edition]:
    """All of them, written below this folder."""
    return [_edition(under / f"edition-{number}", text) for number, text in enumerate(TEXTS)]


def _edition(folder: Path, text: str) -> Edition:
    folder.mkdir()
    (folder / "bot.yaml").write_text(text, "utf-8")
    found = load(folder, SECRETS)
    return Edition(folder, found, valid_playbook(found))


class KeptSchedule(ListedSchedule):
    """One run. Each process has the files of one edition, and reads all others from the database."""

    steps = 480

    def __init__(
        self, database: Database, seal: Seal, seed: int, editions: list[Edition], under: Path
    ) -> None:
        super().__init__(database, seal, seed)
        self.editions = editions
        self.decided: dict[str, str] = {}
        """By event: the version of the playbook that decided it."""
        self.taken_from_database = 0
        """How often a process began to serve what it had read there."""
        self._under = under / str(seed)
        self._files: dict[str, Edition] = {}
        self._in_the_end: Edition | None = None
        """What staff have brought to every folder: also to that of a process which is started after it."""
        self._unpacked: dict[str, UnpackedPlaybooks] = {}

    async def _begin(self) -> None:
        for left in ("playbook_files", "audit"):
            await self.database.collection(left).delete_many({})
        await super()._begin()
        first = self.editions[0].valid
        await self._acceptance(self.stores, STAFF).accept(first, "start", anew=False)

    # -- the processes

    def _bot(self, who: str, clock: ProcessClock) -> Bot:
        is_later = bool(self.processes[1:] or self.gone)
        edition = self.dice.choice(self.editions) if is_later else self.editions[0]
        edition = self._files[who] = self._in_the_end or edition
        live = Live(edition.valid, "", lambda channel, formers: _NOBODY, clock)
        stores = self._with_playbooks(stores_of(self.database, self.seal), who)
        unpacked = self._unpacked[who] = UnpackedPlaybooks(
            Playbooks(self.database, self.seal), self._under / who
        )

        async def kept(one: AcceptedPlaybook, known: ValidPlaybook | None) -> ValidPlaybook:
            read = partial(unpacked.read, one, _with(edition), known)
            found = await self.gates.through(who, f"reads {one.number} from the database", read)
            self.taken_from_database += 1
            return found

        acceptance = Acceptance(stores, clock, lambda problems, sources: None, by=who)
        published = self.dice.random() < 0.5
        reload = Reload(
            lambda: self._files[who].loaded,
            live,
            acceptance,
            None,
            clock,
            kept,
            edition.valid,
            published=published,
        )
        _gate_files(self, who, reload)
        bot = self.listed_bot(who, clock, reload.versions.may_decide, self._watched)
        bot.playbook = live.playbook

        def taken() -> None:
            bot.playbook = live.playbook

        live.on_take.append(taken)
        return bot

    async def _end(self, one: Any) -> None:
        await super()._end(one)
        await asyncio.to_thread(self._unpacked[one.who].close)

    def _watched(self, turn: Watched) -> None:
        self.decided[turn.event.id] = turn.playbook.version

    def _with_playbooks(self, stores: Stores, who: str) -> Stores:
        names = ("playbooks", "standing", "brakes")
        gated: Any = {name: GatedCalls(self.gates, who, name, getattr(stores, name)) for name in names}
        return replace(stores, **gated)

    # -- staff

    def _staff_acts(self) -> Mapping[Callable[[], None], float]:
        few = len(self._working) < 2
        return {
            **super()._staff_acts(),
            self._publish: 1.0 if few else 0.0,
            self._roll_back: 1.5 if few else 0.0,
            self._files_arrive: 1.0,
        }

    def _publish(self) -> None:
        edition = self.dice.choice(self.editions)
        for who in self._files:
            if self.dice.random() < 0.5:
                self._files[who] = edition

        async def publish(stores: Stores, who: str) -> None:
            acceptance = self._acceptance(stores, who)
            files = await self.gates.through(who, "keeps its files", partial(acceptance.keep, edition.valid))
            await acceptance.accept(edition.valid, "publish", files=files)

        self._play(f"publishes edition {self.editions.index(edition)}", publish)

    def _roll_back(self) -> None:
        async def roll_back(stores: Stores, who: str) -> None:
            known = await self._with_playbooks(stores, who).playbooks.all()
            target = one_before(known) if self.dice.random() < 0.5 else self.dice.choice(known)
            check_can_roll_back(target)
            unpacked = UnpackedPlaybooks(self.stores.playbooks, self._under / who)
            try:
                read = partial(unpacked.read, target, _with(self.editions[0]))
                found = await self.gates.through(who, f"reads {target.number} from the database", read)
            finally:
                unpacked.close()
            await self._acceptance(stores, who).bring_back(found, target, known[0])

        self._play("brings a playbook back", roll_back)

    def _acceptance(self, stores: Stores, who: str) -> Acceptance:
        gated = self._with_playbooks(replace(stores, audit=self.stores.audit), who)
        return Acceptance(gated, self.clock, lambda problems, sources: None, by=who)

    def _play(self, told: str, work: Callable[[Stores, str], Coroutine[Any, Any, None]]) -> None:
        who = f"command {self._works + 1}"

        async def carried_out(stores: Stores) -> None:
            try:
                await work(stores, who)
            except Refusal as error:
                self._tell(f"{who} is refused: {error}")

        self._work(told, carried_out)

    def _files_arrive(self) -> None:
        who = self.dice.choice(list(self._files))
        self._files[who] = self.dice.choice(self.editions)
        self._tell(f"the files of edition {self.editions.index(self._files[who])} arrive at {who}")

    async def _staff_end(self) -> None:
        """What was published everybody has in the end; what was brought back nobody needs to have."""
        await super()._staff_end()
        live = await self._live()
        if not live.is_rolled_back:
            edition = next(one for one in self.editions if one.version == live.version)
            self._in_the_end, self._files = edition, dict.fromkeys(self._files, edition)

    async def _live(self) -> AcceptedPlaybook:
        live = await self.stores.playbooks.live()
        assert live is not None, "the first one is live before anybody plays"
        return live

    async def what_is_left(self) -> Sequence[str]:
        """All serve what is live, in the end."""
        live = await self._live()
        others = [one.who for one in self.processes if one.bot.playbook.version != live.version]
        return [*await super().what_is_left(), *(f"{who} does not serve {live}" for who in others)]


STAFF = "staff"
_NOBODY: Any = None
"""LINE's client: whoever plays here has another."""


def _with(edition: Edition) -> ReadingContext:
    return ReadingContext(edition.folder, SECRETS, edition.valid.settings)


def _gate_files(schedule: KeptSchedule, who: str, reload: Reload) -> None:
    sound = reload._sound
    object.__setattr__(
        reload, "_sound", lambda: schedule.gates.through(who, "reads its files", sound, fails=False)
    )


async def broken_by_versions(schedule: KeptSchedule) -> list[str]:
    """The laws that this run has broken: those of lists; each playbook that was live is noted once and whole;
    nobody was decided by one that another had replaced."""
    playbooks = schedule.stores.playbooks
    found = await broken_by_lists(schedule)
    known = await playbooks.all()
    lines = await schedule.database.collection("audit").count_documents(
        {"what": {"$in": ["published", "rolled_back"]}}
    )
    if lines != len(known):
        found.append(f"{len(known)} playbooks were live, and {lines} lines tell of them")
    unpacked = UnpackedPlaybooks(playbooks, schedule._under / "afterwards")
    for one in known:
        try:
            await unpacked.read(one, _with(schedule.editions[0]))
        except StoredFilesUnreadable as error:
            found.append(f"{one} cannot be read from the database: {error}")
    unpacked.close()
    if not schedule.sleepy:
        turns = await turns_written(schedule.database.client, schedule.since)
        found += by_other_playbooks([one.version for one in known[::-1]], schedule.decided, turns)
    return found
