"""The card of one's stamps: how full it is for whom it is sent to, what comes next, and until when (N2).

https://developers.line.biz/en/reference/messaging-api/#flex-message
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.engine.compiled.card import TEXT_MOST, THE_ALT, Bounded, IfKnown, LineObject, PageAddress
from bot.engine.texts.template import Placeholder, Template
from bot.line.objects.limits import ALT
from bot.model.translatable import tr
from bot.playbook.compile.messages.bubble_parts import CLOCK, DAY, GREY, drawn, image_of, text, what_it_is
from bot.playbook.compile.messages.bubbles import MessageForm
from bot.playbook.compile.messages.card_words import CardWords, filled
from bot.playbook.compile.messages.from_nodes import FromNode
from bot.playbook.compile.messages.taps import CardTaps
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.values.pictures import MB, Use
from bot.playbook.syntax.nodes import Map, Node, text_at
from bot.promotions.stamps.engine.declared import CELLS_LEAST, CELLS_MOST, STAMP_CARDS
from bot.promotions.stamps.model import MY_STAMPS


@dataclass(frozen=True, slots=True)
class StampWords:
    """Words of the card of one's stamps."""

    stamps: str
    count: str
    alt: str
    reward: str
    done: str
    filled: str
    until: str
    gift: str


WORDS = CardWords(
    StampWords(
        stamps="我的集點卡",
        count="已集 {count} / {cells} 點",
        alt="{title}：{counted}",
        reward="再 {missing} 點，送您「{reward}」",
        done="集滿了，謝謝您！",
        filled="已經集滿 {filled} 張",
        until="集點到 {day} {clock} 為止",
        gift="禮",
    ),
    StampWords(
        stamps="My stamp cards",
        count="{count} of {cells} stamps",
        alt="{title}: {counted}",
        reward="{missing} more for “{reward}”",
        done="Your card is full. Thank you!",
        filled="Cards filled: {filled}",
        until="Stamps until {day} {clock}",
        gift="🎁",
    ),
)
_GREEN, _WHITE, _EMPTY = "#0b7a4b", "#ffffff", "#eef1f4"
_GOLD, _GOLDEN = "#8a5a00", "#fdf0cf"
_PICTURE = Use(tr("the picture of a stamp card"), ("JPEG", "PNG"), 10 * MB)
_SIZE, _ROUND = "40px", "20px"
"""Of a cell: five beside each other fit into the narrowest bubble that is as wide as LINE makes them."""
_WIDEST = (5, 4, 3)
"""Cells in a row: as many as leave the fewest gaps in the last."""


def stamp_card(scope: Scope, node: Map, value: Node, taps: CardTaps) -> MessageForm | None:
    """The card of this name; `None` where there is none, or it is wrong itself."""
    name = scope.scalar(value)
    if name is None or not scope.has_name(STAMP_CARDS.name, name):
        return None
    _, declared = scope.book.section(STAMP_CARDS.name)[name.value]
    if not isinstance(declared, Map):
        return None
    cells = scope.whole(declared.get("cells"))
    if cells is None or not _is_drawn(cells):
        return None
    title = text_at(declared, "title") or name.value
    said = what_it_is(title, text_at(declared, "terms"))
    hero = image_of(scope, declared, _PICTURE)
    form = form_of(WORDS.here(scope), name.value, title, said, cells, _gifts(declared), hero)
    return {**form, "altText": FromNode(name, form["altText"]), "contents": FromNode(name, form["contents"])}


def form_of(
    words: StampWords,
    name: str,
    title: str,
    said: list[LineObject],
    cells: int,
    gifts: frozenset[int],
    hero: LineObject = None,
) -> MessageForm:
    """The message, in which what is this person's is still to be filled in, below what is `said` to all."""
    card = _Shown(name)
    count = filled(words.count, count=card.of("count"), cells=str(cells))
    parts = [
        *said,
        text(_bounded(count), weight="bold", color=_GREEN),
        _grid(card, cells, gifts, words.gift),
        *_next(words, card),
        IfKnown(Placeholder("page", MY_STAMPS), _button(words)),
    ]
    alt = Bounded(filled(words.alt, title=title, counted=count), ALT.most, ALT.unit, THE_ALT)
    return {"type": "flex", "altText": alt, "contents": drawn(parts, hero)}


class _Shown:
    """The placeholders of one card."""

    def __init__(self, name: str) -> None:
        self._name = name

    def of(self, slot: str, how: str | None = None) -> Placeholder:
        """What stands for this of the card (`engine/rendering/stamps_shown`)."""
        return Placeholder("stamps", self._name, format=how, slot=slot)


def _is_drawn(cells: int) -> bool:
    return CELLS_LEAST <= cells <= CELLS_MOST


def _gifts(declared: Map) -> frozenset[int]:
    rewards = declared.get("rewards")
    keys = rewards.pairs if isinstance(rewards, Map) else ()
    return frozenset(int(key) for key in keys if key.isdecimal())


def _next(words: StampWords, card: _Shown) -> list[LineObject]:
    """What is still to come, where something is; that it is full; how many were filled; its last moment."""
    reward = filled(words.reward, missing=card.of("missing"), reward=card.of("reward"))
    full = filled(words.filled, filled=card.of("filled"))
    until = filled(words.until, day=card.of("until", DAY), clock=card.of("until", CLOCK))
    return [
        IfKnown(card.of("reward"), text(_bounded(reward), size="sm", weight="bold")),
        IfKnown(card.of("done"), text(words.done, size="sm", weight="bold", color=_GREEN)),
        IfKnown(card.of("filled"), _small(full)),
        IfKnown(card.of("until"), _small(until)),
    ]


def _small(of: Template) -> LineObject:
    return text(_bounded(of), size="xs", color=GREY, margin="sm")


def _bounded(of: Template) -> Bounded:
    return Bounded(of, TEXT_MOST, "utf16", "the text")


def _grid(card: _Shown, cells: int, gifts: frozenset[int], gift: str) -> LineObject:
    """The cells in rows; gaps in the last keep its cells below those above."""
    width = min(_WIDEST, key=lambda one: (-cells % one, -one)) if cells > max(_WIDEST) else cells
    rows = [range(first, first + width) for first in range(1, cells + 1, width)]
    contents = [
        _row([one for cell in row for one in _cell(card, cell, cells, gift if cell in gifts else "")])
        for row in rows
    ]
    return {"type": "box", "layout": "vertical", "spacing": "md", "margin": "md", "contents": contents}


def _row(contents: list[LineObject]) -> LineObject:
    return {"type": "box", "layout": "horizontal", "spacing": "md", "contents": contents}


def _cell(card: _Shown, cell: int, cells: int, gift: str) -> list[LineObject]:
    """A cell that is there as it is for this person: stamped, or still empty."""
    if cell > cells:
        return [_disc(" ", _WHITE, _WHITE)]
    empty = _disc(gift, _GOLD, _GOLDEN) if gift else _disc(str(cell), GREY, _EMPTY)
    return [
        IfKnown(card.of(f"stamped {cell}"), _disc("✓", _WHITE, _GREEN)),
        IfKnown(card.of(f"empty {cell}"), empty),
    ]


def _disc(sign: str, color: str, ground: str) -> dict[str, Any]:
    looks = {"align": "center", "size": "sm", "weight": "bold", "color": color}
    box = {"type": "box", "layout": "vertical", "flex": 0, "width": _SIZE, "height": _SIZE}
    circle = {"cornerRadius": _ROUND, "backgroundColor": ground, "justifyContent": "center"}
    return {**box, **circle, "contents": [{"type": "text", "text": sign, **looks}]}


def _button(words: StampWords) -> LineObject:
    action = {"type": "uri", "label": words.stamps, "uri": PageAddress(MY_STAMPS)}
    looks = {"style": "primary", "height": "sm", "margin": "lg", "color": _GREEN}
    return {"type": "button", **looks, "action": action}
