"""Flows with people in them, what was counted of these, and the team's pages over them."""

from __future__ import annotations

from collections.abc import Mapping

from bot.engine.compiled.playbook import Playbook
from bot.model.channel import Channel, PricePlan
from bot.model.contact import Contact, Identity
from bot.model.counts import ENTERED, FAILED, FINISHED, LEFT, PASSED, SENT, Counted
from bot.model.instance import Instance
from bot.model.journal import TimelineRow
from bot.model.mark import Mark
from bot.model.processes import part_of
from bot.model.reports import JourneyReport
from bot.model.settings import Settings
from bot.operations.journey_reports.report import journey_report
from bot.operations.journeys import FlowCounts, flow_counts
from bot.operations.recent_figures import RecentFigures
from bot.operations.resolve_name import flow_of
from bot.store.stores import Stores
from bot.web.admin.flow_pages import FlowFigures, FlowPages
from tests.conftest import NOW
from tests.playbooks import compiled
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import StaffWorld

CHANNELS = {"main": "森活", "b2b": "批發"}
PLAN = PricePlan(monthly_fee=800, included=0, extra=0.2)
SETTINGS = Settings(
    {
        "main": Channel("main", "@forest", "1", "x", app_name="森活", plan=PLAN),
        "b2b": Channel("b2b", "@trade", "2", "x", app_name="批發"),
    }
)
BOOK = compiled(
    """\
bot: 森活選品
channels:
  main: {id: forest, channel_id: "1", channel_secret: x, plan: {included: 0, monthly_fee: 800, extra: 0.2}}
  b2b: {id: trade, channel_id: "2", channel_secret: x, plan: {included: 0, monthly_fee: 800, extra: 0.2}}
tags: {VIP: {added_by: staff}, 已購: {added_by: staff}}
flows:
  vip:
    title: VIP 旅程
    when: {tag_added: VIP}
    if: {channel: main}
    once_per: person
    goal: {tag_added: 已購, within: 7d}
    states:
      hello: {title: 第一則, push: 歡迎您, wait: 1d, next: again}
      again: {title: 第二則, push: 還在嗎, wait: 1d, next: done}
      done: {title: 走完, end: true}
  quiz:
    title: 小測驗
    states:
      ask:
        {title: 問膚質, ask: 您的膚質是？, answer: [乾性, 油性], give_up_after: {30m: given_up}, next: done}
      given_up: {title: 沒有回答, end: true}
      done: {title: 走完, reply: 謝謝, end: true}
rules:
  - when: {text: 測驗}
    start: quiz
"""
)


def in_step(name: str, flow: str, state: str, channel: str = "main") -> Contact:
    """Somebody in a step."""
    instance = Instance(flow, channel, state, 1, NOW, NOW)
    return Contact(
        f"{channel}:{name}", name=name, identities=(Identity(channel, name, friend=True),), flows=(instance,)
    )


async def counted(stores: Stores, marks: Mapping[Mark, int]) -> None:
    """As turns count: so often each, today."""
    rows = []
    for number, (mark, times) in enumerate(marks.items()):
        for again in range(times):
            event, contact = f"main:{number}-{again}", f"main:U{number}"
            day = Counted(event, "2026-11-20", (mark,))
            rows.append(TimelineRow(event, contact, part_of(contact), NOW, "text", counted=day))
    await stores.journal.timeline(rows)


VIP_COUNTS = {
    Mark("main", "vip", ENTERED): 5,
    Mark("main", "vip", SENT, ("hello", "push")): 4,
    Mark("main", "vip", FAILED, ("hello", "blocked")): 1,
    Mark("main", "vip", LEFT, ("hello", "exit")): 1,
    Mark("main", "vip", FINISHED, ("done",)): 2,
}


async def flow_world(worlds: StaffWorlds, book: Playbook = BOOK) -> StaffWorld:
    """The pages, and where their counting is."""
    stores, clock = worlds.stores, worlds.clock

    async def counts(flow: str, days: int, version: str) -> FlowCounts:
        return await flow_counts(stores, book, flow, days, clock.now())

    async def goal(flow: str, days: int, version: str) -> JourneyReport:
        return await journey_report(stores, book, flow_of(book, flow), days)

    figures = FlowFigures(RecentFigures(counts, clock.now), RecentFigures(goal, clock.now))
    pages = FlowPages(worlds.console(lambda: book, SETTINGS), figures)
    return await worlds(pages.handlers(), channels=CHANNELS)


def way(state: str, to: str) -> Mark:
    """How the counts name the way by the only rule of a step."""
    return Mark("main", "vip", PASSED, (state, BOOK.flows["vip"].states[state].rules[0].key, to))
