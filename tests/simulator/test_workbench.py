"""The workbench's page: tabs, states, keyboard, sizes, contrast, hostile texts, many entries. L3, L4.

Turns come from a real bot in test_workbench_with_bot.py; here they are made, to have every kind at hand.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Page, ViewportSize, expect

from bot.engine import notes
from bot.engine.conditions import reasons
from bot.engine.turn.change_notes import ADDED
from bot.model.decision import TraceStep
from bot.model.event import (
    Event,
    Follow,
    News,
    Other,
    Outcome,
    Postback,
    RewriteKind,
    Rewritten,
    Source,
    TextMessage,
    TimerDue,
    What,
)
from bot.model.instance import Timer
from bot.model.place import Place
from bot.model.staff_order import StaffSets, StaffTags
from bot.model.trace import NoteKind, NoteValue, TraceNote
from bot.scenario.explain import Candidate
from bot.simulator.workbench.turn_card import ShownTurn, drawn, in_each_language
from bot.wording.near_rules import Offered
from bot.wording.rule_to_paste import Paste
from bot.wording.trace_words import timer_text
from bot.wording.turn_summary import Change, event_line, event_sentence
from tests.depth import one_of
from tests.eventually import comes_to, eventually, frames, pasted
from tests.simulator.conftest import World
from tests.simulator.lent_pages import DESK, PHONE, Pages, complaints, without_refusals
from tests.simulator.page_work import measured

NOW = 1_785_556_800_000  # 2026-08-01 12:00 in Taipei
DAY = 86_400_000
LOOKS = (Path(__file__).parent / "looks.js").read_text("utf-8")
MARKUP = '<img src=x onerror="window.hacked=1">'


def due(flow: str, timer: str) -> TimerDue:
    return TimerDue(Timer(flow, "main", 1, timer, datetime.now(UTC)))


def next_due(friend: str, timer: str, at: int) -> dict[str, Any]:
    """The next timer, as the clock tells it."""
    return {
        "next": {
            "due": at,
            "contact": friend,
            "what": timer,
            "sentence": in_each_language(timer_text(timer), None),
        }
    }


CLOSED_TO_STRANGERS = (TraceNote(reasons.TAG_OFF, (("VIP",),)), TraceNote(reasons.CLOSED, ("門市時間",)))


def step(kind: NoteKind, *values: NoteValue, place: str = "") -> TraceStep:
    """A step, and where it is in the playbook: `file:line`."""
    file, _, line = place.rpartition(":")
    return TraceStep(Place(file, int(line), 1, "") if file else None, TraceNote(kind, values))


SAID = ShownTurn("", [{"type": "text", "text": "本週全館 85 折"}])
"""The bot has said this, and nothing else has come of it."""


@dataclass
class Bench:
    """The page, and what its readings are answered with instead of the server."""

    page: Page
    world: World
    friend: str
    given: dict[str, Any] = field(default_factory=dict)

    def answer(self, path: str) -> web.Response | None:
        found = next((answer for end, answer in self.given.items() if path.endswith(end)), None)
        if found is None or not path.startswith("/simulator/api/"):
            return None
        if isinstance(found, int):
            return web.json_response({"error": "other"}, status=found)
        return web.json_response(found)

    async def open(self, size: ViewportSize = DESK) -> Page:
        """The page, with the friend's chat."""
        await self.page.set_viewport_size(size)
        await self.page.goto(f"{self.world.url}/simulator/?friend={self.friend}")
        await expect(self.page.locator("#chat-as")).to_contain_text("小美")  # it listens to the stream now
        if size == PHONE:
            await self.page.locator("#fold").click()
        return self.page

    def turn(
        self, number: int, heard: str | What = "優惠", card: ShownTurn = SAID, **more: Any
    ) -> dict[str, Any]:
        """A turn as the server tells it; what came in is a text that was said, or what happened."""
        what = TextMessage(heard) if isinstance(heard, str) else heard
        came = Event("e", "main", Source("user", self.friend), datetime.now(UTC), what)
        sent = {"how": "reply", "messages": ["本週全館 85 折"], "cost": 0, "status": 200, "error": None}
        who = {"id": f"turn-{number}", "chat": self.friend, "channel": "main", "event": f"event-{number}"}
        rest = {"at": NOW + number * 1000, "sent": [sent], "bubbles": [], "page": None}
        shown = replace(card, heard=event_sentence(came) or event_line(came))
        return who | rest | {"card": drawn(shown, None)} | more

    def tell(self, kind: str, change: dict[str, Any]) -> None:
        """A change on the stream of events."""
        self.world.simulator._feed.publish(kind, change)


@pytest_asyncio.fixture(loop_scope="session")
async def bench(world: World, pages: Pages) -> AsyncIterator[Bench]:
    """A friend whom the bot has greeted, and the page that is to be opened. No script may fail."""
    async with pages.lend(DESK, timezone_id="Europe/Paris") as page:
        with complaints(page, console=True) as wrong:
            there = Bench(page, world, await world.friend())
            clock = {"now": NOW, "ahead": 0, "zone": "Asia/Taipei", "next": None}
            there.given |= {"turns": {"turns": []}, "clock": clock}
            world.instead = there.answer
            yield there
    assert without_refusals(wrong) == []
    assert "window.hacked" not in wrong


async def test_tabs_by_keyboard_and_after_a_reload(bench: Bench) -> None:
    page = await bench.open()
    await expect(page.locator("#nothing")).to_be_visible()
    await page.locator("#tab-why").focus()
    for key, name in (
        ("ArrowRight", "person"),
        ("End", "faults"),
        ("ArrowRight", "why"),
        ("ArrowLeft", "faults"),
    ):
        await page.keyboard.press(key)
        await expect(page.locator(f"#tab-{name}")).to_be_focused()
        await expect(page.locator(f"#panel-{name}")).to_be_visible()
    await expect(page.locator("[role=tab][tabindex='0']")).to_have_count(1)
    await expect(page.locator("[role=tabpanel]:not([hidden])")).to_have_count(1)
    await page.reload()
    await expect(page.locator("#tab-faults")).to_have_attribute("aria-selected", "true")


async def test_a_turn_tells_its_steps_its_reasons_and_what_it_changed(bench: Bench) -> None:
    steps = [
        step(notes.CONDITION, CLOSED_TO_STRANGERS, place="rules/a.yaml:4"),
        step(notes.RULE_MATCHED, "優惠", place="rules/a.yaml:9"),
        *(step(ADDED, (f"第{n}個",), place=f"rules/a.yaml:{10 + n}") for n in range(20)),
    ]
    changed = [
        Change("tag 熟客", None, "until 2026-12-24 10:00"),
        Change("timer staff", None, "2026-08-02 10:00"),
        Change("attribute skin", "乾性", "油性"),
        Change("flow quiz", "問膚質", None),
    ]
    push = {"how": "push", "messages": ["早安"], "cost": 1, "status": 200, "error": None}
    first = bench.turn(1, card=replace(SAID, trace=steps, changed=changed), sent=[push])
    bench.given["turns"] = {"turns": [first]}
    await bench.open()
    card = bench.page.locator("#turns > .turn")
    await expect(card.locator("time")).to_have_text("12:00:01")  # by the playbook's clock, not the browser's
    await expect(card.locator(".turn-head .cost")).to_have_text("用掉額度 1 則")
    await expect(card.locator(".step.not .because li")).to_have_text(
        ["沒有標籤「VIP」", "現在不是「門市時間」"]
    )
    await expect(card.locator(".step.heard .source")).to_contain_text("rules/a.yaml:9")
    await expect(card.locator(".step:visible")).to_have_count(8)
    await card.locator("summary", has_text="還有 14 步").click()
    await expect(card.locator(".step:visible")).to_have_count(22)
    spoken = card.locator(".turn-body .change .unseen")
    told = ["標籤 熟客 新增 到 2026-12-24 10:00", "屬性 skin 改變 乾性 → 油性", "流程 quiz 移除 問膚質"]
    await expect(spoken).to_have_text([*told, "開始等候 客人很久沒有再傳訊息，交還給機器人 2026-08-02 10:00"])

    bench.tell("turn", bench.turn(2, Follow(again=False)))
    cards = bench.page.locator("#turns > .turn")
    await expect(cards.locator(".turn-heard")).to_have_text(["加入好友", "優惠"])
    await expect(cards.first).to_have_class(re.compile(r"\bopen new\b"))
    await expect(cards.last.locator(".turn-head")).to_have_attribute("aria-expanded", "false")
    await cards.last.locator(".turn-head").press("Enter")
    await expect(cards.last.locator(".turn-head")).to_be_focused()
    await expect(cards.last.locator(".step").first).to_be_visible()


async def test_a_journey_that_waits_at_its_door_is_told_in_words(bench: Bench) -> None:
    """H6: a timer of a paused one comes again every hour, and would look as if something had gone wrong."""
    steps = [
        step(notes.STATE, "提醒", "welcome", place="flows/a.yaml:4"),
        step(notes.GATE_HELD, "quiet"),
        step(notes.FLOW_ENDED, "quiz", "完成"),
        step(notes.STATE_LOST, "quiz", "甲"),
    ]
    changed = [
        Change("flow welcome", "提醒 (held: quiet)", "提醒"),
        Change("timer welcome door", "2026-08-02 09:00", None),
    ]
    held = bench.turn(1, due("welcome", "door"), ShownTurn("", trace=steps, changed=changed))
    bench.given["turns"] = {"turns": [held]}
    await bench.open()
    card = bench.page.locator("#turns > .turn")
    await expect(card.locator(".turn-heard")).to_have_text("流程「welcome」暫緩的那一步繼續了")
    lines = [
        "進到「提醒」這一步（流程「welcome」）",
        "先暫緩，等勿擾時段結束",
        "流程「quiz」結束在「完成」",
        "流程「quiz」已經沒有步驟「甲」",
    ]
    await expect(card.locator(".step-notice > div:first-child")).to_have_text(lines)
    await expect(card.locator(".step .because")).to_have_count(0)
    spoken = card.locator(".turn-body .change .unseen")
    waited = "流程 welcome 改變 提醒（先暫緩，等勿擾時段結束） → 提醒"
    await expect(spoken).to_have_text(
        [waited, "不再等候 流程「welcome」，可以推播了（原本 2026-08-02 09:00）"]
    )

    paused = ShownTurn("", trace=[step(notes.TIMER_WAITS, "door")])
    bench.tell("turn", bench.turn(2, due("welcome_series", "door"), paused, event=None, sent=[]))
    await expect(bench.page.locator("#turns > .turn")).to_have_count(2)
    turn = bench.page.locator("#turns > .turn").first
    await expect(turn.locator(".turn-heard")).to_have_text("流程「welcome_series」暫緩的那一步繼續了")
    await expect(turn).to_contain_text("流程暫停中，恢復之後才繼續")
    await expect(turn).not_to_contain_text("沒有回應")
    await expect(turn).not_to_contain_text("paused")


async def test_a_push_that_was_left_out_says_why_instead_of_silence(bench: Bench) -> None:
    """Also while the card is folded: a month's list of such turns is read at a glance."""
    silent: dict[str, Any] = {"event": None, "sent": []}
    held = ShownTurn("", trace=[step(notes.GATE_HELD, "quiet")])
    skipped = ShownTurn(
        "", trace=[step(notes.STATE, "提醒", "welcome"), step(notes.PUSH_SKIPPED, "marketing stopped")]
    )
    turns = [
        bench.turn(1, News("shop", "order_paid"), held, **silent),
        bench.turn(2, due("welcome", "3d"), skipped, **silent),
        bench.turn(3, due("welcome", "3d"), ShownTurn(""), **silent),
        bench.turn(4, StaffTags("staff", add=("VIP",)), ShownTurn(""), **silent),
        bench.turn(5, Postback("點我", {}), ShownTurn("", is_answer_expected=True), **silent),
    ]
    bench.given["turns"] = {"turns": turns}
    await bench.open()
    cards = bench.page.locator("#turns > .turn")
    why = ["沒有回應", "略過推播：客人不要行銷訊息", "先暫緩，等勿擾時段結束"]
    await expect(cards.locator(".turn-answer")).to_have_text(why)
    await expect(cards.first).to_contain_text("沒有回應")  # only there somebody waits for an answer
    await expect(cards.last.locator(".turn-heard")).to_have_text("商店通知：訂單已付款")


async def test_an_outcome_that_nobody_sees_stays_folded_and_is_told_in_words(bench: Bench) -> None:
    """The answer before it stays open: people look for it. The engine's own timers have words.

    A birthday's next time is a year away: without the year it reads as if it were today.
    """
    at = NOW + 365 * DAY
    steps = [
        step(notes.OUTCOME_IGNORED, "hook", "failed"),
        step(notes.STAFF_SILENT),
    ]
    came = Outcome("hook", "failed", None, "crm")
    silent = bench.turn(2, came, ShownTurn("", trace=steps), event=None, sent=[], answered=[])
    bench.given["turns"] = {"turns": [bench.turn(1, answered=["本週全館 85 折"]), silent]}
    bench.given["clock"] |= next_due(bench.friend, "recall start 0", at)
    bench.given["/contact"] = {"timers": [{"flow": "birthday", "timer": "start 0", "due": at}]}
    await bench.open()
    heads = bench.page.locator("#turns .turn-head")
    await expect(bench.page.locator("#turns .turn-heard")).to_have_text(
        ["外部系統「crm」沒有回應，或回應有錯", "優惠"]
    )
    await expect(heads.first).to_have_attribute("aria-expanded", "false")
    await expect(heads.last).to_have_attribute("aria-expanded", "true")
    await heads.first.click()
    told = ["外部系統沒有回應，或回應有錯，目前沒有流程在等這個結果", "客服正在處理這段對話，機器人先不回覆"]
    await expect(bench.page.locator("#turns .step")).to_have_text(told)
    await bench.page.locator("#tab-clock").click()
    await expect(bench.page.locator(".next-timer")).to_contain_text("小美 · 流程「recall」依日期開始")
    await expect(bench.page.locator(".next-timer")).to_contain_text("2027年8月1日")


async def test_a_visit_of_a_page_is_one_card_in_the_clock_as_well(bench: Bench) -> None:
    await bench.open()
    await bench.page.locator("#tab-clock").click()
    bench.given["clock"] |= {"now": NOW + DAY, "stopped": None, "why": None}
    await bench.page.get_by_role("button", name="快轉 1 天").click()
    shown = {"name": "phone_binding", "opened": False, "kind": "question", "texts": ["手機？"]}
    page = {**shown, "visit": "turn-1"}
    on_way = NOW + DAY // 2  # seconds may pass before the button is found
    for number in (1, 2, 3):
        shown_there = ShownTurn("", page=("question", ["手機？"]))
        turn = bench.turn(number, "0912", shown_there, page=page, sent=[], at=on_way + number)
        bench.tell("turn", turn)
    bench.tell("turn", bench.turn(4, "優惠", at=on_way + 4))
    cards = bench.page.locator("#panel-clock .turn")
    await expect(cards).to_have_count(2)
    await expect(cards.last).to_contain_text("（在網頁上 2 步）")
    await cards.last.locator(".turn-head").click()
    await expect(cards.last.locator(".visit-turn")).to_have_count(3)


TOLD_OF: list[tuple[StaffTags | StaffSets | News | Rewritten, str]] = [
    (
        StaffTags("command:amy", add=("團購主",), remove=("新客",)),
        "客服改標籤：加上「團購主」、拿掉「新客」",
    ),
    (StaffSets("口味", "甜的"), "客服改屬性「口味」"),
    (StaffSets("口味", None), "客服清掉屬性「口味」"),
    (News("enters", "沉睡的VIP"), "進入分眾「沉睡的VIP」"),
    (News("leaves", "沉睡的VIP"), "離開分眾「沉睡的VIP」"),
    (News("signal", "到貨"), "收到訊號「到貨」"),
    (Rewritten("merged", "main:U2"), "和另一個聯絡人合併了"),
    (Rewritten("parted", "main:U2"), "合併復原了"),
    (Rewritten("phone_came", "main:U2"), "手機從另一個 LINE 帳號移過來了"),
    (Rewritten("phone_went", "main:U2"), "手機移到另一個 LINE 帳號了"),
    (Rewritten("phone_came_back", "main:U2"), "手機移回來了"),
    (Rewritten("phone_lost", "main:U2"), "手機已經是另一位會員的"),
]


async def test_what_staff_and_we_ourselves_do_is_told_in_words(bench: Bench) -> None:
    """J1, B15: `oaflow contact tag` shows up here as one thing more that happened."""
    assert {what.what for what, _ in TOLD_OF if isinstance(what, Rewritten)} == set(get_args(RewriteKind))
    turns = [bench.turn(n, what, event=None) for n, (what, _) in enumerate(TOLD_OF)]
    bench.given["turns"] = {"turns": turns}
    await bench.open()
    told = [words for _, words in reversed(TOLD_OF)]
    await expect(bench.page.locator("#turns .turn-heard")).to_have_text(told)


async def test_many_turns_scroll_in_their_panel_not_the_page(bench: Bench) -> None:
    changed = replace(SAID, changed=[Change("tag 熟客", None, "on")])
    bench.given["turns"] = {"turns": [bench.turn(n, card=changed) for n in range(30)]}
    await bench.open({"width": 1024, "height": 768})
    await expect(bench.page.locator("#turns > .turn")).to_have_count(30)
    await comes_to(bench.page, "document.documentElement.scrollHeight", 768)


async def test_a_text_shows_the_rule_that_would_hear_it_and_those_that_do(bench: Bench) -> None:
    rule = "- when: {text: 退貨}\n  reply: …"
    await bench.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await bench.open()
    offered = Offered(Paste(rule, "rules/answers.yaml", 4, "rules:"), None)
    bench.tell("turn", bench.turn(1, "退貨", ShownTurn("", offered=offered, is_unheard=True), sent=[]))
    card = bench.page.locator("#turns > .turn")
    await expect(card).to_contain_text("沒有符合的規則")
    await expect(card).to_contain_text("打開 rules/answers.yaml，在第 5 行的最左邊點一下，貼上")
    await card.locator("summary").click()
    await card.get_by_role("button", name="複製", exact=True).click()
    await expect(bench.page.locator("#spoken")).to_have_text("已複製")
    # whole lines: pasted before the next rule, they do not run into it
    await pasted(bench.page, f"{rule}\n".__eq__)

    # what a rule for all the rest took has its rule as well; what is to become a file of its own is told so
    rule = "  - when: sticker\n    reply: …"
    took = Offered(Paste(rule, "rules/new.yaml"), Place("rules/keywords.yaml", 74, 5, ""))
    bench.tell("turn", bench.turn(2, "(sticker)", replace(SAID, offered=took)))
    await expect(bench.page.locator("#turns > .turn")).to_have_count(2)
    card = bench.page.locator("#turns > .turn").first
    await expect(card).to_contain_text("想讓機器人回答這句話，加上這條規則")
    await expect(card).to_contain_text("建立 rules/new.yaml")
    await expect(card).to_contain_text("anything_else 回答的。它永遠排在最後才看")

    # those that only stand too far behind are one row: three that read the same told nothing
    behind = [Candidate(Place("rules/a.yaml", n, 1, ""), "later") for n in (3, 9, 27)]
    bench.tell("turn", bench.turn(3, card=replace(SAID, rules=behind)))
    await expect(bench.page.locator("#turns > .turn")).to_have_count(3)
    row = bench.page.locator("#turns > .turn").first.locator(".step")
    await expect(row).to_have_count(1)
    await expect(row).to_contain_text("另外 3 條規則也符合，但排在後面")
    shown = row.locator(".source bdi")
    await expect(shown).to_have_text(["rules/a.yaml:3", "rules/a.yaml:9", "rules/a.yaml:27"])


async def test_what_people_wrote_stays_text(bench: Bench) -> None:
    """Names, texts and bodies are an attacker's."""
    steps = [
        step(notes.RULE_MATCHED, MARKUP, place="rules/" + MARKUP + ".yaml:1"),
        step(notes.UNKNOWN, MARKUP),
    ]
    said = [{"type": "text", "text": text} for text in (MARKUP, "長" * 5000)]
    offered = Offered(Paste(MARKUP, MARKUP, 4, MARKUP), None)
    all_of_it = ShownTurn(
        "", said, ("question", [MARKUP]), steps, [Change(f"tag {MARKUP}", None, MARKUP)], offered=offered
    )
    turn = bench.turn(1, MARKUP * 40, all_of_it)
    odd = bench.turn(2, Other("toString", {}), replace(SAID, trace=[step(notes.UNKNOWN, "__proto__")]))
    bench.given["turns"] = {"turns": [turn, odd]}
    body = {MARKUP: [MARKUP, {"__proto__": None}], "text": "長" * 3000}
    exchange = {"request": {"method": MARKUP, "address": MARKUP, "headers": {MARKUP: MARKUP}, "body": body}}
    await bench.world.do(f"friends/{bench.friend}/say", {"text": MARKUP})
    page = await bench.open()
    await page.locator(".turn-head").last.click()
    await expect(page.locator("#turns")).to_contain_text(MARKUP)
    await page.locator("#tab-log").click()
    for entry in (await bench.world.get("state"))["happened"]:
        bench.given[entry["id"]] = exchange | {"response": None}
    await page.locator(".deed-head").first.click()
    await expect(page.locator(".json")).to_contain_text("__proto__")
    bench.given["/scenario"] = {"yaml": f"scenario: {MARKUP}", "holds": False, "failure": MARKUP}
    await page.locator("#tab-recording").click()
    await expect(page.locator(".record-reason")).to_contain_text(MARKUP)
    await expect(page.get_by_role("button", name="存成測試對話")).to_be_disabled()
    assert await page.evaluate("window.hacked") is None
    assert await page.locator(".workbench img").count() == 0
    await comes_to(page, "document.documentElement.scrollWidth", DESK["width"])


async def test_what_is_known_can_be_unreadable_and_unknown(bench: Bench) -> None:
    """Then the console's page is not asked for either."""
    bench.given["/contact"] = 500
    page = await bench.open()
    panel = page.locator("#panel-person")
    await page.locator("#tab-person").click()
    await expect(panel.get_by_role("alert").first).to_contain_text("讀不到這一塊")
    del bench.given["/contact"]  # the server knows of no turn here
    await panel.get_by_role("button", name="再試一次").click()
    await expect(panel).to_contain_text("還不認識這位好友")
    await expect(panel.locator(".person-page")).to_be_hidden()


async def test_a_request_opens_to_its_json_which_folds(bench: Bench) -> None:
    bench.given["turns"] = 500
    page = await bench.open()
    await expect(page.locator("#panel-why").get_by_role("alert")).to_contain_text("讀不到這一塊")
    await page.locator("#tab-log").click()
    head = page.locator(".deed-head").first
    await expect(head).to_contain_text("小美：加入好友")
    await head.press("Enter")
    await expect(head).to_be_focused()
    deed = page.locator(".deed.open")
    await expect(deed.locator(".half").first).to_contain_text("POST")
    follow = deed.locator("details", has=page.locator("summary", has_text='"source"')).last
    await expect(follow.locator(".json-inside")).to_contain_text(bench.friend)
    await follow.locator("summary").press("Enter")
    await expect(follow.locator(".json-inside")).to_be_hidden()
    await head.press("Enter")
    await expect(page.locator(".deed.open")).to_have_count(0)


@pytest.mark.parametrize(
    "number", [250, pytest.param(1_500, marks=pytest.mark.ring("soak", "more of the same"))]
)
async def test_a_busy_simulator_leaves_the_page_usable(bench: Bench, number: int) -> None:
    """Twice as many changes: what is drawn is bounded, and a key press is still answered at once."""
    page = await bench.open()
    await page.locator("#tab-log").click()
    matched = replace(SAID, trace=[step(notes.RULE_MATCHED, "x", place="a.yaml:1")])
    called = {"kind": "call", "channel": "main", "chat": None, "what": "push", "status": 200, "error": None}
    for n in range(number):
        bench.tell("turn", bench.turn(n, f"第 {n} 句", matched))
        bench.tell(
            "happened", called | {"id": f"c{n}", "at": NOW + n, "paid": 1, "messages": 1, "text": f"{n}"}
        )
        if n % 500 == 499 or n == number - 1:  # a listener that is 2,000 changes behind would begin anew
            await expect(page.locator(".deed").first).to_contain_text(f"{n}")
    await expect(page.locator(".deed")).to_have_count(60)
    await page.get_by_role("button", name="更早的").click()
    await expect(page.locator(".deed")).to_have_count(120)
    await page.locator("#tab-why").click()
    await expect(page.locator(".turn")).to_have_count(50)
    await expect(page.locator(".turn-heard").first).to_have_text(f"第 {number - 1} 句")
    async with measured(page) as work:
        await page.evaluate(
            """async () => {
                document.getElementById("tab-log").click();
                await new Promise(requestAnimationFrame);
                await new Promise(requestAnimationFrame);
            }"""
        )
    assert work.frames < 300, "a hundred, when this was written"


async def test_a_state_that_is_asked_for_twice_at_once_is_read_to_its_end(bench: Bench) -> None:
    """After a restart `hello` and `reset` come together: what changes meanwhile is applied once."""
    await bench.open()
    told = await bench.page.evaluate(
        """async () => {
            const { listen } = await import("/simulator/static/connection.js");
            let stream;
            window.EventSource = class extends EventTarget { constructor() { super(); stream = this; } };
            const told = [], ends = [];
            const begin = () => new Promise((end) => ends.push(end));
            const apply = (kind, change) => told.push(change.id);
            listen({ begin, apply, up: () => told.push("up"), down: () => told.push("down") });
            stream.dispatchEvent(new Event("hello"));
            stream.dispatchEvent(new Event("reset"));
            stream.dispatchEvent(new MessageEvent("friend", { data: '{"id": "a"}' }));
            for (let n = 0; n < 5; n++) {
                ends.splice(0).forEach((end) => end());
                await new Promise((done) => setTimeout(done));
            }
            stream.dispatchEvent(new MessageEvent("friend", { data: '{"id": "b"}' }));
            return told;
        }"""
    )
    assert told == ["a", "up", "b"]


async def test_the_account_and_what_it_has_used(bench: Bench) -> None:
    page = await bench.open()
    await expect(page.locator("#account .usage")).to_contain_text("0／200")
    await bench.world.do("channels/main/quota", {"value": None}, "PUT")
    await expect(page.locator("#account meter")).to_have_count(0)
    await page.locator("#channel").select_option("other")
    await expect(page.locator("#chat-title")).to_have_text("好茶")
    await page.locator("#tab-person").click()
    await expect(page.locator("#panel-person")).to_contain_text("還沒有人")


async def test_why_from_a_message_on_a_phones_screen(bench: Bench) -> None:
    """The message's menu unfolds the workbench at its turn; what is no longer kept is told."""
    push = {
        "to": bench.friend,
        "messages": [{"type": "text", "text": "早安"}, {"type": "text", "text": "晚安"}],
    }
    status, answer, _ = await bench.world.call("POST", "v2/bot/message/push", push)
    assert status == 200
    bench.given["turns"] = {
        "turns": [bench.turn(1, bubbles=[answer["sentMessages"][0]["id"]]), bench.turn(2)]
    }
    page = await bench.open()
    await page.set_viewport_size(PHONE)
    await expect(page.locator("#bench")).to_be_hidden()
    await page.locator(".said .bubble", has_text="晚安").click(button="right")
    await page.get_by_role("button", name="為什麼這樣回").click()
    await expect(page.locator(".toast")).to_have_text("這則訊息的處理過程已經不在了。")
    await expect(page.locator("#bench")).to_be_hidden()
    await page.locator(".said .bubble", has_text="早安").click(button="right")
    await page.get_by_role("button", name="為什麼這樣回").click()
    await expect(page.locator(".turn.chosen .turn-head")).to_be_focused()
    bench.tell("turn", bench.turn(3, "又一句"))
    await expect(page.locator(".turn-heard").first).to_have_text("又一句")
    await expect(page.locator(".turn.chosen .turn-head")).to_be_in_viewport()
    await page.set_viewport_size(DESK)
    bench.tell("turn", bench.turn(4))
    await expect(page.locator("#chat .lit")).to_have_text(re.compile("早安"))


NO_NAME = re.compile(r"(?![中文小美森活選品好茶])[\u3000-\u9fff\uff00-\uffef]")
"""Chinese of the workbench itself."""
NAMES = re.compile("中文|小美|小|森活選品|好茶")
CHINESE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]+")


async def test_english_is_english_everywhere(bench: Bench) -> None:
    """What has no entries yet is told in the chosen language, too; names stay what they are."""
    page = await bench.open()
    await page.locator("#language").click()
    for name in ("why", "person", "clock", "log", "faults", "recording"):
        await page.locator(f"#tab-{name}").click()
        await expect(page.locator(f"#panel-{name}")).to_be_visible()
        await expect(page.locator(".workbench .lines")).to_have_count(0)
        workbench = page.locator(".workbench")  # what is being read when the language changes is drawn anew
        await expect(workbench).not_to_contain_text(NO_NAME, use_inner_text=True)
        await eventually(workbench.inner_text, lambda text: CHINESE.findall(NAMES.sub("", text)) == [])


NARROWEST = ViewportSize(width=320, height=640)
DRESSED = [
    (DESK, "light zh-TW"),
    (DESK, "dark en"),
    (PHONE, "dark en"),
    (NARROWEST, "dark en"),
    (NARROWEST, "light zh-TW"),
    (PHONE, "light zh-TW"),
]


@pytest.mark.parametrize(("size", "dress"), one_of(3, DRESSED))
async def test_every_tab_can_be_read_and_reached(bench: Bench, size: ViewportSize, dress: str) -> None:
    """Nothing hangs over the edge, targets are large enough, everything has a name, contrast is AA."""
    scheme, language = dress.split()
    changed = [Change("tag 熟客", None, "on"), Change("flow q", "a", None)]
    steps = [
        step(notes.RULE_MATCHED, "優惠", place="rules/a_rather_long_name_of_a_file.yaml:9"),
        step(notes.UNKNOWN, "x: lost (why: no)"),
    ]
    push = {"how": "push", "messages": ["早安"], "cost": 1, "status": 500, "error": "Internal error"}
    offered = Offered(Paste("- when: {text: x}", "rules/a.yaml", 4, "rules:"), None)
    long = bench.turn(1, card=ShownTurn("", (), None, steps, changed, offered=offered, is_unheard=True))
    bench.given["turns"] = {"turns": [bench.turn(0), long | {"sent": [push, long["sent"][0]]}]}
    clock = {"now": NOW + DAY, "ahead": 86400, "zone": "Asia/Taipei"}
    bench.given["clock"] = clock | next_due(bench.friend, "quiz 30m", NOW + 2 * DAY)
    groups = [{"name": "welcome_test", "group": "對照", "groups": ["對照", "優惠"]}]
    bench.given["/contact"] = {"splits": groups, "staff": True, "bound": [{"kind": "phone", "at": NOW}]}
    bench.given["/scenario"] = {"yaml": "scenario: x # y\nsteps: []", "holds": True, "failure": None}
    await bench.world.do("channels/main/faults", {"answer": "500", "slow": None, "deliver": None}, "PUT")
    page = bench.page
    await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    await bench.open(size)
    if size["width"] < 900 and size != PHONE:
        await page.locator("#fold").click()
    if size["width"] < 900:
        await expect(page.locator("#fold-latest")).to_have_text("故障中：500 內部錯誤")
    if language == "en":
        await page.locator("#language").click()
    for name in ("why", "person", "clock", "log", "faults", "recording"):
        await page.locator(f"#tab-{name}").click()
        await expect(page.locator(f"#panel-{name}")).to_be_visible()
        if name == "log":
            await page.locator(".deed-head").first.click()
            await expect(page.locator(".half").first).to_be_visible()
        if name == "clock":  # drawn in the frame after its tab
            await expect(page.locator(".next-timer")).not_to_be_empty()
        await expect(page.locator(".workbench .lines")).to_have_count(0)
        await frames(page, 4)
        await comes_to(page, "document.documentElement.scrollWidth", size["width"])
        for looked in ("small", "unnamed", "faint"):
            await comes_to(page, f"({LOOKS}).{looked}()", [])


async def test_a_conversation_that_cannot_be_kept_is_no_alarm_and_begins_without_a_name(bench: Bench) -> None:
    """Nothing is wrong before anybody has begun to record; a playbook with mistakes is."""
    told = {"yaml": "scenario: 小美", "holds": False, "failure": "…", "advice": "used"}
    bench.given["/scenario"] = told
    page = await bench.open()
    await page.locator("#tab-recording").click()
    box = page.locator(".record-reason .problem")
    await expect(box).to_have_class("problem advice")
    await expect(box).to_contain_text("這位好友先前已經用掉這裡的次數")
    await page.locator("#scenario-name").fill("雙11")
    bench.given["/scenario"] = told | {"advice": "playbook"}
    await page.get_by_role("button", name="從現在開始錄").click()
    await expect(box).to_have_class("problem")
    await expect(page.locator("#scenario-name")).to_have_value("")
    await page.locator("#scenario-name").fill("雙11")
    bench.tell("rewound", {"chat": bench.friend})
    await expect(page.locator("#scenario-name")).to_have_value("")
