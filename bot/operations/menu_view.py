"""The rich menus of a channel for a page: who sees which and why, what is at LINE, taps on each area.

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from bot.engine.compiled.menu import Area, Menu, Tab
from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.around import OnChannel, may_hold_on
from bot.engine.conditions.condition import All, Condition
from bot.engine.menus.menu_face import Face, counts_what_is_typed, default_menu, faces_of, why_not_counted
from bot.model.brake import Brake, MenuPause
from bot.model.menus import MappedFace, MenuMapping
from bot.model.translatable import Language, Translatable
from bot.operations.journeys import flow_counts
from bot.operations.menus import NO_FLOW, are_at_line
from bot.playbook.phrases import Phrases, attribute_titles, if_words
from bot.runtime.menus.menu_sync import DesiredMenus
from bot.store.stores import Stores

MenuStanding: TypeAlias = Literal["shown", "default", "later", "over", "paused"]
"""`default`: whoever has none of their own sees it; `later`: its time has not come."""


@dataclass(frozen=True, slots=True)
class ShownArea:
    """An area of a picture: where, in per cent of its width and height, and how often it was tapped.

    `or_typed`: LINE does not tell whether it was tapped or typed; `uncounted`: why nobody counts its taps.
    """

    area: Area
    box: tuple[float, float, float, float]
    taps: int
    or_typed: bool
    uncounted: Translatable | None


@dataclass(frozen=True, slots=True)
class ShownTab:
    """A tab as the playbook has it, and LINE's picture of it: `at_line` is `None` where there is none.

    `is_same`: what is at LINE is what the playbook says.
    """

    tab: Tab
    areas: Sequence[ShownArea]
    at_line: MappedFace | None
    is_same: bool


@dataclass(frozen=True, slots=True)
class ShownMenu:
    """A menu, in the order of the list. `audience` sees it, in words; empty: all whom none above is for.

    `pause`: staff have paused it; `people` are recorded with it: `None` while they are counted.
    """

    menu: Menu
    audience: str
    standing: MenuStanding
    pause: MenuPause | None
    people: int | None
    tabs: Sequence[ShownTab]


@dataclass(frozen=True, slots=True)
class MenusView:
    """All menus of a channel. `is_same`: by what the last sync has left (`synced`), LINE has them as planned.

    `without`: how many people have none of their own: they see LINE's default.
    """

    channel: str
    menus: Sequence[ShownMenu]
    is_same: bool
    synced: datetime | None
    without: int | None


async def menus_view(
    stores: Stores,
    playbook: Playbook,
    channel: str,
    people: Mapping[str | None, int] | None,
    days: int,
    now: datetime,
    language: Language,
) -> MenusView:
    """As they stand just now, with the taps of the last days; `people`: recorded with each menu."""
    mapping, brake = await stores.rich_menus.of(channel), await stores.brakes.read()
    counted = await flow_counts(stores, playbook, NO_FLOW, days, now)
    taps = Counter[str]()
    for one in counted.counts:
        if one.mark.channel == channel:
            taps[one.mark.about[0]] += one.number
    faces = faces_of(playbook, channel, now)
    default = default_menu(playbook, channel)
    menus = [
        ShownMenu(
            menu,
            _audience_words(playbook, menu, channel, language),
            _standing(menu, default, brake, now),
            brake.menu_pause(menu.name),
            None if people is None else people.get(menu.name, 0),
            [_tab(playbook, channel, menu, tab, faces, mapping, taps) for tab in menu.tabs.values()],
        )
        for menu in playbook.menus
        if may_hold_on(menu.condition, channel)
    ]
    return MenusView(
        channel,
        menus,
        are_at_line(DesiredMenus(faces, default), mapping),
        mapping.at,
        None if people is None else people.get(None, 0),
    )


def _audience_words(playbook: Playbook, menu: Menu, channel: str, language: Language) -> str:
    words = if_words(_besides(menu.condition, channel)).removeprefix("if ")
    if not words or language.name == "en":
        return words
    return Phrases(attribute_titles(playbook), language).condition(words)


def _besides(condition: Condition | None, channel: str) -> Condition | None:
    """What a condition asks for besides being on this channel."""
    match condition:
        case OnChannel(channels=names) if channel in names:
            return None
        case All(parts=parts):
            found = tuple(rest for one in parts if (rest := _besides(one, channel)) is not None)
            return (found[0] if len(found) == 1 else All(found)) if found else None
        case _:
            return condition


def _standing(menu: Menu, default: str | None, brake: Brake, now: datetime) -> MenuStanding:
    if menu.paused or brake.menu_pause(menu.name) is not None:
        return "paused"
    if menu.until is not None and menu.until <= now:
        return "over"
    if menu.since is not None and now < menu.since:
        return "later"
    return "default" if menu.name == default else "shown"


def _tab(
    playbook: Playbook,
    channel: str,
    menu: Menu,
    tab: Tab,
    faces: Collection[Face],
    mapping: MenuMapping,
    taps: Mapping[str, int],
) -> ShownTab:
    width, height = tab.size
    areas = []
    for area in tab.areas:
        x, y, wide, high = area.box
        box = (x / width * 100, y / height * 100, wide / width * 100, high / height * 100)
        why = why_not_counted(playbook, channel, area.tap)
        areas.append(ShownArea(area, box, taps.get(area.tap.key, 0), counts_what_is_typed(area.tap), why))
    at_line = next((one for one in mapping.faces if (one.menu, one.tab) == (menu.name, tab.name)), None)
    face = next((one for one in faces if (one.menu, one.tab) == (menu.name, tab.name)), None)
    same = at_line is not None and face is not None and face.hash == at_line.hash
    return ShownTab(tab, areas, at_line, same)
