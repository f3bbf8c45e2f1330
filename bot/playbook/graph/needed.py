"""Finds what a playbook uses and no channel provides: SMS, a shop, LIFF for links that are counted, a
certified provider."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bot.connectors.shops.platforms import USUAL_PLATFORM
from bot.engine.actions.members import AskMember
from bot.engine.compiled.card import CountedAddress, Tap, leaves
from bot.engine.compiled.flow import Flow
from bot.engine.compiled.playbook import ChannelRules
from bot.engine.compiled.rule import OnNews
from bot.engine.compiled.step import Step
from bot.engine.conditions.around import Constant
from bot.engine.conditions.condition import All, Condition
from bot.model.effects import SendCode
from bot.model.place import Place
from bot.model.problem import Level, Problem
from bot.model.translatable import Translatable, tr
from bot.playbook.codes import Code, mistake
from bot.playbook.graph.flow_arrows import moves, reached, started
from bot.playbook.graph.pages import LIFF, has_liff
from bot.playbook.graph.survey import Survey
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Map, Node, text_at

_NOTHING_WORKS = frozenset({"sms-missing", "shop-missing"})
"""Findings without whose connection the flow refuses everybody, which are errors; the others only lose
counts."""


def missing_connections(survey: Survey) -> Iterator[Problem]:
    """`sms-missing`, `shop-missing`, `link-needs-liff`, `referral-needs-provider`.

    Each is reported at its first use where no channel has the connection, as it is not known on which
    channels a flow runs. A page, however, opens on every channel with LIFF, so pages are checked for each of
    these.
    """
    yield from _sms(survey)
    yield from _shop(survey)
    yield from _links(survey)
    yield from _counted_areas(survey)
    yield from _referrals(survey)


def _sms(survey: Survey) -> Iterator[Problem]:
    if any(channel.has_sms for channel in survey.playbook.channels.values()):
        for channel, page, step in _on_pages(survey, _sends_code):
            if not channel.has_sms:
                message = tr(
                    "the page {page} sends a code here, and the channel {channel} has no  sms",
                    page=quoted(page),
                    channel=quoted(channel.name),
                )
                yield _missing("sms-missing", step.place, message, _name_one(survey, "sms", "sms"))
        return
    first = next(filter(_sends_code, _done(survey)), None)
    if first is not None:
        message = tr("a code is sent here, and no channel has  sms,  so none will arrive")
        hint = tr("add to the channel  sms: console  and below  sms:  console: {provider: console}")
        yield _missing("sms-missing", first.place, message, hint)


def _sends_code(step: Step) -> bool:
    return step.asks is SendCode.question


def _shop(survey: Survey) -> Iterator[Problem]:
    if any(channel.shop for channel in survey.playbook.channels.values()):
        for channel, page, step in _on_pages(survey, _matches_in_shop):
            if channel.shop is None:
                message = tr(
                    "the page {page} looks for a member of the shop, and the channel {channel} has no shop",
                    page=quoted(page),
                    channel=quoted(channel.name),
                )
                yield _missing("shop-missing", step.place, message, _name_one(survey, "shops", "shop"))
    else:
        first = next(filter(_asks_shop, _done(survey)), None)
        if first is not None:
            message = tr("the shop is asked here, and no channel has a shop")
            yield _missing("shop-missing", first.place, message, _name_one(survey, "shops", "shop"))
    if not survey.has_value("shops"):
        yield from _news_of_no_shop(survey)


def _news_of_no_shop(survey: Survey) -> Iterator[Problem]:
    """The finding for the first trigger on news of a shop, in a playbook without shops."""
    for trigger, place in survey.triggers:
        if isinstance(trigger, OnNews) and trigger.kind == "shop":
            message = tr("this waits for news of a shop, and the playbook has none")
            hint = tr(
                "add  shops: {NAME: {platform: {platform}, …}}  and to the channel  shop: NAME",
                platform=USUAL_PLATFORM,
            )
            yield _missing("shop-missing", place, message, hint)
            return


def _matches_in_shop(step: Step) -> bool:
    """Whether a step searches the shop for the member."""
    return isinstance(step, AskMember) and step.how == "shop"


def _asks_shop(step: Step) -> bool:
    """Whether a step calls the shop."""
    return step.asks_shop


def _done(survey: Survey) -> Iterator[Step]:
    """The steps that can be reached: in flows as some channel has them, and where no setting rules them
    out."""
    channels = survey.playbook.channels
    there = {
        id(flow): _reached(flow)
        for flow in survey.flows
        if not channels or any(survey.playbook.flow(flow.name, name) is flow for name in channels)
    }
    for site in survey.sites:
        if site.flow is not None and id(site.flow) not in there:
            continue
        if site.flow is not None and site.state is not None and site.state.name not in there[id(site.flow)]:
            continue
        if site.rule is None or not _barred(site.rule.condition):
            yield from site.steps


def _reached(flow: Flow) -> set[str]:
    """The states of a flow that can be reached with its settings."""
    onward: dict[str, list[str]] = {name: [] for name in flow.states}
    for move in moves(flow):
        if move.rule is None or not _barred(move.rule.condition):
            onward[move.source.name].append(move.target)
    return reached([flow.first.name, *(name for name in flow.moved.values() if name in onward)], onward)


def _barred(condition: Condition | None) -> bool:
    """Whether a setting makes the condition false."""
    match condition:
        case All(parts):
            return any(map(_barred, parts))
        case _:
            return isinstance(condition, Constant) and not condition.decided


def _on_pages(survey: Survey, is_meant: Callable[[Step], bool]) -> Iterator[tuple[ChannelRules, str, Step]]:
    """(channel, page, step) for each page that a channel can open: the first step of it for which `is_meant`
    holds."""
    for channel in survey.playbook.channels.values():
        if not has_liff(survey, channel.name):
            continue
        for name in survey.playbook.flows.keys() - channel.paused:
            flow = survey.playbook.flow(name, channel.name)
            steps = (step for site in survey.sites if site.flow is flow for step in site.steps)
            step = next(filter(is_meant, steps), None)
            if flow is not None and flow.page and step is not None:
                yield channel, name, step


def _name_one(survey: Survey, section: str, key: str) -> Translatable:
    """Advice to name the first entry of a section at the channel."""
    there = survey.root.get(section)
    name = next(iter(there.pairs), "NAME") if isinstance(there, Map) else "NAME"
    return tr("add to the channel  {key}: {name}", key=key, name=name)


def _links(survey: Survey) -> Iterator[Problem]:
    """Findings for links with tags or rules where no channel has LIFF, which alone says who opens them."""
    if not survey.playbook.links or any(has_liff(survey, name) for name in survey.playbook.channels):
        return
    triggering = {
        code
        for trigger, _ in survey.triggers
        if isinstance(trigger, OnNews) and trigger.kind == "link"
        for code in trigger.subjects or ()
    }
    signed = {code for group, code, _ in survey.placeholders if group == "link"}
    for code, link in survey.playbook.links.items():
        if (link.add_tags or code in triggering) and code not in signed:
            message = tr(
                "who opens the link {code} is known through LIFF only, and no channel has it",
                code=quoted(code),
            )
            yield _missing(
                "link-needs-liff",
                survey.place("links", code),
                message,
                tr("add to the channel  {liff}", liff=LIFF),
            )


def _counted_areas(survey: Survey) -> Iterator[Problem]:
    """Findings for areas of rich menus that open an address and have actions, on channels without LIFF: all
    people have the same address. Pages cannot be opened there at all, and are reported elsewhere."""
    reported: set[str] = set()
    for channel in survey.playbook.channels:
        if has_liff(survey, channel):
            continue
        for menu in survey.playbook.menus_on(channel):
            for area in (area for tab in menu.tabs.values() for area in tab.areas):
                tap = area.tap
                if tap.page is None and tap.key not in reported and _is_counted(tap):
                    reported.add(tap.key)
                    message = tr(
                        "who opens the area {area} is known through LIFF only, and the channel {channel} has "
                        "none: nothing is done then",
                        area=quoted(area.name),
                        channel=quoted(channel),
                    )
                    hint = tr("add to the channel  {liff}", liff=LIFF)
                    yield _missing("link-needs-liff", tap.place, message, hint)


def _is_counted(tap: Tap) -> bool:
    """Whether a tap has actions and leads through our own address."""
    return bool(tap.do) and any(isinstance(leaf, CountedAddress) for leaf in leaves(tap.action))


def _referrals(survey: Survey) -> Iterator[Problem]:
    """Findings for pages that bind clerks by a code in their address, which LINE passes on for certified
    providers only."""
    channels = [_of_channel(survey, name, "liff") for name in survey.playbook.channels]
    if any(isinstance(liff, Map) and text_at(liff, "certified_provider") == "true" for liff in channels):
        return
    begun = set(started(survey.steps))
    for name, flow in survey.playbook.flows.items():
        if flow.page and flow.inputs and name not in begun and _binds_clerk(flow):
            message = tr(
                "the flow {flow} gets its code from the page's address, which LINE hands on for "
                "certified providers only",
                flow=quoted(name),
            )
            given = next(iter(flow.inputs))
            hint = tr(
                'let a text begin it as well:  - {when: {text_pattern: "聯絡專員 {{given}}"}, start: '
                '{flow: {flow}, with: {{given}: "{{ event.{given} }}"}}}',
                given=given,
                flow=name,
            )
            yield _missing("referral-needs-provider", flow.place, message, hint)


def _binds_clerk(flow: Flow) -> bool:
    return any(step.binds == "clerk" for state in flow.states.values() for step in state.do)


def _of_channel(survey: Survey, channel: str, key: str) -> Node | None:
    """The value of a channel under a key in the document."""
    channels = survey.root.get("channels")
    node = channels.get(channel) if isinstance(channels, Map) else None
    return node.get(key) if isinstance(node, Map) else None


def _missing(code: Code, place: Place, message: Translatable, hint: Translatable) -> Problem:
    level: Level = "error" if code in _NOTHING_WORKS else "warning"
    return mistake(place, code, message, hint=hint, level=level)
