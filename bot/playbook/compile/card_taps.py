"""The taps of one card: each has a key of its own, `card/label`, under which a postback brings it back."""

from __future__ import annotations

from dataclasses import replace

from bot.engine.card import Tap
from bot.model.said import say
from bot.playbook.compile.grids import GridBox
from bot.playbook.compile.scope import Scope
from bot.playbook.compile.taps import ON_CARD, TapPlace, tap_of
from bot.playbook.syntax.nodes import List, Map, Node, Scalar, first_of


class CardTaps:
    """Compiles the taps of the card called `card`, and remembers them."""

    def __init__(self, scope: Scope, card: str) -> None:
        self._scope = scope
        self._card = card
        self._by_key: dict[str, Tap] = {}

    def all(self) -> tuple[Tap, ...]:
        """All taps so far, in order."""
        return tuple(self._by_key.values())

    def of_list(self, node: Node | None, where: TapPlace) -> list[Tap]:
        """The taps of a list; those that lead nowhere are reported and left out."""
        items = node.items if isinstance(node, List) else []
        found = [self.one(item, where) for item in items if isinstance(item, Map)]
        return [tap for tap in found if tap is not None]

    def buttons(self, node: Map, most: int) -> list[Tap]:
        """The `taps` of a card or column, at most so many."""
        taps = node.get("taps")
        if isinstance(taps, List) and len(taps.items) > most:
            message = say("here are {number} taps, LINE takes {most}", number=len(taps.items), most=most)
            self._scope.wrong(first_of(taps.items[most]), "too-many-taps", message, say("leave some out"))
        return self.of_list(taps, ON_CARD)

    def one(self, node: Map, where: TapPlace, box: GridBox | None = None) -> Tap | None:
        """A tap, in a picture with its `box`. A label that is there again gets a number: `card/label#2`."""
        label = node.get("label")
        own = f"{self._card}/{label.value}" if isinstance(label, Scalar) else self._card
        key, number = own, 1
        while key in self._by_key:
            number += 1
            key = f"{own}#{number}"
        tap = tap_of(self._scope, node, key, where)
        if tap is None:
            return None
        if box is not None:
            tap = replace(tap, action={**tap.action, "area": box._asdict()})
        self._by_key[key] = tap
        return tap
