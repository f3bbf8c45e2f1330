"""LINE's rich menus: how they differ from the playbook's and become the same; how often they are tapped.

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated

from bot.engine.compiled.menu import Area
from bot.engine.compiled.playbook import Playbook
from bot.engine.menus.menu_face import (
    counts_what_is_typed,
    default_menu,
    faces_of,
    uncounted,
    why_not_counted,
)
from bot.line.client import LineClient
from bot.line.http_call import new_session
from bot.model.answer_fields import Clock, Help
from bot.model.audit import AuditEntry
from bot.model.channel import Channel
from bot.model.clock import SystemClock
from bot.model.menus import MenuMapping
from bot.model.settings import Settings
from bot.model.translatable import Quoted, Refusal, Translatable, row, tr
from bot.operations.audit_trail import audited
from bot.operations.journeys import flow_counts
from bot.operations.simulated_time import now_among
from bot.runtime.menus.menu_auto_sync import pictures_in
from bot.runtime.menus.menu_ids import LOOK
from bot.runtime.menus.menu_plan import Plan, StepKind
from bot.runtime.menus.menu_sync import DesiredMenus, MenuSync, Synced
from bot.store.stores import Stores

NO_FLOW = ""
"""Under which taps on menus are counted."""
DOES: Mapping[StepKind, Translatable] = {
    "create": tr("create"),
    "upload": tr("upload"),
    "alias": tr("alias"),
    "default": tr("default"),
    "move": tr("move"),
    "delete": tr("delete"),
    "later": tr("later"),
}
"""What a step of a plan does, for people."""


class MenusRefused(Refusal):
    """It cannot be done; the text says why."""


class NotSet(MenusRefused):
    """A channel lacks what its account needs: nothing is asked of LINE."""


@dataclass(frozen=True, slots=True)
class MenusAtLine:
    """A playbook whose menus are at LINE, `stores` with what is noted of them, and LINE's two addresses.

    The playbook has our own address (`public`) as LINE's users reach it.
    """

    playbook: Playbook
    settings: Settings
    stores: Stores
    api: str
    data_api: str


@dataclass(frozen=True, slots=True)
class MenuPlan:
    """What a sync would do on a channel, and `menu/tab/area` whose taps are not counted, each with why."""

    channel: str
    plan: Plan
    uncounted: tuple[tuple[str, Translatable], ...]


@dataclass(frozen=True, slots=True)
class AreaTaps:
    """An area of a tab, and how often it was tapped."""

    menu: str
    tab: str
    area: str
    tap: Annotated[str, Help("What it is counted as.")]
    taps: int
    or_typed: Annotated[bool, Help("LINE does not tell whether it was tapped or typed.")]
    uncounted: Annotated[Translatable | None, Help("Why its taps are counted on no channel.")]

    def line(self) -> Translatable:
        """How often."""
        if self.uncounted is not None and not self.taps:
            return tr("  {area}: not counted: {why}", area=self.area, why=self.uncounted)
        line = tr("  {area}: {number}", area=self.area, number=f"{self.taps:,}")
        typed = tr("{line} (tapped or typed: LINE does not tell which)", line=line)
        return typed if self.or_typed else line


@dataclass(frozen=True, slots=True)
class TapsOfDay:
    """Taps of a day of the team."""

    day: str
    channel: str
    tap: str
    number: int


@dataclass(frozen=True, slots=True)
class MenuTaps:
    """What was tapped from a day of the team on."""

    since: str
    taps: Sequence[TapsOfDay]
    areas: Sequence[AreaTaps]
    gone: Annotated[Mapping[str, int], Help("Of areas that are no more.")]

    def lines(self, at: Clock) -> Iterator[Translatable]:
        """The areas of each tab with their taps, then those of areas that are gone."""
        yield tr("taps since {since}", since=self.since)
        for menu, areas in groupby(self.areas, lambda one: one.menu):
            tabs = {tab: list(of_tab) for tab, of_tab in groupby(areas, lambda one: one.tab)}
            for tab, of_tab in tabs.items():
                with_tab = tr("{menu}, tab {tab}", menu=menu, tab=tab)
                yield tr("{name}", name=menu) if len(tabs) == 1 else with_tab
                yield from (one.line() for one in of_tab)
        if self.gone:
            yield tr("areas that are gone")
            for area, number in self.gone.items():
                yield tr("  {area}: {number}", area=area, number=f"{number:,}")


async def not_at_line(stores: Stores, playbook: Playbook, settings: Settings) -> list[str]:
    """The channels whose menus at LINE are, by what the last sync has left, not those of this playbook."""
    mappings, now = await stores.rich_menus.all(), await now_among(stores)
    found = []
    for channel in settings.channels:
        wanted = DesiredMenus(faces_of(playbook, channel, now), default_menu(playbook, channel))
        if not are_at_line(wanted, mappings.get(channel) or MenuMapping(channel)):
            found.append(channel)
    return found


def others_at_line(channels: Sequence[str]) -> Translatable:
    """The message about the channels that `not_at_line` finds."""
    return tr("LINE's rich menus of {channels} are others: run  oaflow richmenu sync", channels=row(channels))


def are_at_line(wanted: DesiredMenus, mapping: MenuMapping) -> bool:
    """Whether the last sync has left there all that is wanted."""
    noted = {(face.menu, face.tab, face.hash) for face in mapping.faces}
    needed = {(face.menu, face.tab, face.hash) for face in wanted.faces if not face.resting}
    return needed <= noted and wanted.default == mapping.default


@dataclass(frozen=True, slots=True)
class _Account:
    """A channel with its LINE, and what it is to have there."""

    name: str
    sync: MenuSync
    wanted: DesiredMenus


async def plan(menus: MenusAtLine, channel: str | None) -> list[MenuPlan]:
    """What a sync would do on this channel, or on all. Raises `MenusRefused` and `SyncFailed`."""
    async with _accounts(menus, channel) as accounts:
        plans = {account.name: await account.sync.plan(account.wanted) for account in accounts}
    return [MenuPlan(name, todo, tuple(uncounted(menus.playbook, name))) for name, todo in plans.items()]


async def sync(
    menus: MenusAtLine, channel: str | None, actor: str, tell: Callable[[Translatable], None]
) -> dict[str, Synced]:
    """Make LINE's menus what they are to be; `tell` gets each step. Returns the result by channel.

    Raises `MenusRefused`, `SyncFailed` and `PictureChanged`.
    """
    done: dict[str, Synced] = {}
    async with _accounts(menus, channel, tell) as accounts:
        for account in accounts:
            now, name = await now_among(menus.stores), account.name
            entry = AuditEntry("menus_synced", actor, now, name, channel=name)
            async with audited(menus.stores, entry) as doing:
                done[account.name] = synced = await account.sync.run(account.wanted)
                doing.update(after="changed" if synced.changed else "as it was")
    return done


async def picture_at_line(menus: MenusAtLine, channel: str, menu: str) -> bytes | None:
    """LINE's picture of one of its menus; `None`: it has none. Raises `MenusRefused` and `LineError`."""
    account, clock = menus.settings.channels[_channels(menus.settings, channel)[0]], SystemClock()
    _refuse_half(account)
    async with new_session() as session:
        client = LineClient(account, menus.api, menus.data_api, session, clock)
        try:
            return await client.rich_menus.picture(menu)
        finally:
            client.close()


async def relink(people: Stores, settings: Settings, channel: str | None, actor: str) -> list[str]:
    """Have everybody's menu linked anew, by the process that runs the playbook. Raises `MenusRefused`."""
    names = _channels(settings, channel)
    for name in names:
        entry = AuditEntry("menus_relinked", actor, await now_among(people), name, channel=name)
        async with audited(people, entry):
            await people.menu_people.ask(name)
    return names


async def taps(people: Stores, playbook: Playbook, days: int) -> MenuTaps:
    """The taps of the last days, today among them, in the order of the playbook."""
    found = await flow_counts(people, playbook, NO_FLOW, days)
    by_area = Counter[str]()
    for count in found.counts:
        by_area[count.mark.about[0]] += count.number
    gone = {key: number for key, number in by_area.items() if key not in playbook.menu_taps}
    by_day = [TapsOfDay(one.day, one.mark.channel, one.mark.about[0], one.number) for one in found.counts]
    return MenuTaps(found.since, by_day, list(_areas(playbook, by_area)), gone)


def _areas(playbook: Playbook, by_area: Mapping[str, int]) -> Iterator[AreaTaps]:
    for menu in playbook.menus:
        for tab in menu.tabs.values():
            for area in tab.areas:
                key, why = area.tap.key, _why_nowhere(playbook, area)
                about = by_area.get(key, 0), counts_what_is_typed(area.tap), why
                yield AreaTaps(menu.name, tab.name, area.name, key, *about)


def _why_nowhere(playbook: Playbook, area: Area) -> Translatable | None:
    """Why the taps on an area are counted on no channel; `None` where they are on one."""
    whys = [why_not_counted(playbook, channel, area.tap) for channel in playbook.channels]
    return None if None in whys else next(iter(whys), None)


@asynccontextmanager
async def _accounts(
    menus: MenusAtLine, channel: str | None, tell: Callable[[Translatable], None] = lambda line: None
) -> AsyncIterator[list[_Account]]:
    """The channels that are meant, each with its LINE, as long as this lasts."""
    settings, clock = menus.settings, SystemClock()
    names, now = _channels(settings, channel), clock.now()
    for name in names:
        _refuse_half(settings.channels[name])
    clients: list[LineClient] = []
    async with new_session() as session:
        found = []
        for name in names:
            client = LineClient(settings.channels[name], menus.api, menus.data_api, session, clock)
            clients.append(client)
            steps = MenuSync(
                client.rich_menus,
                menus.stores.rich_menus,
                name,
                clock,
                pictures_in(lambda: settings.files),
                tell,
                until_known=lambda: clock.wait(2 * LOOK),
            )
            wanted = DesiredMenus(faces_of(menus.playbook, name, now), default_menu(menus.playbook, name))
            found.append(_Account(name, steps, wanted))
        try:
            yield found
        finally:
            for client in clients:
                client.close()


def _channels(settings: Settings, channel: str | None) -> list[str]:
    """The channels that are meant. Raises `MenusRefused`."""
    if channel is not None and channel not in settings.channels:
        names = row(settings.channels)
        raise MenusRefused(
            tr("the playbook has no channel {name}: it has {names}", name=Quoted(channel), names=names)
        )
    return list(settings.channels) if channel is None else [channel]


def lacks(settings: Settings, channel: str | None) -> bool:
    """Whether a value is not set without which the menus of an account cannot be made.

    Raises `MenusRefused`.
    """
    return any(_lacking(settings.channels[name]) for name in _channels(settings, channel))


def _lacking(account: Channel) -> list[str]:
    may_speak = account.access_token or (account.channel_id and account.channel_secret)
    lacking = [] if may_speak else ["access_token"]
    if account.liff is not None and not account.liff.liff_id:
        lacking.append("liff_id")
    return lacking


def _refuse_half(account: Channel) -> None:
    """Raise `NotSet` where a value is not: without `liff_id` a menu's pages open nowhere."""
    if lacking := _lacking(account):
        raise NotSet(
            tr(
                "{name}: {lacking} not set; set the variables that bot.yaml names there, as for  oaflow run",
                name=account.name,
                lacking=row(lacking, "and"),
            )
        )
