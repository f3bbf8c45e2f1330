"""A turn in short: what it was about, and what it changed of a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.engine.compiled.playbook import Playbook
from bot.engine.texts.format import formatted
from bot.engine.turn.event_words import event_words
from bot.engine.turn.line_news import news_of
from bot.model.contact import Contact, Identity, Tag
from bot.model.event import Event, Other, OtherMessage, PageAnswer, Postback, Tapped, TextMessage
from bot.model.instance import Instance, Timer
from bot.model.translatable import Translatable
from bot.model.value import PRIVATE_SLOT
from bot.wording.trace_words import event_text, tap_text

_AS_AN_ACT = {
    "follow: again": "unblocks",
    "follow": "follows",
    "unfollow": "blocks",
    "join": "joins",
    "link: ": "opens the link ",
    "page: ": "opens the page ",
    "form: ": "sends the form ",
    "skip on page: ": "leaves a question out on the page ",
    "back on page: ": "goes back on the page ",
    "change on page: ": "changes an answer on the page ",
    "send on page: ": "sends the form ",
    "staff: take over": "staff take the conversation",
    "staff: unbind ": "staff unbind the ",
    "staff: bind ": "staff bind the ",
    "staff: tags ": "staff tag ",
}
"""What somebody does, by how the event is called on a timeline."""


def event_sentence(event: Event, label: str | None = None) -> Translatable | None:
    """The sentence for an event; `None` for a text that a person wrote, which is shown as it is."""
    match event.what:
        case TextMessage() | PageAnswer(act=None):
            return None
        case Postback(data=name) | Tapped(tap=name):
            return tap_text(label or name)
        case _:
            return event_text(event_words(event))


def event_line(event: Event, label: str | None = None) -> str:
    """An event in one line of English; `label` is that of the button that was tapped, where it is known."""
    match event.what:
        case TextMessage(text=text) | PageAnswer(text=text, act=None):
            return text
        case OtherMessage(type=kind):
            return f"({kind})"
        case Postback(data=name) | Tapped(tap=name):
            return f"taps [{label or name}]"
        case Other() if (news := news_of(event.what)) is not None:
            return f"{news.kind} {news.subject}"
    words = event_words(event)
    begins = next((one for one in _AS_AN_ACT if words.startswith(one)), "")
    return _AS_AN_ACT[begins] + words.removeprefix(begins) if begins else words.replace(": ", " ", 1)


PRIVATE = "private"

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing of a person that a turn has changed; `None`: it is not there."""

    what: str
    """Its kind, a space and its name: `tag VIP`; of the person's one menu the kind alone."""
    before: str | None
    after: str | None


def changes(
    before: Contact, after: Contact, channel: str, playbook: Playbook, own: frozenset[str] = frozenset()
) -> Iterator[Change]:
    """All changes on this channel; private values are hidden, but for attributes whose slot is in `own`."""
    zone = playbook.zone

    def value(slot: str, contact: Contact) -> str | None:
        known = contact.attributes.get(slot)
        if known is None:
            return None
        secret = slot.startswith(f"{PRIVATE_SLOT}.") and slot not in own
        return PRIVATE if secret else formatted(known.value, None, zone)

    def lasts(tag: Tag) -> str:
        return "on" if tag.expires is None else f"until {formatted(tag.expires, None, zone)}"

    both = (before, after)
    yield from _different("tag", [{tag.name: tag for tag in one.tags} for one in both], lasts)
    for slot in dict.fromkeys((*before.attributes, *after.attributes)):
        if before.attributes.get(slot) != after.attributes.get(slot):
            name = slot.partition(".")[2]
            yield Change(f"attribute {name}", value(slot, before), value(slot, after))
    flows = [{i.flow: i for i in one.flows if i.channel == channel} for one in both]
    yield from _different("flow", flows, _position)
    timers = [{called(t): t.due for t in one.timers if t.channel == channel} for one in both]
    yield from _different("timer", timers, lambda due: formatted(due, None, zone))
    bound = [{str(kind): kind for kind in one.bindings} for one in both]
    yield from _different("bound", bound, lambda kind: "yes")
    yield from _identity(before.identity(channel), after.identity(channel))


def called(timer: Timer) -> str:
    """A timer by its flow, if it has one, and its name: `welcome 3d`, `staff`."""
    return f"{timer.flow} {timer.timer}".strip()


def _identity(before: Identity, after: Identity) -> Iterator[Change]:
    if before.staff != after.staff:
        yield Change("staff", _held(before), _held(after))
    if before.menu != after.menu:
        yield Change("menu", before.menu, after.menu)


def _held(identity: Identity) -> str | None:
    return "have the conversation" if identity.staff else None


def _different(kind: str, both: Sequence[Mapping[str, _T]], words: Callable[[_T], str]) -> Iterator[Change]:
    before, after = both
    for name in dict.fromkeys((*before, *after)):
        was, is_ = before.get(name), after.get(name)
        if was != is_ and (was is None or is_ is None or words(was) != words(is_)):
            yield Change(
                f"{kind} {name}", None if was is None else words(was), None if is_ is None else words(is_)
            )


def _position(instance: Instance) -> str:
    return instance.state if instance.held is None else f"{instance.state} (held: {instance.held.by})"
