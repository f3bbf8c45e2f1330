"""Compiles sections whose entries other parts refer to by name: signals, hooks, links, stores, groups of
stores, limits (language, section 10). Reports names that clash."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.engine.compiled.outside import Hook, Link
from bot.engine.compiled.playbook import Rate, Store
from bot.engine.types.plain import number_of
from bot.line.objects import actions
from bot.model.one_time_code import PER_DAY
from bot.model.translatable import tr
from bot.model.value import Type
from bot.playbook.compile import times
from bot.playbook.compile.actions.person import own_attribute
from bot.playbook.compile.connections.people import declared_type
from bot.playbook.compile.flows.rules import named_rules
from bot.playbook.compile.messages.refused_by_line import judged
from bot.playbook.compile.scope.position import Need, Where
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.values.addresses import opened
from bot.playbook.compile.values.campaign_parameters import with_utm
from bot.playbook.compile.values.values import added_tags
from bot.playbook.hints import of_kind
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import List, Map, Node, Scalar, at_keys, place_of


def fields_of(scope: Scope, section: str, key: str | None = None) -> dict[str, Mapping[str, Type]]:
    """By entry of a section: its typed fields. Of signals they are the entry itself, of hooks its block
    `returns` (`key`)."""
    fields: dict[str, Mapping[str, Type]] = {}
    for name, (_, node) in scope.book.section(section).items():
        block = node if key is None else node.get(key) if isinstance(node, Map) else None
        pairs = block.pairs if isinstance(block, Map) else {}
        fields[name] = {field: declared_type(scope, type_) for field, (_, type_) in pairs.items()}
    return fields


def hooks_of(scope: Scope) -> dict[str, Hook]:
    """All hooks by name. What their bodies read depends on the place of the call, and is checked there."""
    hooks = {}
    for name, node in ((key.value, node) for key, node in scope.book.blocks("hooks")):
        needs: list[Need] = []
        body = scope.put(Where(needs=needs, may_be_empty=True))
        hooks[name] = Hook(
            name=name,
            body=_json(body, node.get("body")),
            returns=scope.book.returns.get(name, {}),
            save=_saved(scope, node.get("save")),
        )
        scope.book.hook_needs[name] = tuple(needs)
    return hooks


def _json(scope: Scope, node: Node | None) -> Any:
    """The JSON of a hook's body, with templates in it. As in YAML 1.2, unquoted numbers and `true` are no
    texts."""
    match node:
        case None:
            return {}
        case List(items=items):
            return [_json(scope, item) for item in items]
        case Map(pairs=pairs):
            return {key: _json(scope, value) for key, (_, value) in pairs.items()}
        case Scalar(nothing=True):
            return None
        case Scalar(plain=True, value="true" | "false" as value):
            return value == "true"
        case Scalar(plain=True, value=value) if (number := number_of(value)) is not None:
            return number
        case Scalar():
            template = scope.template(node)
            fixed = template.fixed
            return template if fixed is None else fixed


def _saved(scope: Scope, node: Node | None) -> dict[str, tuple[str, Type, str]]:
    """By attribute: slot in the database, type, and the field of the answer that is saved to it."""
    saved = {}
    for name, path in scope.pairs(node):
        info = own_attribute(scope, name)
        if info is not None:
            saved[info.key] = (info.slot, info.type, scope.text(path))
    return saved


def links_of(scope: Scope) -> dict[str, Link]:
    """All links by their code."""
    return {key.value: _link(scope, key.value, node) for key, node in scope.book.blocks("links")}


def _link(scope: Scope, code: str, node: Map) -> Link:
    title, send = scope.text(node.get("title")), scope.text(node.get("send"))
    tags = added_tags(scope, node.get("add_tags"))
    return Link(code, title or code, send or None, _opened(scope, node, code), tags)


def _opened(scope: Scope, node: Map, code: str) -> str | None:
    """The address that a link opens, with its UTM parameters; `None` where it opens none."""
    single = scope.scalar(node.get("open"))
    if single is None:
        return None
    scope.text(single)
    address = judged(scope, with_utm(scope, opened(scope, single), code), actions.OPENED, single)
    return address if isinstance(address, str) else single.value


def stores_of(scope: Scope) -> dict[str, Store]:
    """All stores by key; two with the same title are reported."""
    titles: dict[str, Scalar] = {}
    stores = {}
    for key, node in scope.book.blocks("stores"):
        title = scope.text(node.get("title"))
        if title in titles:
            message = tr("two stores are called {name}", name=quoted(title))
            note = tr("the first is at {place}", place=str(place_of(titles[title])))
            scope.wrong(key, "duplicate-name", message, tr("give one of them another title"), note)
        titles.setdefault(title, key)
        stores[key.value] = Store(key.value, title, scope.name("store_groups", node.get("group")))
    return stores


def store_groups_of(scope: Scope) -> dict[str, str]:
    """The titles of all groups of stores by key."""
    pairs = scope.book.section("store_groups").items()
    return {
        name: scope.text(node.get("title")) if isinstance(node, Map) else name for name, (_, node) in pairs
    }


def pushes_per_person(scope: Scope) -> Rate | None:
    """The limit of pushes to one person over all flows and broadcasts, such as `3 per 7d`; `None`: no
    limit."""
    single = scope.scalar(at_keys(scope.book.root, "limits", "pushes_per_person"))
    return None if single is None else times.rate(single.value)


def reserved_for_high(scope: Scope) -> int:
    """How many of the pushes per person only flows and broadcasts of high priority may use."""
    limits = scope.book.root.get("limits")
    if not isinstance(limits, Map) or "reserved_for_high" not in limits.pairs:
        return 0
    key, node = limits.pairs["reserved_for_high"]
    number, rate = scope.whole(node), pushes_per_person(scope)
    if rate is None:
        if "pushes_per_person" not in limits.pairs:
            hint = of_kind("written", tr("write  {key}: {value}", key="pushes_per_person", value="3 per 7d"))
            scope.wrong(key, "missing-key", tr("there is no limit of which something is reserved"), hint)
        return 0
    if number is not None and number >= rate.number:
        message = tr(
            "all {number} pushes are reserved: what has no priority would never go", number=rate.number
        )
        scope.wrong(node, "bad-value", message, tr("reserve fewer than {number}", number=rate.number))
        return 0
    return number or 0


def sms_per_day(scope: Scope) -> int:
    """Most SMS with one-time codes on one day."""
    most = scope.whole(at_keys(scope.book.root, "limits", "sms_per_day"))
    return PER_DAY if most is None else most


def check_names(scope: Scope) -> None:
    """Report names of pages, inputs of flows, and rules that clash with others."""
    _pages(scope)
    _states(scope)
    _rules(scope)


OWN = ("l", "o")
"""Names that no page may have: our short addresses of links and taps begin with them behind LIFF's."""


def _pages(scope: Scope) -> None:
    flows = scope.book.section("flows")
    pages = {name: flows[name][0] for name, flow in scope.book.flows.items() if flow.page}
    pages |= {name: key for name, (key, _) in scope.book.section("forms").items()}
    for name in (name for name in OWN if name in pages):
        message = tr("no page is called {name}: our own short addresses begin so", name=quoted(name))
        scope.wrong(pages[name], "reserved-name", message, tr("choose another name"))
    for name, (key, _) in scope.book.section("forms").items():
        flow = scope.book.flows.get(name)
        if flow is not None and flow.page:
            message = tr("the form {name} has the name of a flow that is a page, too", name=quoted(name))
            note = tr("the flow is at {place}", place=str(place_of(flows[name][0])))
            scope.wrong(key, "name-clash", message, tr("give one of them another name"), note)


def _states(scope: Scope) -> None:
    for flow in scope.book.flows.values():
        inputs, states = flow.node.get("inputs"), flow.node.get("states")
        for key, _ in scope.pairs(inputs):
            if key.value in flow.states and isinstance(states, Map):
                message = tr(
                    "the input {key} has the name of a state, and  answer  reads both", key=quoted(key.value)
                )
                note = tr("the state is at {place}", place=str(place_of(states.pairs[key.value][0])))
                scope.wrong(key, "name-clash", message, tr("give one of them another name"), note)


def _rules(scope: Scope) -> None:
    first: dict[str, Scalar] = {}
    for name in _all_rules(scope):
        if name.value in first:
            message = tr("two rules are called {name}, and would be counted as one", name=quoted(name.value))
            note = tr("the first is at {place}", place=str(place_of(first[name.value])))
            scope.wrong(name, "duplicate-name", message, tr("give one of them another name"), note)
        first.setdefault(name.value, name)


def _all_rules(scope: Scope) -> Iterator[Scalar]:
    yield from named_rules(scope.book.root.get("rules"))
    for flow in scope.book.flows.values():
        yield from named_rules(flow.node.get("rules"))
        for state in flow.states.values():
            yield from named_rules(state.get("rules"))
