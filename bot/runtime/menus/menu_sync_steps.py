"""The steps of one plan for LINE's rich menus, each announced before it is done."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain, repeat

from bot.engine.compiled.card import FileAddress
from bot.engine.menus.menu_face import Face
from bot.line.outcome import LineError
from bot.line.rich_menus import RichMenus
from bot.model.clock import PatientClock
from bot.model.translatable import Translatable, tr
from bot.runtime.menus.menu_plan import Plan

LOOKS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
"""Seconds between looks how far a batch is, the last one again and again: LINE allows 100 an hour."""
_PNG = b"\x89PNG"


class HourUsedUp(Exception):
    """LINE makes no further menu just now."""


@dataclass(eq=False, repr=False)
class MenuSteps:
    """Carries one plan out, and announces each step.

    `ids` are LINE's of all faces, by name, and grow; `at` is the step under way, `done` how many were begun,
    `created` how many of them made a menu.
    """

    _menus: RichMenus
    _clock: PatientClock
    _picture: Callable[[FileAddress], bytes]
    _tell: Callable[[Translatable], None]
    ids: dict[str, str] = field(init=False, default_factory=dict)
    at: Translatable = field(init=False, default_factory=lambda: tr("list rich menus"))
    done: int = field(init=False, default=0)
    created: int = field(init=False, default=0)

    async def make(self, todo: Plan) -> None:
        """Make all faces that are to be made, with their pictures. Raises `LineError` and `HourUsedUp`."""
        self.ids |= todo.there
        for face in todo.upload:
            await self._upload(face)
        for face in todo.create:
            self._begin(tr("create {label}", label=face.label))
            try:
                self.ids[face.name] = await self._menus.create({"name": face.name, **face.form})
            except LineError as error:
                if error.status == 429:
                    raise HourUsedUp from error
                raise
            self.created += 1
            await self._upload(face)

    async def point(self, todo: Plan) -> None:
        """Set aliases and the default menu. Raises `LineError`."""
        for face in todo.aliases:
            if face.alias is not None:
                await self._alias(face.alias, face)
        if todo.default is not None:
            self._begin(tr("default {label}", label=todo.default.label))
            await self._menus.set_default(self.ids[todo.default.name])
        if todo.no_default:
            self._begin(tr("default none"))
            await self._menus.clear_default()

    async def move(self, moves: Mapping[str, Face]) -> None:
        """Give everybody who has an old face the new one, and wait until LINE has done it.

        Raises `LineError`: 429 where LINE takes no further batch this hour.
        """
        pairs = {old: self.ids[face.name] for old, face in moves.items()}
        key = "oaflow-" + hashlib.sha256(repr(sorted(pairs.items())).encode()).hexdigest()[:32]
        self._begin(tr("move whoever has one of {number} older menus", number=len(pairs)))
        await self._succeeded(await self._menus.move(pairs, key))

    async def clear(self, todo: Plan, unwanted: Iterable[str]) -> int:
        """Delete these menus, and the aliases that lead nowhere; how many LINE deletes only in the next hour.

        Raises `LineError`.
        """
        doing: list[tuple[Translatable, Callable[[str], Awaitable[None]], str]]
        doing = [
            (tr("delete alias {alias}", alias=alias), self._menus.delete_alias, alias)
            for alias in todo.old_aliases
        ]
        doing += [
            (tr("delete an older {label}", label=todo.called[id]), self._menus.delete, id) for id in unwanted
        ]
        for number, (what, delete, id) in enumerate(doing):
            self._begin(what)
            try:
                await delete(id)
            except LineError as error:
                if error.status == 429:
                    return len(doing) - number
                raise
        return 0

    # -- one step

    def _begin(self, step: Translatable) -> None:
        self.at = step
        self.done += 1
        self._tell(step)

    async def _upload(self, face: Face) -> None:
        self._begin(tr("upload {label} ({file})", label=face.label, file=face.picture.file))
        content = self._picture(face.picture)
        kind = "image/png" if content.startswith(_PNG) else "image/jpeg"
        await self._menus.upload(self.ids[face.name], kind, content)

    async def _alias(self, alias: str, face: Face) -> None:
        self._begin(tr("alias {alias} for {label}", alias=alias, label=face.label))
        menu = self.ids[face.name]
        try:
            await self._menus.update_alias(alias, menu)
        except LineError as error:
            if error.status != 404:
                raise
            await self._menus.create_alias(alias, menu)

    async def _succeeded(self, request: str) -> None:
        looks = chain(LOOKS, repeat(LOOKS[-1]))
        while (phase := await self._menus.progress(request)) == "ongoing":
            await self._clock.wait(next(looks))
        if phase == "failed":
            raise LineError(None, "LINE could not move everybody")
