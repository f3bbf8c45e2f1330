"""Rich menus: who sees which and how often they are tapped; staff pause one, and show it again (G3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, TypeAlias

from annotated_types import MaxLen, MinLen

from bot.model.answer_fields import Clock, Column, Help, Table
from bot.model.brake import MenuPause
from bot.model.menus import MenuSyncRun
from bot.model.translatable import Translatable, tr
from bot.operations.actors import actor_words
from bot.operations.catalog.answers import filled
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import ChannelName, MenuName, Name, OperationFace, Reason
from bot.operations.declared.flows import CountedDays, FigureDays, PausedMenu
from bot.operations.flow_limits import pause_menu as pause_shown
from bot.operations.flow_limits import resume_menu as show_again
from bot.operations.journeys import LATELY
from bot.operations.menu_sync_work import DIGEST, plan_digest
from bot.operations.menu_view import MenuStanding, ShownMenu, menus_view
from bot.operations.menus import MenuTaps, taps
from bot.runtime.menus.menu_plan import PlanStep
from bot.store.cluster.menu_syncs import is_lost

SYNC_BY_HAND: Mapping[OperationFace, str] = {
    "command": "oaflow richmenu plan and sync ask LINE themselves, also beside no server"
}
PlanDigest: TypeAlias = Annotated[str, MinLen(DIGEST), MaxLen(DIGEST), Help("as the plan has it")]
PausedMenuName: TypeAlias = Annotated[Name, Help("the rich menu, also one that the playbook lacks by now")]


@dataclass(frozen=True, slots=True)
class TappedArea:
    """An area of a tab."""

    tab: str
    area: str
    taps: int
    or_typed: Annotated[bool, Help("LINE does not say whether it was tapped or typed.")]


@dataclass(frozen=True, slots=True)
class MenuRow:
    """A rich menu of a channel."""

    menu: Annotated[str, Column(tr("menu"))]
    audience: Annotated[str, Column(tr("who sees it")), Help("Empty: all whom none above is for.")]
    standing: Annotated[MenuStanding, Column(tr("stands"))]
    since: Annotated[datetime | None, Column(tr("since"))]
    until: Annotated[datetime | None, Column(tr("until"))]
    at_line: Annotated[bool, Column(tr("at LINE")), Help("LINE has it as the playbook says.")]
    taps: Sequence[TappedArea]


@dataclass(frozen=True, slots=True)
class MenuList:
    """The rich menus of a channel, in the order in which they are for somebody."""

    channel: str
    same: Annotated[bool, Help("By what the last sync has left, LINE has them as the playbook says.")]
    synced: datetime | None
    menus: Annotated[Sequence[MenuRow], Table(tr("the playbook has no rich menus"))]


@dataclass(frozen=True, slots=True)
class MenuPaused(MenuPause):
    """What holds now."""

    new: Annotated[bool, Help("`false`: it was so before.")]

    def lines(self, at: Clock) -> Iterator[Translatable]:
        if self.new:
            yield tr(
                "paused: people get the next rich menu that is for them; every process knows within a second"
            )
        else:
            by = actor_words(self.by)
            yield tr("paused already, since {at}, by {who}", at=at(self.at), who=by)


@dataclass(frozen=True, slots=True)
class MenuResumed(PausedMenu):
    """What held until now."""

    def lines(self, at: Clock) -> Iterator[Translatable]:
        yield tr("it is shown again to whom it is for")


@dataclass(frozen=True, slots=True)
class MenuSyncPlan:
    """What a sync of a channel's rich menus would do at LINE."""

    channel: str
    digest: Annotated[str, Help("Binds a sync to this plan.")]
    steps: Sequence[PlanStep]
    foreign: Annotated[int, Help("Menus that others have made, which stay.")]


@dataclass(frozen=True, slots=True)
class MenuSyncNow(MenuSyncRun):
    """How far a sync is."""

    lost: Annotated[bool, Help("Its process has ended.")] = False


@dataclass(frozen=True, slots=True)
class MenuSyncProgress:
    """The last sync that was ordered over the API or in the console."""

    run: MenuSyncNow | None


@operation("menus.list", example="--channel main")
async def list_menus(
    call: OperationCall, channel: ChannelName | None = None, days: FigureDays = LATELY
) -> MenuList:
    """The rich menus of a channel (the first): who sees which, whether LINE has them so, taps on areas."""
    of = _channel(call, channel)
    view = await menus_view(call.stores, call.playbook, of, None, days, call.now, call.language)
    return MenuList(of, view.is_same, view.synced, list(map(_row, view.menus)))


def _channel(call: OperationCall, channel: str | None) -> str:
    return next(iter(call.settings.channels)) if channel is None else channel


def _row(one: ShownMenu) -> MenuRow:
    taps = [
        TappedArea(tab.tab.name, area.area.name, area.taps, area.or_typed)
        for tab in one.tabs
        for area in tab.areas
    ]
    is_same = all(tab.is_same for tab in one.tabs)
    return MenuRow(one.menu.name, one.audience, one.standing, one.menu.since, one.menu.until, is_same, taps)


@operation("menus.pause", changes=True, audit="menu_paused", example="主選單 --reason 圖放錯了")
async def pause_menu(call: OperationCall, menu: MenuName, reason: Reason) -> MenuPaused:
    """A rich menu is as if it were not there: people get the next one that is for them."""
    made, is_new = await pause_shown(call.stores, call.playbook, menu, reason, call.by, call.now)
    await call.look()
    return MenuPaused(**asdict(made), new=is_new)


@operation("menus.resume", changes=True, audit="menu_resumed", example="主選單")
async def resume_menu(call: OperationCall, menu: PausedMenuName) -> MenuResumed:
    """A rich menu that staff have paused is shown again."""
    ended, why = await show_again(call.stores, menu, call.by, call.now)
    await call.look()
    return MenuResumed(**asdict(ended), reason=why)


@operation("menus.counts", asks_line=True, example="--days 7")
async def count_taps(call: OperationCall, days: CountedDays = LATELY) -> MenuTaps:
    """How often each area was tapped."""
    return await taps(call.stores, call.playbook, days)


@operation("menus.plan", not_in=SYNC_BY_HAND)
async def plan_menus(call: OperationCall, channel: ChannelName | None = None) -> MenuSyncPlan:
    """What a sync of a channel's rich menus would do at LINE, which is asked, step by step."""
    found = await call.server.menu_work.planned(_channel(call, channel))
    return MenuSyncPlan(found.channel, plan_digest(found), list(found.plan.steps()), found.plan.foreign)


@operation("menus.sync", changes=True, audit="menus_synced", not_in=SYNC_BY_HAND)
async def sync_menus(call: OperationCall, channel: ChannelName, digest: PlanDigest) -> MenuSyncRun:
    """Do what was planned; one at a time on a channel. Another plan by now is refused."""
    return await call.server.menu_work.order_planned(channel, digest, call.by)


@operation("menus.progress", not_in=SYNC_BY_HAND)
async def menu_sync_progress(call: OperationCall, channel: ChannelName | None = None) -> MenuSyncProgress:
    """How far the last sync of a channel is that was ordered here or in the console."""
    found = await call.stores.menu_syncs.of(_channel(call, channel))
    if found is None:
        return MenuSyncProgress(None)
    return MenuSyncProgress(filled(MenuSyncNow, found, lost=is_lost(found, call.server.menu_work.now())))
