"""Finds rich menus and tabs that are never shown, people without a menu, too many menus, and pages that
cannot be reached while a temporary menu hides the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.engine.actions.pinned_menu import PinMenu
from bot.engine.compiled.card import PageAddress, leaves
from bot.engine.compiled.menu import Menu
from bot.engine.conditions.around import OnChannel
from bot.engine.conditions.values import HasTag
from bot.model.message import MENUS_MOST
from bot.model.problem import Problem
from bot.model.translatable import Translatable, row, tr
from bot.playbook.codes import mistake
from bot.playbook.graph.flow_arrows import reached
from bot.playbook.graph.implication import ConditionForm, denied, follows, form_of, never_together
from bot.playbook.graph.survey import Survey
from bot.playbook.similar import quoted


def unreachable_menus(survey: Survey) -> Iterator[Problem]:
    """`menu-unreachable`: menus before it in the list are shown to everybody for whom it holds, and nothing
    pins it."""
    pinned = {step.menu for step in survey.steps if isinstance(step, PinMenu)}
    menus = [menu for menu in survey.playbook.menus if not menu.paused]
    before: list[Menu] = []
    left: list[ConditionForm] = []
    for menu in menus:
        if menu.name not in pinned:
            yield from _hidden(survey, menu, before, left)
        if menu.since is None and menu.until is None:
            before.append(menu)
            left.append(denied(menu.condition))


def _hidden(
    survey: Survey, menu: Menu, before: Sequence[Menu], left: Sequence[ConditionForm]
) -> Iterator[Problem]:
    """The finding for one menu. `before` are the menus in front of it that are always shown, `left` that each
    of them does not hold."""
    form = survey.form(menu.condition)
    for earlier in before:
        if follows(survey.form(earlier.condition), form):
            message = tr(
                "the rich menu {menu} is never shown: {earlier} comes first",
                menu=quoted(menu.name),
                earlier=quoted(earlier.name),
            )
            note = tr("{earlier} is at {place}", earlier=quoted(earlier.name), place=str(earlier.place))
            hint = tr("put it before that one, or give that one an if")
            yield mistake(menu.place, "menu-unreachable", message, hint=hint, note=note, level="warning")
            return
    if not never_together([form]) and never_together([form, *left]):
        message = tr(
            "the rich menu {menu} is never shown: those before it are shown to everybody for whom it is",
            menu=quoted(menu.name),
        )
        hint = tr("put it before them, or leave it out")
        yield mistake(menu.place, "menu-unreachable", message, hint=hint, level="warning")


def people_without_menu(survey: Survey) -> Iterator[Problem]:
    """`menu-no-default`: a channel shows rich menus, and for some people none holds."""
    menus = [menu for menu in survey.playbook.menus if not menu.paused]
    for channel in survey.playbook.channels:
        here = form_of(OnChannel(menus[0].place, (channel,))) if menus else None
        if here is None:
            return
        shown_here = [m for m in menus if not never_together([form_of(m.condition), here])]
        lasting = [m for m in shown_here if m.since is None and m.until is None]
        if lasting and not never_together([here, *(denied(menu.condition) for menu in lasting)]):
            last = lasting[-1]
            hint = tr(
                "if they are to have one, make one more, for all;"
                " or leave the condition (if) of the last one out: then all see that one"
            )
            message = _without_menu(channel, lasting)
            yield mistake(last.place, "menu-no-default", message, hint=hint, level="warning")


def _without_menu(channel: str, lasting: Sequence[Menu]) -> Translatable:
    """The message; it names the tag where the only menu is that of a tag."""
    here, only = quoted(channel), lasting[0].condition
    is_plain = isinstance(only, HasTag) and only.within is None and only.over is None
    if len(lasting) == 1 and isinstance(only, HasTag) and is_plain and len(only.tags) == 1:
        tag = quoted(only.tags[0])
        return tr(
            "on the channel {channel}, people without the tag {tag} have no rich menu", channel=here, tag=tag
        )
    return tr("some people on the channel {channel} have no rich menu", channel=here)


def unused_menus(survey: Survey) -> Iterator[Problem]:
    """`menu-unused`: a menu that no channel shows, or a tab that no area leads to."""
    channels = [
        form_of(OnChannel(survey.place("channels", name), (name,))) for name in survey.playbook.channels
    ]
    for menu in survey.playbook.menus:
        form = survey.form(menu.condition)
        never = never_together([form])  # reported at the condition itself
        if not never and channels and all(never_together([form, here]) for here in channels):
            message = tr("no channel shows the rich menu {menu}", menu=quoted(menu.name))
            hint = tr("see which channels its condition, or its file, leaves")
            yield mistake(menu.place, "menu-unused", message, hint=hint, level="warning")
        for tab in _left_out(menu):
            message = tr("no area leads to the tab {tab} of {menu}", tab=quoted(tab), menu=quoted(menu.name))
            hint = tr("add an area with  tab: {tab},  or leave the tab out", tab=tab)
            yield mistake(menu.place, "menu-unused", message, hint=hint, level="warning")


def _left_out(menu: Menu) -> list[str]:
    """The tabs that cannot be reached from the first one."""
    onward = {
        name: [area.tap.action["tab"] for area in tab.areas if area.tap.action.get("tab") is not None]
        for name, tab in menu.tabs.items()
    }
    shown = reached(list(menu.tabs)[:1], onward)
    return [name for name in menu.tabs if name not in shown]


def too_many_menus(survey: Survey) -> Iterator[Problem]:
    """`menus-over-1000`: a channel has more menus than LINE stores; each tab is one."""
    for channel in survey.playbook.channels:
        faces = 0
        for menu in survey.playbook.menus_on(channel):
            faces += len(menu.tabs)
            if faces > MENUS_MOST:
                message = tr(
                    "the channel {channel} has more than {most} rich menus up to here, tabs counted, "
                    "and LINE keeps no more",
                    channel=quoted(channel),
                    most=f"{MENUS_MOST:,}",
                )
                yield mistake(menu.place, "menus-over-1000", message, hint=tr("leave some out"))
                break


def menus_that_hide(survey: Survey) -> Iterator[Problem]:
    """`menu-hides-others`: a temporary menu hides others, and lacks a page that they lead to."""
    menus = [menu for menu in survey.playbook.menus if not menu.paused]
    for number, menu in enumerate(menus):
        if menu.since is None and menu.until is None:
            continue
        missing = _lost_pages(menu, menus[number + 1 :])
        if missing:
            page, other = missing[0]
            message = tr(
                "while {menu} is shown, nothing leads to {pages}",
                menu=quoted(menu.name),
                pages=row(dict(missing)),
            )
            hint = tr("add an area with  page: {page}", page=page)
            note = tr(
                "it is in {other} at {place}, which is hidden meanwhile",
                other=quoted(other.name),
                place=str(other.place),
            )
            yield mistake(menu.place, "menu-hides-others", message, hint=hint, note=note, level="warning")


def _lost_pages(menu: Menu, behind: Sequence[Menu]) -> list[tuple[str, Menu]]:
    """(page, menu) for pages that later menus lead to, for the same people, and this menu does not."""
    mine: ConditionForm = form_of(menu.condition)
    here = set(_pages(menu))
    return [
        (page, other)
        for other in behind
        if not never_together([mine, form_of(other.condition)])
        for page in _pages(other)
        if page not in here
    ]


def _pages(menu: Menu) -> Iterator[str]:
    """The pages that a menu leads to."""
    for tab in menu.tabs.values():
        for area in tab.areas:
            if area.tap.page is not None:
                yield area.tap.page
            yield from (leaf.page for leaf in leaves(area.tap.action) if isinstance(leaf, PageAddress))
