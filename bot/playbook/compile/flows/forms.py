"""Forms: LIFF pages without steps (language, section 10)."""

from __future__ import annotations

from bot.engine.compiled.card import Card
from bot.engine.compiled.flow import Question
from bot.engine.compiled.playbook import Form
from bot.playbook.compile.actions.flows import given_result
from bot.playbook.compile.flows.questions import question_of
from bot.playbook.compile.scope.scope import Scope, text_card
from bot.playbook.compile.scope.where import NOWHERE
from bot.playbook.syntax.nodes import List, Map, Scalar, place_of

BUTTON = "送出"


def forms_of(scope: Scope) -> dict[str, Form]:
    """All forms by name."""
    found = {}
    for name, (key, node) in scope.book.section("forms").items():
        if isinstance(node, Map):
            found[name] = _form(scope.put(NOWHERE).at(kind="form"), name, key, node)
    return found


def _form(scope: Scope, name: str, key: Scalar, node: Map) -> Form:
    fields = node.get("fields")
    items = [item for item in fields.items if isinstance(item, Map)] if isinstance(fields, List) else []
    done = node.pairs.get("done")
    title = scope.scalar(node.get("title"))
    return Form(
        name=name,
        place=place_of(key),
        title=name if title is None else scope.text(title),
        intro=scope.text(node.get("intro")),
        button=scope.text(node.get("button")) or BUTTON,
        fields=tuple(_field(scope, item) for item in items),
        optional=frozenset(number for number, item in enumerate(items) if scope.switch(item.get("optional"))),
        done=None
        if done is None or not isinstance(done[1], Map)
        else given_result(scope, done[0], done[1], f"form:{name}"),
        open=scope.text(node.get("status")) != "closed",
        again=scope.switch(node.get("again")),
    )


def _field(scope: Scope, node: Map) -> Question:
    return question_of(scope, node, _asked(scope, node), "form")


def _asked(scope: Scope, node: Map) -> tuple[Card, ...]:
    pair = node.pairs.get("ask")
    if pair is None:
        return ()
    return (text_card(scope, *pair),)
