"""Compiles triggers on news: events of the system such as an added tag, a shop's order, or the outcome of an
action. Each is about certain subjects, and may be narrowed by further keys."""

from __future__ import annotations

from collections.abc import Sequence, Set

from bot.engine.compiled.rule import FieldTest, OnNews, Trigger
from bot.engine.conditions.comparisons import Is, Order
from bot.model.news import (
    NEWS,
    NEWS_RESULTS,
    OF_ORDERS,
)
from bot.model.translatable import TranslatableValue, row, tr
from bot.playbook.compile.conditions.comparisons import Subject, operand
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.scope.unknown_names import is_refused, unknown
from bot.playbook.promotions import Perhaps
from bot.playbook.shape import triggers
from bot.playbook.shape.sections import Section
from bot.playbook.similar import hint_for, quoted
from bot.playbook.syntax.nodes import Map, Node, Scalar

ANY = "any"
"""Written instead of the name of a promotion: any of them. No promotion may have this name."""

WORDS = tuple(word for word, kind in NEWS.items() if kind.words or kind.bare)
"""News whose value is a word of a closed set."""

NAMED: dict[str, Section] = {
    word: kind.value["section"] for word, kind in triggers.NEWS.items() if "section" in kind.value
}
"""News about an entry of a section, with that section."""


def word_news(scope: Scope, node: Map, key: Scalar, value: Node) -> Trigger:
    """News whose value is a word of a closed set, or `any`."""
    words = tuple(word.value for word in scope.scalars(value))
    return OnNews(key.value, None if words == ("any",) else words)


def named_news(scope: Scope, node: Map, key: Scalar, value: Node) -> Trigger | None:
    """News about named entries of a section, or `any` where the news have results; narrowed by `result`."""
    names, section, where = list(scope.scalars(value)), NAMED[key.value], _result(scope, node)
    if key.value in NEWS_RESULTS and [name.value for name in names] == [ANY]:
        return OnNews(key.value, None, where)
    known = tuple(name.value for name in names if _is_named(scope, section, name))
    return OnNews(key.value, known, where) if known else None


def _is_named(scope: Scope, section: Section, name: Scalar) -> bool:
    """Whether the section has the entry; reported where not."""
    if section == "pages" and name.value in scope.names("pages"):
        return True  # a page that needs inputs can be opened by its own links
    return scope.has_name(section, name)


def attribute_news(scope: Scope, node: Map, key: Scalar, value: Node) -> Trigger | None:
    """`attribute_changed: skin`, narrowed by `from` and `to`."""
    name = scope.scalar(value)
    info = None if name is None else scope.book.attributes.get(name.value)
    if name is None or info is None:
        if name is not None and not is_refused(scope.book, "attributes", name.value):
            scope.fault(name, unknown(scope.book, "attributes", name.value, scope.book.attributes))
        return None
    where = []
    for refinement, field in (("from", "old"), ("to", "new")):
        wanted = node.get(refinement)
        if wanted is not None:
            subject = Subject(info.key, info.type, info.values)
            values = [operand(scope, item, subject) for item in scope.scalars(wanted)]
            test = Is(tuple(one for one in values if one is not None))
            where.append(FieldTest(field, info.type, (test,)))
    return OnNews("attribute_changed", (info.key,), tuple(where))


def shop_news(scope: Scope, node: Map, key: Scalar, value: Node) -> Trigger:
    """`shop: order_paid`, narrowed by `at_least`, which is an amount."""
    news = scope.text(value)
    least = node.get("at_least")
    if least is None:
        return OnNews("shop", (news,))
    if news not in OF_ORDERS:
        message = tr('"at_least" asks for an amount, and {news} has none', news=quoted(news))
        scope.wrong(
            least,
            "event-not-here",
            message,
            tr("leave it out, or hear one of {news}", news=row(OF_ORDERS)),
        )
        return OnNews("shop", (news,))
    amount = scope.number(least)
    tests = () if amount is None else (FieldTest("amount", "number", (Order("at_least", amount),)),)
    return OnNews("shop", (news,), tests)


def perhaps_unless(brought: Sequence[str], about: str, rarely: str) -> Perhaps:
    """A function that says which fields of news may be missing: only `rarely`, where all results that are
    heard are among `brought`; else all fields but `about`."""

    def fields(scope: Scope, kind: str, names: Sequence[str] | None, results: Set[str]) -> Set[str]:
        is_brought = bool(results) and results <= {*brought}
        return {rarely} if is_brought else NEWS[kind].fields.keys() - {about}

    return fields


def _result(scope: Scope, node: Map) -> tuple[FieldTest, ...]:
    """The test for the results that are heard; empty where all are."""
    wanted = tuple(one.value for one in scope.scalars(node.get("result")))
    return (FieldTest("result", "text", (Is(wanted),)),) if wanted else ()


def flow_ended_news(scope: Scope, node: Map, key: Scalar, value: Node) -> Trigger | None:
    """`flow_ended: quiz`, narrowed by `at`, the end state."""
    name, at = scope.name("flows", value), node.get("at")
    if name is None:
        return None
    where = () if at is None else (FieldTest("at", "text", (Is(_ends(scope, name, at)),)),)
    return OnNews("flow_ended", (name,), where)


def ended_news(scope: Scope, node: Map, key: Scalar, value: Node) -> Trigger | None:
    """`ended: done`: the flow that this state runs has reached one of these end states."""
    runs = scope.where.runs
    if runs is None:
        message = tr("no flow runs here, so none can have ended")
        scope.wrong(key, "trigger-not-here", message, tr("write it into a state with  run: FLOW"))
        return None
    return OnNews("ended", _ends(scope, runs, value))


def _ends(scope: Scope, flow: str, node: Node) -> tuple[str, ...]:
    """The names of end states of a flow; others are reported."""
    here = scope.book.flows.get(flow)
    names = []
    for state in scope.scalars(node):
        ends = [] if here is None else here.ends()
        if here is not None and state.value not in ends:
            values: dict[str, TranslatableValue] = {
                "flow": quoted(flow),
                "state": quoted(state.value),
                "ends": row(ends),
            }
            message = tr("the flow {flow} has no state {state}, it ends in {ends}", **values)
            if state.value in here.states:
                message = tr("the flow {flow} does not end in {state}, it ends in {ends}", **values)
            scope.wrong(state, "unknown-state", message, hint_for(state.value, ends))
        names.append(state.value)
    return tuple(names)
