"""How one turn looks in the JSON interface."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from bot.model.contact import Contact
from bot.model.event import FormSent, OtherMessage, PageAnswer, Postback, Tapped, TextMessage
from bot.model.message import Message
from bot.model.outgoing import Outgoing
from bot.model.place import Place
from bot.model.value import PRIVATE_SLOT
from bot.runtime.outgoing import outgoing
from bot.runtime.watching import Watched
from bot.scenario.explain import candidate_as_json, candidates, would_hear
from bot.scenario.heard_words import heard_words
from bot.scenario.shown import line_of
from bot.scenario.tapping import buttons
from bot.scenario.turn_changes import changes
from bot.simulator.state.line_ids import milliseconds

_OWN_INPUT = TextMessage | OtherMessage | Postback | PageAnswer | FormSent
_TO_LINE = ("reply", "push", "leave", "loading")


def chat_of(watched: Watched) -> str:
    """The id of the friend or group in whose chat this turn belongs."""
    event = watched.event
    return event.source.id or watched.decision.contact.identity(event.channel).user or ""


def own_slots(watched: Watched) -> frozenset[str]:
    """The private attributes that this turn has filled with what the person said, tapped or sent."""
    if not isinstance(watched.event.what, _OWN_INPUT):
        return frozenset()
    before, after = watched.before.attributes, watched.decision.contact.attributes
    changed = (slot for slot, known in after.items() if before.get(slot) != known)
    return frozenset(slot for slot in changed if slot.startswith(f"{PRIVATE_SLOT}."))


def calls_of(watched: Watched) -> list[Outgoing]:
    """The calls to LINE that the turn has decided."""
    calls = outgoing(watched.decision, watched.event, watched.now)
    return [call for call in calls if call.kind in _TO_LINE]


def messages_of(call: Outgoing) -> list[Message]:
    """What a call sends."""
    return list(orjson.loads(call.body)["messages"]) if call.kind in ("reply", "push") else []


def turn_shown(
    watched: Watched, screen: Iterable[Message], own: frozenset[str], sent: list[dict[str, Any]]
) -> dict[str, Any]:
    """The turn. `screen` is what the person has got so far, `sent` its calls by `sending_shown`."""
    event, decision = watched.event, watched.decision
    text = event.what.text if isinstance(event.what, TextMessage) else None
    hear = [] if text is None else list(_rules(watched, text))
    unheard = text is not None and not hear and _nobody_took_it(watched)
    different = changes(watched.before, decision.contact, event.channel, watched.playbook, own)
    own_id = event.id.removeprefix(f"{event.channel}:")
    return {
        "id": event.id,
        "at": milliseconds(max(watched.now, event.at)),
        "chat": chat_of(watched),
        "channel": event.channel,
        "event": own_id if event.sent else None,
        "heard": heard_words(event, _label(watched, screen)),
        "said": isinstance(event.what, TextMessage | PageAnswer),
        "answered": [line.partition("\n")[0] for one in sent for line in one["messages"]],
        "sent": sent,
        "steps": [
            {**_place(step.place), "what": step.what, "result": step.result, "because": step.because}
            for step in decision.trace
        ],
        "changed": [{"what": one.what, "before": one.before, "after": one.after} for one in different],
        "rules": hear,
        "unheard": unheard,
        "rule": "\n".join(would_hear(text)) if unheard and text is not None else None,
        "playbook": watched.playbook.version,
        "bubbles": [],
    }


def sending_shown(call: Outgoing, contact: Contact) -> dict[str, Any]:
    """A call to LINE; `cost` is what it takes of the month's messages where LINE accepts it."""
    reaches = contact.identity(call.channel).friend is not False
    return {
        "how": call.kind,
        "messages": [line_of(message) for message in messages_of(call)],
        "cost": 1 if call.kind == "push" and reaches else 0,
        "status": None,
        "error": None,
    }


def _rules(watched: Watched, text: str) -> Iterator[dict[str, Any]]:
    event = watched.event
    found = candidates(watched.playbook, watched.before, event.channel, text, watched.now, watched.decision)
    return (candidate_as_json(candidate) for candidate in found)


def _nobody_took_it(watched: Watched) -> bool:
    """Whether the text was neither an answer, nor a trigger, nor kept from the bot by staff."""
    return any(step.result == "no-match" for step in watched.decision.trace)


def _label(watched: Watched, screen: Iterable[Message]) -> str | None:
    what = watched.event.what
    if isinstance(what, Tapped):
        tap = watched.playbook.taps.get(what.tap)
        return None if tap is None else tap.label
    if not isinstance(what, Postback):
        return None
    identity = watched.before.identity(watched.event.channel)
    there = buttons(list(screen), watched.playbook, identity)
    return next((button.label for button in there if button.action.get("data") == what.data), None)


def _place(place: Place | None) -> Mapping[str, Any]:
    if place is None:
        return {"place": None, "file": None, "line": None}
    return {"place": f"{place.file}:{place.line}", "file": place.file, "line": place.line}
