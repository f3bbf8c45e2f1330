"""The page of a person's stamp cards: what it shows, the code of a store that was scanned (N2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from bot.engine.compiled.playbook import Playbook
from bot.model.contact import contact_id
from bot.model.promotion_act import StampAct
from bot.model.screen import Screen, StampView
from bot.operations.payload import Payload, pick
from bot.promotions.stamps.engine.declared import STAMP_CARDS
from bot.promotions.stamps.web.screen_codes import StoreCodes
from bot.runtime.pages import PageService, Viewer
from bot.store.counters.person_codes import PersonCodes
from bot.web.liff.barcode import svg

STAMP = "stamp"
"""What the address of a scanned code has it in."""
Scanned: TypeAlias = Literal["stamped", "refused", "late"]
"""`refused`: today's stamps are there, or the card is over; `late`: the code is no code, or an old one."""


@dataclass(frozen=True, slots=True)
class StampsPage:
    """What `my_stamps` does beside other pages. Raises what its service does."""

    playbook: Callable[[], Playbook]
    service: PageService
    store_codes: StoreCodes
    person_codes: PersonCodes
    now: Callable[[], datetime]

    async def opened(self, viewer: Viewer, inputs: Mapping[str, str], name: str) -> tuple[Screen, Payload]:
        """The screen, and what its JSON has besides: the person's code, and what came of a scanned one."""
        code, more = inputs.get(STAMP), dict[str, object]()
        act = None if code is None else self._act(code)
        if act is not None:
            await self.service.stamped(viewer, act)
        others = {key: value for key, value in inputs.items() if key != STAMP}
        screen = await self.service.opened(viewer, others, name)
        if code is not None:
            scanned: Scanned = "late" if act is None else "stamped" if _has(screen, act) else "refused"
            more["scanned"] = scanned
        shown = await self.person_codes.issue(contact_id(viewer.channel, viewer.user), self.now())
        return screen, {**more, "person": {"text": shown, "qr": svg("qr", shown)}}

    def _act(self, code: str) -> StampAct | None:
        playbook = self.playbook()
        found = self.store_codes.read(code, self.now(), STAMP_CARDS.of(playbook), playbook.stores)
        if found is None:
            return None
        return StampAct(found.card, "code", 1, found.act, store=found.store)


def stamp_json(view: StampView, milliseconds: Callable[[datetime], int]) -> Payload:
    """A card without what was done on it."""
    payload = pick(view, "name", "title", "cells", "count", "owed", "missing", "full", "terms", "image")
    payload["rewards"] = [{"cell": cell, "title": title} for cell, title in view.rewards.items()]
    payload["until"] = None if view.until is None else milliseconds(view.until)
    return payload


def _has(screen: Screen, act: StampAct) -> bool:
    return any(act.id in view.acts for view in screen.stamps or ())
