"""Actions from their canonical form, one key each (language, section 6)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, TypeAlias

from bot.engine import step as steps
from bot.engine.step import Step, Steps
from bot.engine.template import Template
from bot.model.said import say
from bot.playbook.compile.attribute_steps import clear, increase, set_
from bot.playbook.compile.binding_steps import BINDING, KINDS_OF_BINDING
from bot.playbook.compile.flow_steps import exit_, leaves_itself, raise_, result, start
from bot.playbook.compile.scope import SWITCH, Scope, text_card
from bot.playbook.compile.several import added_tags
from bot.playbook.compile.times import duration
from bot.playbook.shape.meant_times import meant_span
from bot.playbook.similar import hint_for, shown
from bot.playbook.syntax.nodes import Map, Node, Scalar, place_of

_SECONDS = re.compile(r"(\d{1,2})s?")


def steps_of(scope: Scope, node: Node | None) -> Steps:
    """A list of actions; what cannot be done is reported and left out."""
    made: list[Step] = []
    left: Scalar | None = None
    for item in scope.items(node):
        for kind, (key, value) in item.pairs.items():
            if left is not None:
                _behind_exit(scope, key, left)
                return tuple(made)
            step = _step(scope, kind, key, value)
            made += [step] if step is not None else []
            if step is not None and leaves_itself(scope, step):
                left = key
    return tuple(made)


def _behind_exit(scope: Scope, key: Scalar, left: Scalar) -> None:
    message = say("{key} is behind  exit,  which has left this flow already", key=shown(key.value))
    scope.wrong(
        key,
        "after-exit",
        message,
        say("put  exit  last"),
        note=say("left at {place}", place=str(place_of(left))),
    )


def _step(scope: Scope, kind: str, key: Scalar, value: Node) -> Step | None:
    make = KINDS.get(kind)
    if make is None:
        scope.wrong(key, "no-kind", say("there is no action {kind}", kind=shown(kind)), hint_for(kind, KINDS))
        return None
    if kind in BINDING and (scope.where.flow is None or not scope.where.flow.page):
        message = say("{kind} belongs to a flow that has a page", kind=shown(kind))
        hint = (
            say("write  page: true  into the flow") if scope.where.flow else say("start a flow that does it")
        )
        scope.wrong(key, "action-not-here", message, hint)
        return None
    return make(scope, key, value)


def _say(scope: Scope, key: Scalar, node: Node) -> Step:
    if isinstance(node, Map) and node.get("message") is not None:
        may_cost = scope.switch(node.get("or_push"))
        return steps.Say(place_of(key), "reply", scope.cards(node.get("message")), may_cost)
    return steps.Say(place_of(key), "reply" if key.value == "reply" else "push", scope.cards(node))


def _template(scope: Scope, node: Node) -> Template:
    single = scope.scalar(node)
    return Template(("",)) if single is None else scope.template(single)


def _add_tags(scope: Scope, key: Scalar, node: Node) -> Step:
    return steps.AddTags(place_of(key), added_tags(scope, node))


def _remove_tags(scope: Scope, key: Scalar, node: Node) -> Step:
    known = tuple(tag.value for tag in scope.scalars(node) if scope.knows("tags", tag))
    return steps.RemoveTags(place_of(key), known)


def _hand_over(scope: Scope, key: Scalar, node: Node) -> Step:
    if isinstance(node, Scalar) and node.plain and node.value in SWITCH:
        message = say(
            "staff would read {text}: what stands here is the note for them", text=shown(node.value)
        )
        scope.wrong(node, "bad-value", message, say("write  hand_over: 請看上方對話"), level="warning")
    return steps.HandOver(place_of(key), _template(scope, node))


def _tell_staff(scope: Scope, key: Scalar, node: Node) -> Step:
    how: Literal["notify_staff", "note"] = "note" if key.value == "note" else "notify_staff"
    return steps.TellStaff(place_of(key), how, _template(scope, node))


def _for_a_while(scope: Scope, written: Scalar) -> bool:
    """Report `pin_menu: VIP 七天`, where there is a menu VIP."""
    name, _, rest = written.value.rpartition(" ")
    span = meant_span(rest)
    if name not in scope.names("menus") or written.value in scope.names("menus") or not duration(span):
        return False
    message = say("no {thing} is called {name}", thing=say("rich menu"), name=shown(written.value))
    value = f"pin_menu: {{menu: {name}, for: {span}}}"
    scope.wrong(written, "unknown-menu", message, say("to show it for a while write  {value}", value=value))
    return True


def _pin_menu(scope: Scope, key: Scalar, node: Node) -> Step | None:
    menu = scope.scalar(node.get("menu") if isinstance(node, Map) else node)
    if menu is None or _for_a_while(scope, menu) or not scope.knows("menus", menu):
        return None
    span = scope.duration(node.get("for")) if isinstance(node, Map) else None
    return steps.PinMenu(place_of(key), menu.value, span)


def _call(scope: Scope, key: Scalar, node: Node) -> Step | None:
    name = scope.scalar(node)
    if name is None or not scope.knows("hooks", name):
        return None
    scope.use(scope.book.hook_needs.get(name.value, ()), name)
    return steps.Call(place_of(key), name.value)


def _loading(scope: Scope, key: Scalar, node: Node) -> Step | None:
    single = scope.scalar(node)
    found = None if single is None else _SECONDS.fullmatch(single.value)
    if found is None or not 5 <= int(found[1]) <= 60:
        scope.wrong(node, "bad-value", say("loading lasts from 5 to 60 seconds"), say("write it such as 10s"))
        return None
    return steps.Loading(place_of(key), int(found[1]))


def _show(scope: Scope, key: Scalar, node: Node) -> Step | None:
    single = scope.scalar(node)
    return None if single is None else steps.Show(place_of(key), text_card(scope, key, single))


def _unbind(scope: Scope, key: Scalar, node: Node) -> Step:
    return steps.Unbind(place_of(key), "clerk" if scope.text(node) == "clerk" else "phone")


_Make: TypeAlias = Callable[[Scope, Scalar, Node], Step | None]
KINDS: dict[str, _Make] = {
    "reply": _say,
    "push": _say,
    "add_tags": _add_tags,
    "remove_tags": _remove_tags,
    "start": start,
    "hand_over": _hand_over,
    "set": set_,
    "increase": increase,
    "clear": clear,
    "exit": exit_,
    "pin_menu": _pin_menu,
    "unpin_menu": lambda scope, key, node: steps.UnpinMenu(place_of(key)),
    "call": _call,
    "loading": _loading,
    "hand_back": lambda scope, key, node: steps.HandBack(place_of(key)),
    "notify_staff": _tell_staff,
    "note": _tell_staff,
    "stop_marketing": lambda scope, key, node: steps.SetMarketing(place_of(key), False),
    "allow_marketing": lambda scope, key, node: steps.SetMarketing(place_of(key), True),
    "show": _show,
    "raise": raise_,
    "refresh_member": lambda scope, key, node: steps.Refresh(place_of(key)),
    "unbind": _unbind,
    **KINDS_OF_BINDING,
    "result": result,
}
