"""Compiles forms, which are LIFF pages of questions (language, section 11)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.engine.compiled.card import Card
from bot.engine.compiled.flow import AnswerType
from bot.engine.compiled.form import Form, FormField
from bot.engine.compiled.playbook import AttributeInfo
from bot.model.translatable import Translatable, tr
from bot.playbook.compile.actions.flows import given_result
from bot.playbook.compile.flows.questions import TAGS, answer_scope, question_of
from bot.playbook.compile.flows.saved import saved_by
from bot.playbook.compile.scope.position import NOWHERE, FlowScope
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.scope.used_cards import text_card
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import List, Map, Scalar, place_of

BUTTON = "送出"
"""The text of the button that sends a form, where none is written."""

NOT_ON_PAGES: Mapping[AnswerType, Translatable] = {
    "image": tr("a picture"),
    "location": tr("a place"),
    "any": tr("anything at all"),
    "code": tr("a one-time code"),
}
"""Types of answers for which the page of a form has no field."""

_SAVED_BY_ITSELF: tuple[AnswerType, ...] = ("phone", "email", "consent")
"""Types of answers that the engine stores with the contact without `save`."""


def forms_of(scope: Scope) -> dict[str, Form]:
    """All forms by name."""
    here = scope.put(NOWHERE).at(kind="form")
    return {key.value: _form(here, key.value, key, node) for key, node in scope.book.blocks("forms")}


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
        fields=_fields(scope.at(flow=_view(scope, name, node, items)), items),
        done=None
        if done is None or not isinstance(done[1], Map)
        else given_result(scope.knowing(_sent(scope, items)), done[0], done[1], f"form:{name}"),
        open=scope.text(node.get("status")) != "closed",
        again=scope.switch(node.get("again")),
    )


def _sent(scope: Scope, items: list[Map]) -> frozenset[str]:
    """The attributes that everybody has who sent the form: those of its required fields."""
    asked = (item for item in items if not scope.switch(item.get("optional")))
    return frozenset().union(*map(saved_by, asked))


def _view(scope: Scope, name: str, node: Map, items: list[Map]) -> FlowScope:
    """The form as its own questions see it, like a flow: they may refer to the answers of the others."""
    attributes: Mapping[str, AttributeInfo] = scope.book.attributes
    answers = {key: answer_scope(item, attributes) for item in items if (key := _key(item)) is not None}
    return FlowScope(name, node, {}, answers, {}, {}, page=True)


def _key(item: Map) -> str | None:
    """The name of a field's answer: the attribute that it is saved to, else its question. `None` where it
    asks nothing."""
    save, ask = item.get("save"), item.get("ask")
    if isinstance(save, Scalar) and save.value != TAGS:
        return save.value
    return ask.value if isinstance(ask, Scalar) else None


def _fields(scope: Scope, items: list[Map]) -> tuple[FormField, ...]:
    """The fields of a form; a second one of the same name is reported and left out."""
    fields: dict[str, FormField] = {}
    for item in items:
        one = _field(scope, item)
        if one is not None and one.key in fields:
            named = "ask" if item.get("save") is None else "save"
            message = tr("two fields of this form are called {name}", name=quoted(one.key))
            hint = tr("let another attribute keep one of the two")
            scope.wrong(item.pairs[named][1], "duplicate-name", message, hint)
        elif one is not None:
            fields[one.key] = one
    return tuple(fields.values())


def _field(scope: Scope, node: Map) -> FormField | None:
    key = _key(node)
    question = question_of(scope, node, _question_cards(scope, node), "form")
    if key is None:
        return None
    type_, key_node = question.answer.type, node.pairs["ask"][0]
    if type_ in NOT_ON_PAGES:
        message = tr("{what} cannot be sent on the page of a form", what=NOT_ON_PAGES[type_])
        scope.wrong(key_node, "action-not-here", message, tr("ask for it in a flow, in the chat"))
    elif node.get("save") is None and type_ not in _SAVED_BY_ITSELF:
        message = tr("nothing keeps the answer to {question}", question=quoted(key))
        hint = tr("write  save: ATTRIBUTE  below it, and the attribute into  attributes")
        if type_ == "choices":
            hint = tr("write  save: tags  below it: what is chosen becomes tags")
        scope.wrong(key_node, "answer-not-kept", message, hint, level="warning")
    known = scope.book.attributes.get(key)
    title = known.title if known is not None else ""
    return FormField(key, question, scope.switch(node.get("optional")), title)


def _question_cards(scope: Scope, node: Map) -> tuple[Card, ...]:
    """The text of the question as a card."""
    pair = node.pairs.get("ask")
    if pair is None:
        return ()
    return (text_card(scope, *pair),)
