"""Finds connections that cannot work as they are: unsigned calls of web hooks, shops that cannot report
events, refunds or LINE accounts, and hand-overs without an alert to staff."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.connectors.shops.platforms import BY_EVENTS, FIND_LINE, PLATFORMS, SAY_PARTS
from bot.engine.actions.conversation import HandOver, NotifyStaffStep
from bot.engine.actions.members import AskMember
from bot.engine.compiled.flow import Flow
from bot.engine.compiled.rule import OnNews
from bot.engine.conditions.around import Constant
from bot.engine.conditions.condition import All, Any, Condition
from bot.engine.conditions.people import IsBound
from bot.model.alert import StaffReason
from bot.model.news import REFUND_OF_PART
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.translatable import Translatable, tr
from bot.playbook.codes import mistake
from bot.playbook.graph.survey import Survey, rules_in
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import List, Map, Scalar, place_of, scalars, text_at


def unsigned_calls(survey: Survey) -> Iterator[Problem]:
    """`hook-unsigned`: a hook, or an alert to a web hook, without a `secret`. A header filled from the
    environment identifies the caller, too."""
    hooks, alerts = survey.root.get("hooks"), survey.root.get("alerts")
    for name, (_, hook) in (hooks.pairs if isinstance(hooks, Map) else {}).items():
        if isinstance(hook, Map) and "secret" not in hook.pairs and not _has_token(hook):
            what = tr("calls of {name} are not signed: nobody there knows that it is you", name=quoted(name))
            yield _unsigned(survey.place("hooks", name), what)
    for alert in alerts.items if isinstance(alerts, List) else []:
        if isinstance(alert, Map) and _is_webhook(alert) and "secret" not in alert.pairs:
            what = tr("this alert is not signed: nobody there knows that it is you")
            yield _unsigned(place_of(alert), what)


def _unsigned(place: Place, what: Translatable) -> Problem:
    example = 'secret: "${HOOK_SECRET}"'
    hint = tr("write  {example}, and have it checked there (docs/hooks.md)", example=example)
    return mistake(place, "hook-unsigned", what, hint=hint, level="warning")


def _has_token(hook: Map) -> bool:
    """Whether a header of the hook is filled from the environment."""
    headers = hook.get("headers")
    values = [value for _, value in headers.pairs.values()] if isinstance(headers, Map) else []
    return any(isinstance(value, Scalar) and value.names for value in values)


def _is_webhook(alert: Map) -> bool:
    to = alert.get("to")
    return isinstance(to, Scalar) and to.value == "webhook"


def shops_without_token(survey: Survey) -> Iterator[Problem]:
    """`shop-not-heard`: a shop of one's own system (`platform: hook`) without `api_token`, once for each."""
    shops = survey.root.get("shops")
    if survey.has_value("api_token") or not isinstance(shops, Map):
        return
    for name, (_, shop) in shops.pairs.items():
        if isinstance(shop, Map) and text_at(shop, "platform") in BY_EVENTS:
            yield mistake(
                survey.place("shops", name),
                "shop-not-heard",
                tr("the shop {shop} cannot tell what changes there", shop=quoted(name)),
                hint=tr(
                    "write  api_token: ${EVENTS_TOKEN:-}  in bot.yaml; else only the night's look finds it"
                ),
                level="warning",
            )


def refunds_never_reported(survey: Survey) -> Iterator[Problem]:
    """`shop-never-tells`: a rule waits for a refund of a part of an order, which no shop here reports."""
    shops = survey.root.get("shops")
    found = [one for _, one in shops.pairs.values() if isinstance(one, Map)] if isinstance(shops, Map) else []
    if not found or any(text_at(one, "platform") in SAY_PARTS for one in found):
        return
    for trigger, place in survey.triggers:
        if isinstance(trigger, OnNews) and REFUND_OF_PART in (trigger.subjects or ()):
            yield mistake(
                place,
                "shop-never-tells",
                tr(
                    "{news} never comes: no shop here says how much of an order was refunded",
                    news=REFUND_OF_PART,
                ),
                hint=tr("hear order_refunded, which tells of every refund there"),
                level="warning",
            )


def shop_logins_unknown(survey: Survey) -> Iterator[Problem]:
    """`shop-login-unknown`: `bound: shop`, or `find_member: line`, where no shop finds members by LINE user
    id.

    Reported where a channel has a shop. Where a flow tests `bound: shop` before it looks for the member, only
    the test is reported, as a setting may switch it off.
    """
    for flow in survey.flows:
        here = [
            channel.shop
            for channel in survey.playbook.channels.values()
            if survey.playbook.flow(flow.name, channel.name) is flow and flow.name not in channel.paused
        ]
        yield from _reported(survey, here, _in_flow(flow))
    rules = (_needed(rule.condition) for rule in survey.playbook.rules)
    menus = (_needed(menu.condition) for menu in survey.playbook.menus)
    everywhere = [channel.shop for channel in survey.playbook.channels.values()]
    for place in (*rules, *menus):
        yield from _reported(survey, everywhere, place)


def _reported(survey: Survey, shops: Iterable[str | None], place: Place | None) -> Iterator[Problem]:
    """The finding at `place` if there are shops and none finds members by LINE user id."""
    named = [shop for shop in shops if shop is not None]
    if place is None or not named or any(_finds_line(survey, shop) for shop in named):
        return
    platform, access = FIND_LINE[0]
    message = tr(
        "the shop {shop} never says whose LINE account this is: only {platform} can be asked, with  "
        "access: {access}",
        shop=quoted(named[0]),
        platform=PLATFORMS[platform].brand,
        access=access,
    )
    hint = tr("reach the shop with  access: app_store,  or do without: in a flow's settings,  false")
    yield mistake(place, "shop-login-unknown", message, hint=hint, level="warning")


def _finds_line(survey: Survey, shop: str) -> bool:
    """Whether the shop's platform and way of access find members by LINE user id."""
    node = survey.root.get("shops")
    there = node.get(shop) if isinstance(node, Map) else None
    if not isinstance(there, Map):
        return False
    return (text_at(there, "platform"), text_at(there, "access")) in FIND_LINE


def _in_flow(flow: Flow) -> Place | None:
    """The place in a flow that needs the shop's login; `None` where there is none."""
    conditions = [rule.condition for rule in rules_in(flow)]
    conditions += [item.condition for state in flow.states.values() for item in state.branch]
    conditions += [flow.start.condition] if flow.start is not None else []
    if any(_asks(condition) for condition in conditions):
        return next(filter(None, map(_needed, conditions)), None)
    steps = (step for state in flow.states.values() for step in state.do)
    return next((s.place for s in steps if isinstance(s, AskMember) and s.how == "line"), None)


def _asks(condition: Condition | None) -> bool:
    """Whether a condition tests `bound: shop`."""
    match condition:
        case All(parts) | Any(parts):
            return any(map(_asks, parts))
        case _:
            return isinstance(condition, IsBound) and "shop" in condition.kinds


def _needed(condition: Condition | None) -> Place | None:
    """The place in a condition that needs the shop's login: the setting that allows it, else the test
    itself."""
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


def unnotified_handovers(survey: Survey) -> Iterator[Problem]:
    """`nobody-told`: `hand_over` or `notify_staff` without an alert to staff; once for each of the two.

    Not reported for hand-overs where staff answer in LINE's own chat or in the console, and see them there.
    """
    alerted = _alert_reasons(survey)
    in_chat = any(channel.staff != "none" for channel in survey.playbook.channels.values())
    over = next((one for one in survey.steps if isinstance(one, HandOver)), None)
    if over is not None and "handed_over" not in alerted and not in_chat:
        message = tr("nobody learns that this person waits for staff, and the bot is silent")
        yield mistake(over.place, "nobody-told", message, hint=_hint("handed_over"), level="warning")
    notes = (
        step for step in survey.steps if isinstance(step, NotifyStaffStep) and step.how == "notify_staff"
    )
    note = next(notes, None)
    if note is not None and "notified" not in alerted:
        message = tr("nobody is told this: it stands in the person's log only")
        yield mistake(note.place, "nobody-told", message, hint=_hint("notified"), level="warning")


def _hint(reason: StaffReason) -> Translatable:
    example = '"${SMTP_URL}"'
    return tr(
        "say who is told:  alerts: [{to: mail, who: YOU@YOUR.SHOP, through: {example}, when: [{reason}]}]",
        example=example,
        reason=reason,
    )


def _alert_reasons(survey: Survey) -> set[str]:
    """The events of which any alert notifies."""
    alerts = survey.root.get("alerts")
    items = alerts.items if isinstance(alerts, List) else []
    reasons = (item.get("when") for item in items if isinstance(item, Map))
    return {scalar.value for when in reasons if when is not None for scalar in scalars(when)}
