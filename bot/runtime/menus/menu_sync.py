"""Makes LINE's rich menus of a channel what the playbook says: read, plan, do; after trouble once more.

What LINE has shows how far a sync came, so a crash, a second sync at the same time or a call whose answer was
lost do no harm: the next plan holds what is still to be done.

Limit: two playbooks on one channel take each other's menus for their own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.engine.compiled.card import FileAddress
from bot.engine.menus.menu_face import Face
from bot.line.outcome import LineError
from bot.line.rich_menus import ALIAS_THERE, RichMenus
from bot.model.clock import PatientClock
from bot.model.menus import Creations, MenuMapping
from bot.model.message import MENUS_MOST
from bot.model.translatable import Refusal, Translatable, tr
from bot.runtime.menus.menu_plan import LineMenus, Plan, mapped, plan
from bot.runtime.menus.menu_sync_steps import HourUsedUp, MenuSteps
from bot.store.cluster.rich_menus import RichMenuMappings

AN_HOUR = 100
"""Menus that LINE lets a channel make in an hour, and delete: a bucket that fills at that pace.

https://developers.line.biz/en/reference/messaging-api/#rate-limits
"""
BATCH_EVERY = timedelta(minutes=20)
"""LINE takes three batches an hour."""
PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
"""Seconds before it begins again after LINE or the network has failed; then it ends."""


class SyncFailed(Refusal):
    """LINE's menus are not what they are to be; the text says why. Another sync goes on from there."""


@dataclass(frozen=True, slots=True)
class DesiredMenus:
    """What a channel is to have: all faces, and the default menu."""

    faces: Sequence[Face]
    default: str | None


@dataclass(frozen=True, slots=True)
class Synced:
    """What came of a sync: whether anything was done, and what waits for LINE's limits until `again`."""

    changed: bool
    waiting: tuple[Translatable, ...] = ()
    again: datetime | None = None


class _Overtaken(Exception):
    """Somebody else has written the mapping meanwhile."""


class _NoBatch(Exception):
    """LINE takes no further batch just now."""


@dataclass(frozen=True, slots=True)
class _Wait:
    """What one of LINE's limits holds up, and how long."""

    text: Translatable
    span: timedelta


async def at_once() -> None:
    """For `until_known`: no other process links people, so there is nothing to wait for."""


@dataclass(eq=False, repr=False)
class MenuSync:
    """Makes LINE's menus of one channel what they are to be. `tell` is given a line for each step.

    `picture` reads a picture's file. `until_known()` returns when all who link people have read
    the new mapping: who is given an old menu after the batch would lose it.

    `may_bulk`: where LINE takes no more batches this hour, people with an older menu are left to those
    who link in bulk (`fresh`), instead of waiting.
    """

    _menus: RichMenus
    _mappings: RichMenuMappings
    _channel: str
    _clock: PatientClock
    _picture: Callable[[FileAddress], bytes]
    _tell: Callable[[Translatable], None] = lambda line: None
    until_known: Callable[[], Awaitable[None]] = field(kw_only=True, default=at_once)
    may_bulk: bool = field(kw_only=True, default=False)
    _creations: Creations | None = field(init=False, default=None)

    async def plan(self, wanted: DesiredMenus) -> Plan:
        """What is to be done. Raises `SyncFailed` where LINE does not say what it has."""
        try:
            return self._planned(wanted, await self._at_line(), await self._mappings.of(self._channel))
        except LineError as error:
            raise SyncFailed(_error_text(error)) from error

    async def run(self, wanted: DesiredMenus) -> Synced:
        """Sync the channel. Raises `SyncFailed` and `DatabaseUnavailable`."""
        changed, pauses = False, iter(PAUSES)
        while True:
            steps = MenuSteps(self._menus, self._clock, self._picture, self._tell)
            try:
                synced = await self._once(wanted, steps)
                return replace(synced, changed=changed or steps.done > 0)
            except HourUsedUp:
                self._creations = Creations(0.0, self._clock.now())  # the next plan makes none
            except (LineError, _Overtaken) as error:
                pause = next(pauses, None)
                if pause is None or not _passes(error):
                    raise SyncFailed(tr("{step}: {why}", step=steps.at, why=_error_text(error))) from error
                again = tr(
                    "{step}: {why}; again in {seconds} s",
                    step=steps.at,
                    why=_error_text(error),
                    seconds=int(pause),
                )
                self._tell(again)
                await self._clock.wait(pause)
            changed = changed or steps.done > 0

    async def remove(self) -> None:
        """Remove all that is ours from LINE: default, aliases, menus (requirement A7).

        Raises `SyncFailed` and `DatabaseUnavailable`.
        """
        synced = await self.run(DesiredMenus((), None))
        if synced.again is not None:
            why = tr("{lines}", lines="; ".join(map(str, synced.waiting)))
            raise SyncFailed(tr("{why}: go on after {at} UTC", why=why, at=f"{synced.again:%H:%M}"))
        await self._mappings.forget(self._channel)

    # -- one try

    async def _once(self, wanted: DesiredMenus, steps: MenuSteps) -> Synced:
        there, mapping = await self._at_line(), await self._mappings.of(self._channel)
        todo = self._planned(wanted, there, mapping)
        if todo.surplus:
            raise SyncFailed(_no_room(todo, there))
        if todo.room_first:
            if left := await steps.clear(todo, todo.unwanted):
                raise SyncFailed(
                    tr(
                        "{left} old menus must go first, and LINE deletes {most} an hour",
                        left=left,
                        most=AN_HOUR,
                    )
                )
            todo = replace(todo, unwanted=(), old_aliases=())
        try:
            await steps.make(todo)
        finally:
            self._creations = Creations(self._left(mapping) - steps.created, self._clock.now())
        await steps.point(todo)
        mapping = await self._noted(
            mapping, mapped(wanted.faces, wanted.default, steps.ids, todo, there, mapping)
        )
        waits = [self._until_made(todo)] if todo.later else []
        emptied: list[str] = []
        try:
            mapping = await self._move(todo, mapping, steps)
            emptied = [id for id in todo.moves if mapping.leaving[id] not in mapping.fresh]
        except _NoBatch:
            waits.append(
                _Wait(tr("whoever has an older menu keeps it: LINE takes 3 batches an hour"), BATCH_EVERY)
            )
        left = await steps.clear(todo, (*todo.unwanted, *emptied))
        if left:
            text = tr(
                "{left} old menus and aliases are still there: LINE deletes {most} an hour",
                left=left,
                most=AN_HOUR,
            )
            waits.append(_Wait(text, timedelta(hours=left / AN_HOUR)))
        return self._synced(waits)

    async def _at_line(self) -> LineMenus:
        return LineMenus(await self._menus.listed(), await self._menus.aliases(), await self._menus.default())

    def _planned(self, wanted: DesiredMenus, there: LineMenus, mapping: MenuMapping) -> Plan:
        return plan(wanted.faces, wanted.default, there, mapping, int(self._left(mapping)))

    def _left(self, mapping: MenuMapping) -> float:
        """How many menus LINE makes for us just now, as far as we know."""
        known = self._creations or mapping.creations
        if known is None:
            return AN_HOUR
        hours = (self._clock.now() - known.at) / timedelta(hours=1)
        return min(AN_HOUR, known.left + max(0.0, hours) * AN_HOUR)

    async def _noted(self, old: MenuMapping, new: MenuMapping) -> MenuMapping:
        """Write what has become different; the mapping as it is then."""
        new = replace(new, creations=self._creations)
        if replace(new, creations=old.creations) == old:
            return old
        if not await self._mappings.write(replace(new, at=self._clock.now())):
            raise _Overtaken
        return replace(new, at=self._clock.now(), rev=new.rev + 1)

    async def _move(self, todo: Plan, mapping: MenuMapping, steps: MenuSteps) -> MenuMapping:
        """Give people with an old face the new one: by a batch, or by bulk links.

        Raises `_NoBatch` where neither can be.
        """
        if not todo.moves:
            return mapping
        await self.until_known()
        fresh, leaving = mapping.fresh, {**mapping.leaving, **dict.fromkeys(todo.moves)}
        try:
            await steps.move(todo.moves)
        except LineError as error:
            if error.status != 429:
                raise
            if not self.may_bulk:
                raise _NoBatch from error
            bulk = {id: face.menu for id, face in todo.moves.items()}
            fresh, leaving = tuple(dict.fromkeys((*fresh, *bulk.values()))), leaving | bulk
        return await self._noted(mapping, replace(mapping, leaving=leaving, fresh=fresh))

    def _until_made(self, todo: Plan) -> _Wait:
        missing = len(todo.later) - (self._creations.left if self._creations is not None else 0.0)
        number = len(todo.later)
        text = tr("{number} menus are not made yet: LINE makes {most} an hour", number=number, most=AN_HOUR)
        return _Wait(text, timedelta(hours=max(0.0, missing) / AN_HOUR))

    def _synced(self, waits: Sequence[_Wait]) -> Synced:
        if not waits:
            return Synced(changed=False)
        now = self._clock.now()
        return Synced(False, tuple(wait.text for wait in waits), now + max(wait.span for wait in waits))


def _no_room(todo: Plan, there: LineMenus) -> Translatable:
    return tr(
        "LINE has {number} rich menus of this channel and takes {most}: "
        "{surplus} of {new} new ones have no room; delete some that oaflow has not made",
        number=len(there.menus),
        most=MENUS_MOST,
        surplus=todo.surplus,
        new=len(todo.create),
    )


def _passes(error: LineError | _Overtaken) -> bool:
    """Whether trying again may help: no answer, LINE fails, too many calls, somebody else was faster."""
    if isinstance(error, _Overtaken) or error.status is None:
        return True
    return error.status in (404, 408, 409, 429) or error.status >= 500 or error.message == ALIAS_THERE


def _error_text(error: LineError | _Overtaken) -> Translatable:
    if isinstance(error, _Overtaken):
        return tr("another sync was at work")
    if error.status in (401, 403):
        return tr("LINE does not accept the access token of this channel ({error})", error=str(error))
    return tr("LINE: {error}", error=str(error))
