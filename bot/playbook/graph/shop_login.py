"""A shop's login that is trusted, where no shop can say whose LINE account it is (B18)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.engine.actions.members import AskMember
from bot.engine.compiled.flow import Flow
from bot.engine.conditions.around import Constant
from bot.engine.conditions.condition import All, Any, Condition
from bot.engine.conditions.people import IsBound
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.said import say
from bot.playbook.codes import mistake
from bot.playbook.graph.survey import Survey, rules_in
from bot.playbook.similar import shown
from bot.playbook.syntax.nodes import Map, text_at


def shop_logins_unknown(survey: Survey) -> Iterator[Problem]:
    """`shop-login-unknown`: `bound: shop`, or `find_member: line`, where nobody is ever known so.

    Told where a channel has a shop, and none has one that searches by LINE user id. Where a flow asks
    `bound: shop` before it looks for the member, that is told alone: a setting may switch it off.
    """
    for flow in survey.flows:
        here = [
            channel.shop
            for channel in survey.playbook.channels.values()
            if survey.playbook.flow(flow.name, channel.name) is flow and flow.name not in channel.paused
        ]
        yield from _told(survey, here, _in_flow(flow))
    rules = (_needed(rule.condition) for rule in survey.playbook.rules)
    menus = (_needed(menu.condition) for menu in survey.playbook.menus)
    everywhere = [channel.shop for channel in survey.playbook.channels.values()]
    for place in (*rules, *menus):
        yield from _told(survey, everywhere, place)


def _told(survey: Survey, shops: Iterable[str | None], place: Place | None) -> Iterator[Problem]:
    asked = [shop for shop in shops if shop is not None]
    if place is None or not asked or any(_finds_line(survey, shop) for shop in asked):
        return
    message = say(
        "the shop {shop} never says whose LINE account this is: only CYBERBIZ can be asked, with  "
        "access: app_store",
        shop=shown(asked[0]),
    )
    hint = say("reach the shop with  access: app_store,  or do without: in a flow's settings,  false")
    yield mistake(place, "shop-login-unknown", message, hint=hint, level="warning")


def _finds_line(survey: Survey, shop: str) -> bool:
    node = survey.root.get("shops")
    there = node.get(shop) if isinstance(node, Map) else None
    if not isinstance(there, Map):
        return False
    return (text_at(there, "platform"), text_at(there, "access")) == ("cyberbiz", "app_store")


def _in_flow(flow: Flow) -> Place | None:
    conditions = [rule.condition for rule in rules_in(flow)]
    conditions += [item.condition for state in flow.states.values() for item in state.branch]
    conditions += [flow.start.condition] if flow.start is not None else []
    if any(_asks(condition) for condition in conditions):
        return next(filter(None, map(_needed, conditions)), None)
    steps = (step for state in flow.states.values() for step in state.do)
    return next((s.place for s in steps if isinstance(s, AskMember) and s.how == "line"), None)


def _asks(condition: Condition | None) -> bool:
    match condition:
        case All(parts) | Any(parts):
            return any(map(_asks, parts))
        case _:
            return isinstance(condition, IsBound) and "shop" in condition.kinds


def _needed(condition: Condition | None) -> Place | None:
    """Where it is said that the shop's login is needed: the setting that allows it, else the test itself."""
    match condition:
        case IsBound(kinds=("shop",)):
            return condition.place
        case All(parts):
            constants = [part for part in parts if isinstance(part, Constant)]
            needed = next(filter(None, map(_needed, parts)), None)
            if needed is None or not all(part.decided for part in constants):
                return None
            return next((part.setting for part in constants if part.setting is not None), needed)
        case Any(parts):
            places = [_needed(part) for part in parts]
            return places[0] if places and all(places) else None
        case _:
            return None
