"""Shows a broadcast that has come to a friend among the turns of the chat: a broadcast has no turn of its
own."""

from __future__ import annotations

import logging
from typing import Any

from bot.model.broadcast import Recipient
from bot.model.contact import Contact
from bot.runtime.turn_observer import WatchedBroadcast
from bot.scenario.recorded_steps import BroadcastCame, CameTo
from bot.simulator.state.chats import ChatMessage, Chats
from bot.simulator.state.line_ids import milliseconds
from bot.simulator.workbench.turn_card import ShownTurn
from bot.simulator.workbench.turn_view import as_json
from bot.simulator.workbench.turns import TurnView
from bot.simulator.workbench.workbench import Workbench
from bot.wording.conversation import line_of
from bot.wording.trace_words import event_text
from bot.wording.turn_summary import changes

log = logging.getLogger("oaflow.simulator")


class BroadcastsSeen:
    """Called by the runtime for the batches of all broadcasts."""

    def __init__(self, bench: Workbench, chats: Chats) -> None:
        self._bench = bench
        self._chats = chats

    async def watched(self, watched: WatchedBroadcast) -> None:
        """Show a batch. Never raises: the broadcast was sent, whether or not it can be shown."""
        try:
            for one in watched.batch.people_reached:
                await self._came(watched, one)
        except Exception:  # a fault of what is shown must not break off what the batch leaves on people
            log.exception("a broadcast cannot be shown in the workbench")

    async def _came(self, watched: WatchedBroadcast, to: Recipient) -> None:
        seen = self._bench.turns.seen(to.user)
        stored = await self._bench.inside.contact(to.contact)
        at = watched.batch.at
        if seen is None or stored is None or at is None:
            return
        came = self._messages(watched, to.user)
        before, after = seen.contact, stored.contact
        shown = _as_turn(watched, to.user, came, before, after, seen.own)
        if self._bench.turns.add(TurnView(shown, at, before, after), [dict(one.content) for one in came]):
            sending = watched.sending
            reached = CameTo(to.user, tuple(dict(one.content) for one in came), before, after)
            began, by_hand = sending.began or at, bool(sending.by)
            arrived = BroadcastCame(began, sending.id, sending.broadcast, by_hand, (reached,))
            self._bench.recorder.broadcast(to.user, shown["id"], arrived)

    def _messages(self, watched: WatchedBroadcast, chat: str) -> list[ChatMessage]:
        """The messages of this batch in the chat: of its aggregation unit, since it began, in no turn yet."""
        batch = watched.batch
        unit = watched.sending.units.get(batch.group, "")
        since = 0 if batch.since is None else milliseconds(batch.since)
        seen = self._bench.turns.seen(chat)
        arrived = {id for state in (seen.states if seen is not None else ()) for id in state.turn["bubbles"]}
        return [
            one
            for one in self._chats.messages(chat)
            if one.via in ("push", "multicast") and one.unit == unit and one.at >= since
            if one.id not in arrived
        ]


def _as_turn(
    watched: WatchedBroadcast,
    chat: str,
    came: list[ChatMessage],
    before: Contact,
    after: Contact,
    own: frozenset[str],
) -> dict[str, Any]:
    """The broadcast in the form in which `turn_view.as_json` gives turns."""
    sending, batch, playbook = watched.sending, watched.batch, watched.playbook
    what, messages = f"broadcast: {sending.broadcast}", [dict(one.content) for one in came]
    how = "push" if any(one.via == "push" for one in came) else "multicast"
    call = {
        "how": how,
        "messages": [line_of(one) for one in messages],
        "cost": 1,
        "status": 200,
        "error": None,
    }
    different = tuple(changes(before, after, sending.channel, playbook, own))
    return as_json(
        ShownTurn(event_text(what), messages, changed=different),
        playbook,
        id=f"{sending.id}:{chat}",
        at=milliseconds(batch.at or sending.moment),
        chat=chat,
        channel=sending.channel,
        event=None,
        heard=what,
        sent=[call],
        page=None,
        bubbles=[one.id for one in came],
    )
