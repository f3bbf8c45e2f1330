"""A draft on its way to being live: what speaks against it, what it changes, and publishing it (L8).

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeAlias, TypeVar

from bot.engine.compiled.playbook import Playbook
from bot.model.problem import Problem
from bot.model.proposal import Proposal
from bot.model.settings import PublishRules
from bot.model.translatable import row, tr
from bot.operations.acceptance import Permit
from bot.operations.drafts.asset_cache import AssetCache
from bot.operations.drafts.draft import DraftRefused, PlaybookDraft, RenewedDraft, draft_of, renew, save
from bot.operations.drafts.draft_scenarios import with_scenarios
from bot.operations.drafts.draft_work import ChangedFile, DraftCopy, check, rehearse, review
from bot.operations.drafts.live_files import LiveFiles, NewFolder, PlaybookBase
from bot.operations.drafts.rehearsals import Rehearsal, Rehearsals
from bot.operations.drafts.rights import DraftRights, Publisher, check_may_publish
from bot.operations.drafts.worker import LONGEST, DraftTurns, DraftWorker
from bot.operations.drafts.working_copy import ReadDraft, working_copy
from bot.operations.publishing import STAYS, Despite, ScenarioFails, people_in_the_way
from bot.playbook.admin_lines import AdminLine, admin_lines
from bot.playbook.comparison import ComparedForm, Difference, compared_folder
from bot.playbook.compile.connections.outside import publish_rules
from bot.playbook.load import Loaded
from bot.playbook.personal_addresses import flex_files
from bot.playbook.read import read
from bot.playbook.valid import ValidPlaybook, valid_playbook
from bot.scenario.result import ALL_LONGEST, Result, all_played
from bot.store.stores import Stores

P = ParamSpec("P")
T = TypeVar("T")
Publish: TypeAlias = Callable[[ValidPlaybook, PlaybookDraft, str, Despite, Permit], Awaitable[None]]
"""Makes what was read of a draft live, by whom, despite what. Raises `PublishRefused`, and what the permit
raises just before it."""


@dataclass(frozen=True, slots=True)
class Review:
    """What a draft would do. `problems` are of its files, `people` what it does to those who are in flows;
    `things` what differs in the words of the language, where there is no mistake."""

    problems: Sequence[Problem]
    people: Sequence[Problem]
    things: Sequence[Difference]
    files: Sequence[ChangedFile]
    scenarios: Sequence[Result] = ()
    unplayed: tuple[int, int] | None = None
    """How many scenarios are played so far, of how many, where they are still being played."""
    reserved: Sequence[AdminLine] = ()
    """What only an administrator publishes."""
    playbook: Playbook | None = field(default=None, repr=False)
    """As the draft has it, with stand-ins for secrets; `None` where it has mistakes."""

    @property
    def is_wrong(self) -> bool:
        """Whether a mistake keeps it from being published."""
        return any(one.level == "error" for one in (*self.problems, *self.people))


@dataclass(frozen=True, slots=True)
class DraftContext:
    """What drafts are read and published with.

    `read` fills what the files name with this process's variables; all else is done by `apart`, which knows
    `stand_ins` alone. `scenarios`: the folder whose scenarios are played before; `publish` makes one live.
    """

    stores: Stores
    live: LiveFiles
    new_folder: NewFolder
    read: ReadDraft
    stand_ins: Mapping[str, str] = field(repr=False)
    scenarios: Path
    publish: Publish
    now: Callable[[], datetime]
    beside: AssetCache = field(init=False)
    rehearsals: Rehearsals = field(init=False)
    serves_folder: bool = False
    """This process serves what its folder holds, and publishes nothing."""
    forms: dict[int, ComparedForm] = field(default_factory=dict)
    """The live playbook as it is compared, by its number."""
    worker: DraftWorker = field(default_factory=DraftWorker)
    turns: DraftTurns = field(default_factory=DraftTurns)

    def __post_init__(self) -> None:
        object.__setattr__(self, "beside", AssetCache(self.live, self.new_folder))
        object.__setattr__(self, "rehearsals", Rehearsals(self._rehearsed))

    async def close(self) -> None:
        """Nothing is read any more; who waits is told so."""
        await asyncio.gather(self.worker.close(), self.rehearsals.close())

    async def draft(self, account: str) -> PlaybookDraft:
        """That of an account, over what is live. Raises `BaseMissing`."""
        return await draft_of(self.stores, await self.live.now(), account)

    async def save(self, draft: PlaybookDraft, contents: Mapping[str, bytes]) -> None:
        """Files as they were written over the draft, in this order. Raises `SavedElsewhere`, too."""
        for path, content in contents.items():
            await save(self.stores, self.live, draft.owner, path, content, draft.opened(path), self.now())

    async def seen(self, account: str, stamp: str) -> PlaybookDraft:
        """The same, where it is what was looked at. Raises `DraftRefused`, too."""
        draft = await self.draft(account)
        if draft.stamp != stamp:
            raise DraftRefused(tr("Your draft, or what is live, was changed: look once more"))
        return draft

    async def apart(
        self,
        draft: PlaybookDraft,
        work: Callable[Concatenate[DraftCopy, P], T],
        *args: P.args,
        **names: P.kwargs,
    ) -> T:
        """Do this with the draft's files in a process of its own, when it is their owner's turn.

        Raises `DraftRefused` where that takes too long, too much memory, or too many wait.
        """
        async with self.turns.turn(draft.owner), self._copied(draft) as copy:
            return await self.worker.run(partial(work, copy, *args, **names))

    async def newest(
        self,
        draft: PlaybookDraft,
        work: Callable[Concatenate[DraftCopy, P], T],
        *args: P.args,
        **names: P.kwargs,
    ) -> T:
        """The same for what is asked with each key: refused where the next one comes before its turn."""
        async with self.turns.turn(draft.owner, work.__name__), self._copied(draft) as copy:
            return await self.worker.run(partial(work, copy, *args, **names))

    async def renew(self, draft: PlaybookDraft, says: str) -> RenewedDraft:
        """`renew`, in its owner's turn. Raises as `apart` does, too."""
        async with self.turns.turn(draft.owner):
            return await renew(self.stores, draft, says, self.now(), self.worker.run)

    async def _rehearsed(self, draft: PlaybookDraft, hear: Callable[[int | Result], None]) -> bool:
        async with self._copied(draft) as copy:
            return await self.worker.run(partial(rehearse, copy), hear, seconds=LONGEST + ALL_LONGEST)

    @asynccontextmanager
    async def _copied(self, draft: PlaybookDraft) -> AsyncIterator[DraftCopy]:
        async with working_copy(self.beside, draft, self.new_folder) as first:
            yield DraftCopy(first, dict(self.stand_ins), self.now(), self.scenarios)

    async def check(self, draft: PlaybookDraft) -> Sequence[Problem]:
        """All mistakes and warnings of its files."""
        return await self.apart(draft, check)

    async def review(self, draft: PlaybookDraft, patience: float | None = None) -> Review:
        """All that is to be known before it is published. Its scenarios are played, for so many seconds of
        ours; `None`: until they are."""
        texts = {path: (draft.base.texts.get(path), draft.text(path)) for path in draft.files}
        found = await self.apart(draft, review, await self.live_form(draft.base), texts)
        if found.playbook is None:
            return Review(found.problems, (), (), found.files)
        played = await self.rehearsals.of(draft, patience)
        people = await people_in_the_way(self.stores, found.playbook, found.sources, self.now())
        results = played.results if played.is_over else ()
        about = (found.problems, people, found.things, found.files, results, played.unplayed)
        return Review(*about, found.reserved, found.playbook)

    async def rules(self) -> PublishRules:
        """How what is live wants drafts to be published. Raises `BaseMissing`."""
        return self._rules(await self.live_form(await self.live.now()))

    def _rules(self, live: ComparedForm) -> PublishRules:
        found = publish_rules(live.root)
        return replace(found, from_folder=found.from_folder or self.serves_folder)

    async def live_form(self, base: PlaybookBase) -> ComparedForm:
        """What is live, to be compared, and at hand from here on."""
        form = await self.form_of(base)
        self.forms.clear()
        return self.forms.setdefault(base.accepted.number, form)

    async def form_of(self, base: PlaybookBase) -> ComparedForm:
        """A version that is, or was, live, to be compared: it was examined when it was published."""
        if (known := self.forms.get(base.accepted.number)) is not None:
            return known
        async with working_copy(self.beside, PlaybookDraft(base, {}), self.new_folder) as first:
            found = await asyncio.to_thread(read, first, {}, unset="warning")
            flex = await asyncio.to_thread(flex_files, found.root, found.folder)
        beside = {path: file.sha256 for path, file in base.files.items() if path not in found.files}
        return ComparedForm(found.root, beside, flex)

    async def make_live(
        self,
        draft: PlaybookDraft,
        account: str,
        publisher: Publisher,
        *,
        untested: bool,
        handed_in: Proposal | None = None,
    ) -> None:
        """Publish an account's draft; what of it was saved meanwhile, or is no part of a playbook yet, stays.

        `untested`: also where scenarios fail, which the audit log says then. Raises `DraftRefused` where
        something else was published since it was looked at, what `check_may_publish` raises of what was
        `handed_in` or not, `PlaybookWrong` and `PublishRefused`.
        """
        if draft.behind:
            raise DraftRefused(tr("something else was published meanwhile: take it into your draft first"))
        if not draft.files:
            raise DraftRefused(tr("the draft changes nothing"))
        # what this server then reads has been read apart before, within its bounds
        played = None if untested else await self.rehearsals.of(draft)
        if untested:
            await self.check(draft)
        async with working_copy(self.beside, draft, self.new_folder) as first:
            async with self.turns.turn(draft.owner):
                loaded = await asyncio.to_thread(self.read, first)
                found = await asyncio.to_thread(_valid, loaded)
                if played is not None:
                    await asyncio.to_thread(self._check_scenarios, played, first, loaded)
                after = await asyncio.to_thread(compared_folder, loaded)
            before = await self.live_form(draft.base)
            reserved = await asyncio.to_thread(admin_lines, before, after)
            rights = DraftRights(self._rules(before), reserved, handed_in)
            permit = partial(check_may_publish, self.stores, publisher, rights)
            await permit()
            await self.publish(found, draft, publisher.by, Despite(untested=untested), permit)
        if handed_in is None:  # what was handed in stays whole until it is noted what became of it
            await self.settle(draft, account)

    def _check_scenarios(self, played: Rehearsal, first: Path, loaded: Loaded) -> None:
        """Raise `ScenarioFails`. What stand-ins make a mistake of is played here, with our variables."""
        files = with_scenarios(first, self.scenarios)
        results = all_played(files, loaded) if played.is_unread else played.results
        if not all(one.holds for one in results):
            raise ScenarioFails(tr("a scenario fails: {stays}", stays=STAYS))

    async def settle(self, draft: PlaybookDraft, account: str) -> None:
        """What is live by now leaves the draft, as long as nobody has saved it meanwhile."""
        base = await self.live.now()
        done = [one for one in draft.files.values() if base.digest_of(one.path) == one.sha256]
        gone = set(await self.stores.drafts.remove(account, done))
        for file in (one for one in done if one.path not in gone):
            there = await self.stores.drafts.one(account, file.path)
            if there is not None:
                text = base.texts.get(file.path)
                new = replace(there, base=base.digest_of(file.path), base_text=text)
                await self.stores.drafts.rebase(account, new)


def _valid(loaded: Loaded) -> ValidPlaybook:
    """Raise `PlaybookWrong`, in words that hold no variable's value."""
    unset = sorted({str(one.message) for one in loaded.problems if one.code == "env-unset"})
    if loaded.playbook is None and unset:
        raise DraftRefused(tr("this server has no value for what the draft names: {what}", what=row(unset)))
    return valid_playbook(loaded)
