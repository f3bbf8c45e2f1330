"""The stored state of the pages that a person has opened (`PageState`): what a turn changes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.engine.turn.turn import Turn
from bot.model.contact import Contact
from bot.model.instance import Instance
from bot.model.message import Message
from bot.model.page_state import PageState

FORGOTTEN = timedelta(days=1)
"""How long a page's state is stored after its last use."""

TEXTS_MOST = 5
"""Texts that a page shows at a time: the last ones."""


def opened(turn: Turn, name: str, flow: str | None) -> PageState:
    """A page is open from now on, and shows this flow; what was shown of an earlier run of it is over."""
    before = turn.contact.page(name, turn.channel)
    others = tuple(o for o in turn.contact.pages if o is not before and turn.now - o.at < FORGOTTEN)
    step = next_step(turn.now, before.step if before is not None else 0)
    page = PageState(name, turn.channel, step, turn.now, flow)
    turn.contact.pages = (*others, page)
    if flow is not None:
        _change(turn, (flow,), turn.channel, lambda other: replace(other, texts=(), ended=None))
    return page


def resume(turn: Turn, instance: Instance) -> None:
    """Mark the pages of a form that is opened where it had been left: they say so until it goes on."""
    _change(turn, (instance.flow,), instance.channel, lambda page: replace(page, resumed=instance.visit))


def answered(turn: Turn, name: str, flow: str | None) -> PageState:
    """Something was answered on a page, whatever comes of it; one that was forgotten shows this flow."""
    before = turn.contact.page(name, turn.channel)
    if before is None:
        return opened(turn, name, flow)
    return keep_page(turn, replace(before, step=next_step(turn.now, before.step), at=turn.now))


def keep_page(turn: Turn, page: PageState) -> PageState:
    """Store a page as it is now, in place of its former state."""
    turn.contact.pages = tuple(
        page if (other.page, other.channel) == (page.page, page.channel) else other
        for other in turn.contact.pages
    )
    return page


def next_step(now: datetime, step: int) -> int:
    """The step behind one, and not below the millisecond: it never falls, also where pages were forgotten."""
    return max(step + 1, int(now.timestamp() * 1000))


def show(turn: Turn, instance: Instance, messages: Iterable[Message]) -> None:
    """Show these texts on the pages that show the instance, or a flow that runs it, until the next answer."""
    texts = tuple(text for message in messages if (text := text_of(message)))
    _change(
        turn,
        above(turn.contact, instance),
        instance.channel,
        lambda page: replace(page, texts=(*page.texts, *texts)[-TEXTS_MOST:]),
    )


def text_of(message: Message) -> str:
    """What a page shows of a message: its text, or the words that stand for one that is more."""
    return str(message.get("text") or message.get("altText") or "")


def clear(turn: Turn, instance: Instance) -> None:
    """The question was answered: what was shown before is read."""
    _change(turn, above(turn.contact, instance), instance.channel, lambda page: replace(page, texts=()))


def ended_on_page(turn: Turn, instance: Instance, at: str) -> None:
    """An instance ends there: its pages show that, and the words that only pages show.

    Also where it has been taken into the chat: the page from which it came shows no end yet.
    """
    if not (instance.on_page or _left_open(turn, instance)):
        return
    state = turn.state_of(instance)
    if state is not None and state.problem_text is not None and state.name == at:
        show(turn, instance, ({"text": state.problem_text},))
    _change(turn, (instance.flow,), instance.channel, lambda page: replace(page, ended=at))


def page_of(turn: Turn, instance: Instance) -> str | None:
    """The name of the page that was last used of those that show the instance, or a flow that runs it."""
    flows, channel = above(turn.contact, instance), instance.channel
    shown = [page for page in turn.contact.pages if page.flow in flows and page.channel == channel]
    return max(shown, key=lambda page: page.at).page if shown else None


def _left_open(turn: Turn, instance: Instance) -> bool:
    return any(
        (page.flow, page.channel, page.ended) == (instance.flow, instance.channel, None)
        for page in turn.contact.pages
    )


def _change(turn: Turn, flows: Iterable[str], channel: str, change: Callable[[PageState], PageState]) -> None:
    shown = set(flows)
    turn.contact.pages = tuple(
        change(page) if page.flow in shown and page.channel == channel else page
        for page in turn.contact.pages
    )


def above(contact: Contact, instance: Instance) -> list[str]:
    """The flow of an instance, and those that run it, upwards."""
    names: list[str] = []
    upper: Instance | None = instance
    while upper is not None and upper.flow not in names:  # a stored circle has no end
        names.append(upper.flow)
        upper = contact.instance(upper.parent, upper.channel) if upper.parent is not None else None
    return names


def innermost(contact: Contact, flow: str, channel: str) -> Instance | None:
    """The person's run of a flow: that of its innermost sub-flow, where it runs one."""
    instance = contact.instance(flow, channel)
    for _ in contact.flows:  # a stored circle of flows that run each other has no end
        if instance is not None:
            instance = _child(contact, instance) or instance
    return instance


def _child(contact: Contact, instance: Instance) -> Instance | None:
    for other in contact.flows:
        if other.parent == instance.flow and other.channel == instance.channel:
            return other
    return None
