"""The cards that messages have: named ones, compiled at their first use, and those written in place."""

from __future__ import annotations

from dataclasses import replace

from bot.engine.compiled.card import Card
from bot.model.translatable import tr
from bot.playbook.compile.scope.position import Need, Where
from bot.playbook.compile.scope.scope import DEEPEST, Scope
from bot.playbook.compile.scope.unknown_names import is_refused, unknown
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Map, Node, Scalar, first_of


def cards(scope: Scope, node: Node | None) -> tuple[Card, ...]:
    """The cards of a list of messages: named cards, texts, cards written in place."""
    made = [_message(scope, item) for item in scope.items(node)]
    return tuple(card for card in made if card is not None)


def _message(scope: Scope, node: Map) -> Card | None:
    """The card of one message."""
    named = node.get("card")
    if named is None:
        card = scope.makers.card(scope, node, None)
        scope.book.taps.update((tap.key, tap) for tap in card.taps)
        return card
    name = scope.scalar(named)
    return None if name is None else named_card(scope, name)


def named_card(scope: Scope, node: Scalar) -> Card | None:
    """The card of this name, with its placeholders checked at this position; `None` where that is
    reported."""
    name = node.value
    if is_refused(scope.book, "cards", name):
        return None
    if name not in scope.book.names["cards"]:
        fault = unknown(scope.book, "cards", name, scope.book.names["cards"])
        paste = tr("to send this as text, write  {text: {name}}", name=name)
        scope.fault(
            node,
            replace(fault, hint=tr("{hint}; {paste}", hint=fault.hint, paste=paste) if fault.hint else paste),
        )
        return None
    if name in scope.book.open_cards:
        message = tr("the card {name} holds itself", name=quoted(name))
        scope.wrong(node, "card-cycle", message, tr("leave it out of its own messages"))
        return None
    if name not in scope.book.cards and len(scope.book.open_cards) >= DEEPEST:
        message = tr("more than {most} cards hold one another here", most=DEEPEST)
        scope.wrong(node, "nested-too-deep", message, tr("write its messages here"))
        return None
    card = compiled_card(scope, name)
    scope.use(scope.book.needs.get(name, ()), node)
    return card


def compiled_card(scope: Scope, name: str) -> Card | None:
    """The card of the section `cards` of this name, compiled at its first use."""
    if name in scope.book.cards:
        return scope.book.cards[name]
    _, node = scope.book.section("cards")[name]
    if not isinstance(node, Map):
        return None
    needs: list[Need] = []
    scope.book.open_cards.append(name)
    card = scope.makers.card(scope.put(Where(needs=needs)), node, name)
    scope.book.open_cards.pop()
    once = {(id(need.node), need.written.written): need for need in needs}
    scope.book.cards[name], scope.book.needs[name] = card, tuple(once.values())
    scope.book.taps.update((tap.key, tap) for tap in card.taps)
    return card


def text_card(scope: Scope, key: Scalar, text: Node) -> Card:
    """A card with this text alone; `key` is the key in front of it."""
    at = first_of(text)
    node = Map(at.file, at.path, at.line, at.column, at.width, {"text": (key, text)})
    return scope.makers.card(scope, node, None)
