"""A turn in the JSON interface: its event, calls to LINE, trace, changes, and the rules that match or nearly
match."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.condition import ConditionContext
from bot.engine.pages.screen import screen_of
from bot.engine.times.bounds import When
from bot.model.contact import Contact
from bot.model.decision import TraceStep
from bot.model.event import Follow, OtherMessage, PageAnswer, PageOpened, Postback, Tapped, TextMessage, What
from bot.model.message import Message
from bot.model.outgoing import Outgoing
from bot.model.place import Place
from bot.model.value import PRIVATE_SLOT
from bot.operations.payload import pick
from bot.runtime.sending.outgoing import outgoing
from bot.runtime.turn_observer import Watched
from bot.scenario.explain import candidate_as_json, candidates, near_as_json
from bot.scenario.tapping import buttons
from bot.simulator.state.line_ids import milliseconds
from bot.simulator.workbench.turn_card import ShownTurn, drawn
from bot.wording.conversation import line_of
from bot.wording.near_rules import near_rules, offered_rule
from bot.wording.rule_to_paste import with_another
from bot.wording.shown_steps import is_shown
from bot.wording.trace_words import is_ruled_out, step_text
from bot.wording.turn_summary import changes, event_line, event_sentence


def page_json(watched: Watched) -> dict[str, Any] | None:
    """The page of a turn: `name`, `opened` (the turn opened it), `kind` of its screen, `texts`; `None`: no
    page changed."""
    what = watched.event.what
    match what:
        case PageOpened(page=page) | PageAnswer(page=page):
            name = page
        case _:
            changed = _changed(watched)
            if changed is None:
                return None
            name = changed
    contact, channel = watched.decision.contact, watched.event.channel
    screen = screen_of(watched.playbook, contact, name, channel, watched.now)
    lines = (*screen.texts, *([screen.question] if screen.question is not None else ()))
    texts = [line.strip() for line in lines]
    return {"name": name, "opened": isinstance(what, PageOpened), "kind": screen.kind, "texts": texts}


def _changed(watched: Watched) -> str | None:
    """The page that this turn changed without an event on it; `None`: none."""
    channel = watched.event.channel
    before = {page.page: page.step for page in watched.before.pages if page.channel == channel}
    after = watched.decision.contact.pages
    return next((p.page for p in after if p.channel == channel and before.get(p.page) != p.step), None)


def with_visit(page: dict[str, Any] | None, turn: str, visits: dict[str, str]) -> Mapping[str, Any] | None:
    """The page with the id of the turn that began this visit; `visits` are those of the chat, by page, and
    updated."""
    if page is None:
        return None
    if page["opened"] or page["name"] not in visits:
        visits[page["name"]] = turn
    return page | {"visit": visits[page["name"]]}


_OWN_INPUT = TextMessage | OtherMessage | Postback | PageAnswer
"""Events that have content from the person."""
_TO_LINE = ("reply", "push", "fallback", "leave", "loading")
"""Kinds of calls that go to LINE and are shown."""


def chat_of(watched: Watched) -> str:
    """The id of the friend or group in whose chat this turn belongs."""
    event = watched.event
    return event.source.id or watched.decision.contact.identity(event.channel).user or ""


def own_slots(watched: Watched) -> frozenset[str]:
    """The private attributes (slots) that this turn has set from what the person wrote, tapped or sent."""
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
    """The messages of a call; empty for other kinds of calls."""
    return list(orjson.loads(call.body)["messages"]) if call.kind in ("reply", "push", "fallback") else []


def turn_json(
    watched: Watched,
    screen: Iterable[Message],
    own: frozenset[str],
    sent: list[dict[str, Any]],
    said: Sequence[Message],
    sources: Mapping[str, str],
    folder: Path | None,
) -> dict[str, Any]:
    """The turn as JSON.

    `screen`: the messages that the person has got so far. `own`: see `ObservedChat`. `sent`: its calls by
    `sending_json`; `said`: their messages. `sources`: the texts of the playbook's files, which are in
    `folder`.
    """
    event, decision, playbook = watched.event, watched.decision, watched.playbook
    text = event.what.text if isinstance(event.what, TextMessage) else None
    label = _label(watched, screen)
    rules = () if text is None else tuple(candidates(playbook, _condition_context(watched), text, decision))
    offered = offered_rule(playbook, event, decision, watched.now, sources)
    near = () if text is None or offered is None else near_rules(playbook, text, _condition_context(watched))
    turn = ShownTurn(
        heard=event_sentence(event, label) or event_line(event, label),
        answers=said,
        page=None if (page := page_json(watched)) is None else (page["kind"], page["texts"]),
        trace=[step for step in decision.trace if is_shown(step.note)],
        changed=tuple(changes(watched.before, decision.contact, event.channel, playbook, own)),
        rules=rules,
        near=near,
        offered=offered,
        is_unheard=offered is not None and offered.instead is None and not rules,
        is_answer_expected=_expects(event.what),
        folder=folder,
    )
    own_id = event.id.removeprefix(f"{event.channel}:")
    return as_json(
        turn,
        playbook,
        id=event.id,
        at=milliseconds(max(watched.now, event.at)),
        chat=chat_of(watched),
        channel=event.channel,
        event=own_id if event.sent else None,
        heard=event_line(event, label),
        sent=sent,
        page=page,
    )


def as_json(turn: ShownTurn, playbook: Playbook, **more: Any) -> dict[str, Any]:
    """A turn as JSON; `more` are the fields that identify it, and its calls (`sent`)."""
    return {
        **more,
        "expects": turn.is_answer_expected,
        "answered": [line for one in more["sent"] for line in one["messages"]],
        "steps": [_step_json(step) for step in turn.trace],
        "changed": [asdict(one) for one in turn.changed],
        "rules": [candidate_as_json(one) | {"ruled_out": is_ruled_out(one.facts)} for one in turn.rules],
        "unheard": turn.is_unheard,
        "near": [near_as_json(one) for one in turn.near],
        **_offered(turn),
        "playbook": playbook.version,
        "bubbles": more.get("bubbles", []),
        "card": drawn(turn, playbook),
    }


def _step_json(step: TraceStep) -> Mapping[str, Any]:
    look = step_text(step.note).look
    return {**_place(step.place), **pick(step, "what", "result", "because"), "look": look}


def _expects(what: What) -> bool:
    """Whether the bot is expected to answer the event: not a switch of the rich menu's tab."""
    if isinstance(what, Postback):
        return "status" not in what.params
    return isinstance(what, _OWN_INPUT | Tapped | Follow)


def sending_json(call: Outgoing, contact: Contact) -> dict[str, Any]:
    """A call to LINE; `cost` is what it takes of the month's messages where LINE accepts it."""
    reaches = contact.identity(call.channel).friend is not False
    return {
        "how": "push" if call.kind == "fallback" else call.kind,
        "messages": [line_of(message) for message in messages_of(call)],
        "cost": 1 if call.kind in ("push", "fallback") and reaches else 0,
        "status": None,
        "error": None,
    }


def _condition_context(watched: Watched) -> ConditionContext:
    """The contact as it was before the turn."""
    when = When(watched.now, watched.playbook.zone)
    return ConditionContext(watched.before, watched.event.channel, when, taken=watched.taken)


def _offered(turn: ShownTurn) -> Mapping[str, Any]:
    """The rule that would answer the text, where to paste it, and the rule for all other texts that answered
    (`instead`).

    Where a rule waits for the same text but for punctuation, `add` is what that rule should have instead.
    """
    found: dict[str, Any] = {"rule": None, "paste": None, "instead": None, "add": None}
    if turn.offered is None:
        return found
    found["instead"], paste = _place_text(turn.offered.instead), turn.offered.paste
    if (near := turn.to_widen) is not None:
        add = {**_place(near.place), "text": near.text, "list": with_another(near.text, str(turn.heard))}
        return found | {"add": add}
    return found | {"rule": paste.rule, "paste": pick(paste, "file", "line", "below")}


def _place_text(place: Place | None) -> str | None:
    return None if place is None else str(place)


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
