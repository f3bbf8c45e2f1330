"""What customers get by binding a phone, and what invites them to it: the results of a binding page (B4, B5),
and the cards that lead there (B1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.engine.compiled.card import Card
from bot.engine.compiled.flow import Flow
from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.rule import OnNews, Rule
from bot.engine.compiled.step import GiveResult, SendMessages, Steps
from bot.engine.rendering.placeholders import filling_of, lookup_of, page_address
from bot.engine.rendering.rendering import rendered
from bot.model.channel import Channel
from bot.model.contact import Contact, Identity
from bot.model.message import Message
from bot.model.translatable import TranslatableValue
from bot.operations.binding_funnel import FAILURES
from bot.wording.conversation import actions_of

CARDS_MOST = 3
"""Cards that lead to a page which are shown, in the order of the playbook."""


@dataclass(frozen=True, slots=True)
class BindingResult:
    """What a page answers when it has come so far: what the page says in the member's name (`trigger`), the
    tags of a first binding, the messages of the reply, which is free. `situations`: in which states."""

    situations: Sequence[TranslatableValue]
    trigger: str
    tags: Sequence[str]
    messages: Sequence[Message]


@dataclass(frozen=True, slots=True)
class BindingCard:
    """A card of the playbook with a button that leads to binding; its messages, as a member gets them."""

    name: str
    messages: Sequence[Message]


def binding_results(playbook: Playbook, account: Channel, page: str, now: datetime) -> list[BindingResult]:
    """The results of a binding page on this channel, in the order of its states; equal ones together."""
    flow = playbook.flow(page, account.name)
    if flow is None:
        return []
    found: list[BindingResult] = []
    for situation, result in _given(flow):
        tags = [tag for step in result.do for tag in step.adds_tags]
        one = BindingResult(
            [situation], result.trigger or "", tags, _replies(playbook, account, result.do, now)
        )
        same = next((other for other in found if replace(other, situations=[situation]) == one), None)
        if same is None:
            found.append(one)
        elif situation not in same.situations:
            found[found.index(same)] = replace(same, situations=[*same.situations, situation])
    return found


def binding_cards(
    playbook: Playbook, account: Channel, page: str, now: datetime, words: Sequence[str] = ()
) -> list[BindingCard]:
    """The cards that invite to a page, or have a member say one of these `words`, as they stand; not those
    that are one of its results."""
    address = page_address(playbook, page, account.name)
    found: list[BindingCard] = []
    if address is None and not words:
        return found
    given = [one.messages for one in binding_results(playbook, account, page, now)]
    for name, card in playbook.cards.items():
        messages = _messages(playbook, account, [card], now)
        if messages not in given and any(_leads(message, address, words) for message in messages):
            found.append(BindingCard(name, messages))
    return found[:CARDS_MOST]


def _given(flow: Flow) -> Iterator[tuple[TranslatableValue, GiveResult]]:
    """Each result with the state in which it is given, then those of rules, with the failure they are for."""
    for state in flow.states.values():
        yield from ((state.title, one) for one in state.do if isinstance(one, GiveResult))
    for state in flow.states.values():
        for rule in (*state.rules, *state.branch):
            why = _failure(rule)
            yield from ((why or state.title, one) for one in rule.do if isinstance(one, GiveResult))


def _failure(rule: Rule) -> TranslatableValue | None:
    named = (
        f"{trigger.kind} {subject}"
        for trigger in rule.when
        if isinstance(trigger, OnNews)
        for subject in trigger.subjects or ()
    )
    return next((FAILURES[one] for one in named if one in FAILURES), None)


def _replies(playbook: Playbook, account: Channel, do: Steps, now: datetime) -> Sequence[Message]:
    cards = [card for step in do if isinstance(step, SendMessages) for card in step.cards]
    return _messages(playbook, account, cards, now)


def _messages(
    playbook: Playbook, account: Channel, cards: Sequence[Card], now: datetime
) -> Sequence[Message]:
    """As a person gets them of whom nothing is known, while the pages are open."""
    unknown = Contact("", identities=(Identity(account.name),))
    lookup = lookup_of(playbook, unknown, account.name, now, {}, {})
    filling = filling_of(playbook, account.name, now, lookup)
    return rendered(cards, replace(filling, page_open=lambda page: True)).messages


def _leads(message: Message, address: str | None, words: Sequence[str]) -> bool:
    """Whether a button of the card opens this address, or says one of these words."""
    actions = list(actions_of(message))
    opens = (str(action.get("uri", "")).partition("?")[0] for action in actions)
    return (address is not None and address in opens) or any(one.get("text") in words for one in actions)
