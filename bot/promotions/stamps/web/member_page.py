"""The page of a person's stamp cards: what it shows, the code of a store that was scanned (N2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, TypeAlias

from bot.model.contact import contact_id
from bot.model.screen import Screen
from bot.operations.payload import Payload, pick
from bot.promotions.stamps.engine.declared import STAMP_CARDS
from bot.promotions.stamps.model import StampAct, StampView
from bot.promotions.stamps.web.screen_codes import StoreCodes
from bot.runtime.pages import Viewer
from bot.web.liff.barcode import svg
from bot.web.liff.member_page import LiffPage, milliseconds, milliseconds_of, without_none

STAMP = "stamp"
"""What the address of a scanned code has it in."""
Scanned: TypeAlias = Literal["stamped", "refused", "late"]
"""`refused`: today's stamps are there, or the card is over; `late`: the code is no code, or an old one."""


class StampsPage(LiffPage):
    """What `my_stamps` does beside other pages. Raises what its service does."""

    async def opened(self, viewer: Viewer, inputs: Mapping[str, str], name: str) -> tuple[Screen, Payload]:
        """The screen, and what its JSON has besides: the person's code, and what came of a scanned one."""
        code, more = inputs.get(STAMP), dict[str, object]()
        act = None if code is None else self._act(code)
        if act is not None:
            await self.context.service.acted(viewer, act.id, act)
        others = {key: value for key, value in inputs.items() if key != STAMP}
        screen = await self.context.service.opened(viewer, others, name)
        if code is not None:
            scanned: Scanned = "late" if act is None else "stamped" if _has(screen, act) else "refused"
            more["scanned"] = scanned
        context, contact = self.context, contact_id(viewer.channel, viewer.user)
        shown = await context.stores.person_codes.issue(contact, context.clock.now())
        return screen, {**more, "person": {"text": shown, "qr": svg("qr", shown)}}

    def _act(self, code: str) -> StampAct | None:
        context, playbook = self.context, self.context.playbook()
        codes = StoreCodes(context.parts)
        found = codes.read(code, context.clock.now(), STAMP_CARDS.of(playbook), playbook.stores)
        if found is None:
            return None
        return StampAct(found.card, "code", 1, found.act, store=found.store)


def stamps_json(views: Sequence[StampView], now: datetime) -> Payload:
    """Cards without what was done on them, and the moment that they are of."""
    return {"stamps": without_none([_stamp_json(one) for one in views]), "at": milliseconds(now)}


def _stamp_json(view: StampView) -> Payload:
    payload = pick(view, "name", "title", "cells", "count", "owed", "missing", "full", "terms", "image")
    payload["rewards"] = [{"cell": cell, "title": title} for cell, title in view.rewards.items()]
    return payload | milliseconds_of(view, "until")


def _has(screen: Screen, act: StampAct) -> bool:
    return any(act.id in view.acts for view in screen.content.get("stamps", ()))
