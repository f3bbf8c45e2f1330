"""What is told of somebody who is here, and comes when they are not any more: they were erased since."""

from __future__ import annotations

from bot.model.event import BroadcastTags, Listed, News, Outcome, What
from bot.runtime.ports import ContactStore, InboxStore
from bot.runtime.turn_taking.deciding import PendingTurn
from bot.runtime.turn_taking.lanes import Lanes


class LeftOfErased:
    """Ends such events: nobody is born of what a shop or a list says, nor of what came of their asking."""

    def __init__(self, inbox: InboxStore, contacts: ContactStore, lanes: Lanes) -> None:
        self._inbox = inbox
        self._contacts = contacts
        self._lanes = lanes

    async def end(self, draft: PendingTurn) -> None:
        """Pass them by where they come first, of a draft of somebody who is not stored.

        Raises `DatabaseUnavailable`.
        """
        over = []
        for item in draft.items[draft.taken :]:
            if not _is_of_somebody_here(item.event.what):
                break
            over.append(item.entry)
        if not over:
            return
        await self._inbox.done([one.id for one in over], [one.part for one in over])
        await self._contacts.forget_nobody(draft.lane.contact, [one.id for one in over])
        self._lanes.forget([one.id for one in over])
        draft.taken += len(over)


def _is_of_somebody_here(what: What) -> bool:
    match what:
        case Listed() | BroadcastTags() | News("shop") | Outcome():
            return True
        case _:
            return False
