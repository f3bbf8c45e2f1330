"""The taps of one card: each has a key of its own, `card/label`, under which a postback brings it back."""

from __future__ import annotations

from bot.engine.compiled.card import LineObject, Tap
from bot.playbook.compile.messages.from_nodes import taps_under
from bot.playbook.compile.messages.taps import ON_CARD, TapPlace, tap_of
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.values.grids import GridBox
from bot.playbook.syntax.nodes import List, Map, Node, Scalar


class CardTaps:
    """Compiles the taps of the card called `card`, and remembers them."""

    def __init__(self, scope: Scope, card: str) -> None:
        self._scope = scope
        self._card = card
        self._by_key: dict[str, Tap] = {}

    def all(self) -> tuple[Tap, ...]:
        """All taps so far, in order."""
        return tuple(self._by_key.values())

    def of_list(self, node: Node | None, where: TapPlace) -> list[Tap | None]:
        """The taps of a list; for those that lead nowhere, which are reported, `None`."""
        items = node.items if isinstance(node, List) else []
        return [self.one(item, where) for item in items if isinstance(item, Map)]

    def buttons(self, node: Map) -> LineObject:
        """The `taps` of a card or column."""
        return taps_under(node, "taps", self.of_list(node.get("taps"), ON_CARD))

    def one(self, node: Map, where: TapPlace, box: GridBox | None = None) -> Tap | None:
        """A tap, in a picture with its `box`. A label that is there again gets a number: `card/label#2`."""
        label = node.get("label")
        own = f"{self._card}/{label.value}" if isinstance(label, Scalar) else self._card
        key, number = own, 1
        while key in self._by_key:
            number += 1
            key = f"{own}#{number}"
        tap = tap_of(self._scope, node, key, where, box)
        if tap is not None:
            self._by_key[key] = tap
        return tap
