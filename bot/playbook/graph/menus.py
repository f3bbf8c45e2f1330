"""Rich menus that nobody sees, people who see none, and pages that a sale's menu takes away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.engine.card import PageAddress, leaves
from bot.engine.condition import OnChannel
from bot.engine.menu import Menu
from bot.model.problem import Problem
from bot.playbook.codes import mistake
from bot.playbook.graph.implication import Form, follows, form_of, never_together
from bot.playbook.graph.survey import Survey
from bot.playbook.similar import shown


def menus_nobody_sees(survey: Survey) -> Iterator[Problem]:
    """`menu-unreachable`: an earlier entry is shown to all for whom it holds."""
    menus = [menu for menu in survey.playbook.menus if not menu.paused]
    forms = [form_of(menu.condition) for menu in menus]
    for number, menu in enumerate(menus):
        for earlier, form in zip(menus[:number], forms, strict=False):
            always = earlier.since is None and earlier.until is None
            if always and follows(form, forms[number]):
                message = (
                    f"the rich menu {shown(menu.name)} is never shown: {shown(earlier.name)} comes first"
                )
                note = f"{shown(earlier.name)} is at {earlier.place}"
                hint = "put it before that one, or give that one an if"
                yield mistake(menu.place, "menu-unreachable", message, hint=hint, note=note, level="warning")
                break


def people_without_menu(survey: Survey) -> Iterator[Problem]:
    """`menu-no-default`: on a channel that has rich menus, none holds for everybody."""
    menus = [menu for menu in survey.playbook.menus if not menu.paused]
    for channel in survey.playbook.channels:
        here = form_of(OnChannel(menus[0].place, (channel,))) if menus else None
        if here is None:
            return
        shown_here = [m for m in menus if not never_together([form_of(m.condition), here])]
        lasting = [m for m in shown_here if m.since is None and m.until is None]
        if lasting and not any(follows(form_of(menu.condition), here) for menu in lasting):
            last = lasting[-1]
            message = f"some people on the channel {shown(channel)} have no rich menu"
            hint = "let the last one be for all: leave its if out"
            yield mistake(last.place, "menu-no-default", message, hint=hint, level="warning")


def menus_that_hide(survey: Survey) -> Iterator[Problem]:
    """`menu-hides-others`: for a time, an entry hides others and lacks a page that they lead to."""
    menus = [menu for menu in survey.playbook.menus if not menu.paused]
    for number, menu in enumerate(menus):
        if menu.since is None and menu.until is None:
            continue
        missing = _lost_pages(menu, menus[number + 1 :])
        if missing:
            page, other = missing[0]
            message = f"while {shown(menu.name)} is shown, nothing leads to {', '.join(dict(missing))}"
            hint = f"add an area with  page: {page}"
            note = f"it is in {shown(other.name)} at {other.place}, which is hidden meanwhile"
            yield mistake(menu.place, "menu-hides-others", message, hint=hint, note=note, level="warning")


def _lost_pages(menu: Menu, behind: Sequence[Menu]) -> list[tuple[str, Menu]]:
    mine: Form = form_of(menu.condition)
    here = set(_pages(menu))
    return [
        (page, other)
        for other in behind
        if not never_together([mine, form_of(other.condition)])
        for page in _pages(other)
        if page not in here
    ]


def _pages(menu: Menu) -> Iterator[str]:
    for tab in menu.tabs.values():
        for area in tab.areas:
            if area.tap.page is not None:
                yield area.tap.page
            yield from (leaf.page for leaf in leaves(area.tap.action) if isinstance(leaf, PageAddress))
