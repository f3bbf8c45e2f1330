"""Cards filled with the data of one turn: the messages that LINE takes (language, section 7)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, NamedTuple, TypeAlias
from urllib.parse import quote
from zoneinfo import ZoneInfo

import orjson

from bot.engine import notes
from bot.engine.compiled.card import (
    ADDRESS_MOST,
    IN_ADDRESS,
    THE_ALT,
    Bounded,
    Bubble,
    Card,
    CountedAddress,
    FileAddress,
    Fixed,
    IfKnown,
    LineObject,
    PageAddress,
    Tap,
    WebAddress,
)
from bot.engine.compiled.own_address import CARRIED_MOST
from bot.engine.texts.template import Lookup, Placeholder, Template, placeholder_text
from bot.engine.texts.text import beginning, fits, length
from bot.model.message import Message
from bot.model.trace import TraceNote

QUICK_REPLIES_MOST = 13
"""The most quick replies that LINE takes on a message."""
LABEL_MOST = 20
"""Grapheme clusters in the label of a button: https://developers.line.biz/en/reference/messaging-api/#action-objects"""

BUBBLE_BYTES_MOST = 30_000
"""Bytes of JSON in a Flex bubble (LINE says 30 KB, not whose KB: the smaller one is safe)."""
CAROUSEL_BYTES_MOST = 50_000
"""Bytes of JSON in a Flex carousel."""

CONFIRM_TAPS = 2
"""Buttons of a confirm template: LINE takes no fewer."""

CUT = "…"
"""The end of a value that was cut."""

_SCHEMES = ("https:", "http:", "tel:", "line:")


@dataclass(frozen=True, slots=True)
class Filling:
    """What one turn puts into cards."""

    lookup: Lookup
    """Gives the value of every placeholder."""
    zone: ZoneInfo
    page_address: Callable[[str], str | None]
    """`None`: the page has no address on this channel; taps that open it are left out."""
    page_open: Callable[[str], bool]
    """Whether the page is neither closed nor paused; else taps that open it are left out."""
    file_address: Callable[[FileAddress], str]
    counted_address: Callable[[str, str | None], str]
    """By a tap's key, and the target where that is of this turn only: our own address in front of it."""
    choices: tuple[Tap | str, ...] = ()
    """Quick replies of an open question, before a card's own; a text is a button that sends that text."""


RenderResult: TypeAlias = Literal[
    "not-sent",  # a message or a tap is left out
    "lost",  # a message is left out that only the data filled in has broken
    "cut",  # a text is shortened
]


class RenderProblem(NamedTuple):
    """What LINE would have refused of a card, and what was done about it. `note` holds nobody's data."""

    result: RenderResult
    note: TraceNote


class Rendered(NamedTuple):
    """LINE's JSON, the quick replies on the last message; and what LINE would have refused of it."""

    messages: tuple[Message, ...]
    problems: tuple[RenderProblem, ...] = ()


def rendered(cards: Sequence[Card], filling: Filling) -> Rendered:
    """The messages of these cards, in order.

    A text that its data made too long is cut; a message that its data broke otherwise (empty once filled, an
    address that is none) is left out, the others go. Total: no value of a placeholder raises.
    """
    if len(cards) == 1 and not filling.choices:
        card = cards[0]
        if len(card.bubbles) == 1 and not card.quick_replies:
            ready = card.bubbles[0].ready
            if ready is not None:
                return Rendered((ready,))
    problems: list[RenderProblem] = []
    messages: list[Message] = []
    quick: list[dict[str, Any]] = []
    for card in cards:
        before = len(messages)
        messages += _messages(card, filling, problems)
        if card.quick_replies and len(messages) > before:
            quick += _quick_replies(card.quick_replies, card.key, filling, problems)
    if filling.choices:
        quick = _quick_replies(filling.choices, "question", filling, problems) + quick
    if messages and quick:
        messages[-1] = {**messages[-1], "quickReply": {"items": quick[:QUICK_REPLIES_MOST]}}
        if len(quick) > QUICK_REPLIES_MOST:
            over = TraceNote(notes.QUICK_REPLIES_OVER, (len(quick) - QUICK_REPLIES_MOST, QUICK_REPLIES_MOST))
            problems.append(RenderProblem("not-sent", over))
    return Rendered(tuple(messages), tuple(problems))


def quick_replies_last(
    messages: Sequence[Message], before: Sequence[Mapping[str, Any]] = ()
) -> tuple[Message, ...]:
    """The messages of one call, with all their quick replies on the last one, behind those of `before`: LINE
    shows only those of the newest message."""
    if not before and not any("quickReply" in message for message in messages[:-1]):
        return tuple(messages)
    items = [*before, *quick_replies_of(messages)]
    without = [{key: value for key, value in m.items() if key != "quickReply"} for m in messages]
    without[-1]["quickReply"] = {"items": items[:QUICK_REPLIES_MOST]}
    return tuple(without)


def quick_replies_of(messages: Sequence[Message]) -> list[Mapping[str, Any]]:
    """LINE's items of all these messages, in order."""
    return [item for message in messages for item in message.get("quickReply", {}).get("items", ())]


def address_of(form: LineObject, filling: Filling) -> str | None:
    """The address that a tap opens, filled in; `None` where it leads nowhere."""
    try:
        address: str = _filled(form, filling, [])
    except _Unsendable:
        return None
    return address


def action_of(tap: Tap, filling: Filling) -> dict[str, Any] | None:
    """LINE's action of a tap, filled in; `None` where it leads nowhere."""
    try:
        action = _tap(tap, filling, [])
    except _Unsendable:
        return None
    return None if action is _LEFT_OUT else action


class _Unsendable(Exception):
    """A message that LINE would refuse once it is filled, and why."""


class _BrokenByData(_Unsendable):
    """LINE would refuse the message because of the data that was filled in."""


_LEFT_OUT: Any = object()
"""The replacement of a tap without a target."""


def _messages(card: Card, filling: Filling, problems: list[RenderProblem]) -> Iterator[Message]:
    for bubble in card.bubbles:
        try:
            message = bubble.ready if bubble.ready is not None else _message(bubble, filling, problems)
        except _Unsendable as error:
            result: RenderResult = "lost" if isinstance(error, _BrokenByData) else "not-sent"
            problems.append(RenderProblem(result, TraceNote(notes.CARD_LOST, (card.key, str(error)))))
        else:
            yield message


def _message(bubble: Bubble, filling: Filling, problems: list[RenderProblem]) -> dict[str, Any]:
    message: dict[str, Any] = _filled(bubble.packed, filling, problems)
    if bubble.needs_tap:
        _check_taps(message)
    if message["type"] == "flex":
        _check_size(message["contents"])
    return message


def _check_taps(message: dict[str, Any]) -> None:
    """Raise `_Unsendable` where too few taps are left; columns that lost more than others are left out."""
    template = message.get("template", message)
    if template.get("type") == "carousel":
        most = max((len(column["actions"]) for column in template["columns"]), default=0)
        template["columns"] = [column for column in template["columns"] if len(column["actions"]) == most]
        left = most
    else:
        left = len(template["actions"])
    if left < (CONFIRM_TAPS if template.get("type") == "confirm" else 1):
        raise _Unsendable(
            "no tap is left that leads anywhere" if left == 0 else "one of its two taps is left"
        )


def _check_size(contents: dict[str, Any]) -> None:
    most = CAROUSEL_BYTES_MOST if contents.get("type") == "carousel" else BUBBLE_BYTES_MOST
    size = json_bytes(contents)
    if size > most:
        raise _BrokenByData(f"its Flex has {size:,} bytes once filled, LINE takes {most:,}")


def json_bytes(form: Any) -> int:
    """The size in bytes of JSON as it is sent."""
    try:
        return len(orjson.dumps(form))
    except TypeError:  # half a surrogate pair in somebody's name: sent as U+FFFD
        return len(json.dumps(form, ensure_ascii=False, separators=(",", ":")).encode(errors="replace"))


def _filled(form: LineObject, filling: Filling, problems: list[RenderProblem]) -> Any:
    """The form with its leaves filled in; a new object wherever something may change."""
    kind = type(form)
    if kind is str:
        return form
    if kind is dict:
        return {key: _filled(value, filling, problems) for key, value in form.items()}
    if kind is list:
        items = [_filled(value, filling, problems) for value in form]
        return [item for item in items if item is not _LEFT_OUT] if _LEFT_OUT in items else items
    fill = _LEAVES.get(kind)
    return form if fill is None else fill(form, filling, problems)


def _bounded(leaf: Bounded, filling: Filling, problems: list[RenderProblem]) -> str:
    text = leaf.text.fill(filling.lookup, filling.zone)
    if not fits(text, leaf.most, leaf.unit):
        number = f"{length(text, leaf.unit):,}"
        why = f"{leaf.what} has {number} characters once filled, LINE takes {leaf.most:,}"
        shortened = None if leaf.whole else _shortened(leaf, filling)
        if shortened is None:
            raise _BrokenByData(why)
        if leaf.what != THE_ALT:
            problems.append(RenderProblem("cut", TraceNote(notes.CUT, (why,))))
        text = shortened
    if not text or text.isspace():
        raise _BrokenByData(f"{leaf.what} is empty once filled")
    return text


_NEVER_CUT = frozenset({"page", "link", "invite", "hours", "sms"})
"""Groups of placeholders that stand for an address, a time or a code."""


def _shortened(leaf: Bounded, filling: Filling) -> str | None:
    """The text with its longest values cut: what the playbook says itself stays whole. `None`: not so far.

    Only texts are: half of a number or of a date is another one.
    """
    pieces = [
        part if isinstance(part, str) else placeholder_text(part, filling.lookup(part), filling.zone)
        for part in leaf.text.parts
    ]
    may_cut = {
        number: length(pieces[number], leaf.unit)
        for number, part in enumerate(leaf.text.parts)
        if isinstance(part, Placeholder) and _is_text(part, filling)
    }
    for number in sorted(may_cut, key=lambda number: -may_cut[number]):
        over = length("".join(pieces), leaf.unit) - leaf.most
        if over > 0:
            room = max(0, may_cut[number] - over - len(CUT))
            pieces[number] = beginning(pieces[number], room, leaf.unit) + CUT
    text = "".join(pieces)
    return text if fits(text, leaf.most, leaf.unit) else None


def _is_text(part: Placeholder, filling: Filling) -> bool:
    if part.group in _NEVER_CUT or part.format is not None:
        return False
    return isinstance(filling.lookup(part), str)


def _template(leaf: Template, filling: Filling, _: list[RenderProblem]) -> str:
    return leaf.fill(filling.lookup, filling.zone)


def _web(leaf: WebAddress, filling: Filling, _: list[RenderProblem]) -> str:
    pieces = []
    for number, part in enumerate(leaf.text.parts):
        if isinstance(part, str):
            pieces.append(part)
        else:
            value = placeholder_text(part, filling.lookup(part), filling.zone)
            pieces.append(quote(value, "" if number else IN_ADDRESS, errors="replace"))
    address = "".join(pieces)
    if not address.startswith(_SCHEMES):
        raise _BrokenByData("an address does not begin with https, http, tel or line once filled")
    if len(address) > ADDRESS_MOST:
        raise _BrokenByData(
            f"an address has {len(address):,} characters once filled, LINE takes {ADDRESS_MOST:,}"
        )
    return address


def _tap(leaf: Tap, filling: Filling, problems: list[RenderProblem]) -> Any:
    if leaf.page is not None:
        if not filling.page_open(leaf.page):
            problems.append(RenderProblem("not-sent", TraceNote(notes.TAP_OF_CLOSED, (leaf.key, leaf.page))))
            return _LEFT_OUT
        if filling.page_address(leaf.page) is None:
            problems.append(RenderProblem("not-sent", TraceNote(notes.TAP_LEFT_OUT, (leaf.key, leaf.page))))
            return _LEFT_OUT
    return _filled(leaf.packed, filling, problems)


def _if_known(leaf: IfKnown, filling: Filling, problems: list[RenderProblem]) -> Any:
    return _LEFT_OUT if filling.lookup(leaf.placeholder) is None else _filled(leaf.packed, filling, problems)


def _page(leaf: PageAddress, filling: Filling, _: list[RenderProblem]) -> str:
    address = filling.page_address(leaf.page)
    if address is None:
        raise _Unsendable(f'page "{leaf.page}" has no address on this channel')
    return address


def _file(leaf: FileAddress, filling: Filling, _: list[RenderProblem]) -> str:
    return filling.file_address(leaf)


def _counted(leaf: CountedAddress, filling: Filling, problems: list[RenderProblem]) -> str:
    if not isinstance(leaf.to, WebAddress):
        return filling.counted_address(leaf.key, None)
    address = _web(leaf.to, filling, problems)
    if len(address) > CARRIED_MOST:
        raise _BrokenByData(
            f"an address has {len(address):,} characters once filled, one with actions {CARRIED_MOST} at most"
        )
    return filling.counted_address(leaf.key, address)


_Fill: TypeAlias = Callable[[Any, Filling, list[RenderProblem]], Any]
_LEAVES: Mapping[type, _Fill] = {
    Bounded: _bounded,
    Template: _template,
    WebAddress: _web,
    Tap: _tap,
    PageAddress: _page,
    FileAddress: _file,
    CountedAddress: _counted,
    IfKnown: _if_known,
    Fixed: lambda leaf, _, __: leaf.json,
}


def _quick_replies(
    taps: Sequence[Tap | str], card: str, filling: Filling, problems: list[RenderProblem]
) -> list[dict[str, Any]]:
    """LINE's items for these taps; one that cannot be sent as it is filled is left out."""
    items = []
    for tap in taps:
        try:
            action = message_action(tap) if isinstance(tap, str) else _tap(tap, filling, problems)
        except _Unsendable as error:
            problems.append(
                RenderProblem("not-sent", TraceNote(notes.QUICK_REPLY_LEFT_OUT, (card, str(error))))
            )
        else:
            if action is not _LEFT_OUT:
                items.append({"type": "action", "action": action})
    return items


@lru_cache(4096)
def message_action(text: str) -> dict[str, Any]:
    """The action of a choice: it says itself. A label is cut where LINE would refuse it, the text is not."""
    label = text if fits(text, LABEL_MOST, "grapheme") else text[: LABEL_MOST - 1] + "…"
    return {"type": "message", "label": label, "text": text}
