"""E4, I1, L8: a broadcast is composed in the console: drawn, priced, saved in the draft, edited, copied."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace
from functools import partial
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData
from yarl import URL

from bot.operations.audiences import counts_of
from bot.operations.drafts.draft import add
from bot.operations.drafts.paths import PathRefused
from bot.operations.drafts.publishing import DraftContext
from bot.operations.drafts.rights import Publisher, is_admin_now
from bot.web.admin import broadcast_compose_side
from bot.web.admin.broadcast_compose_pages import ComposePages
from bot.web.admin.broadcast_compose_side import ComposedCounts, composed_counts
from bot.web.admin.broadcast_context import BroadcastContext, recent_counts
from bot.web.admin.broadcast_list_pages import BroadcastListPages
from bot.web.admin.broadcast_review import DraftedBroadcasts
from bot.web.admin.cookies import proof
from bot.web.admin.playbook_review_pages import PlaybookReviewPages
from tests.runtime.broadcast_world import Shop, users
from tests.web.admin import playbook_world
from tests.web.admin.broadcast_pages_world import SETTINGS
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.playbook_world import draft_context, handlers, live_playbook, read
from tests.web.admin.staff_world import ZH, Staff, StaffWorld

COMPOSE = "/admin/broadcasts/compose"
OWN = """\
tags: {VIP: {added_by: staff}}
hours: {夜間: "21:00-09:00"}
cards: {coupon: {text: 全館 85 折}}
broadcasts:
  每週:   # 一直都有
    channel: main
    to: everyone
    push: [coupon, 輸入「停止推播」就不再收到]
    every: week on mon at 10:00

  週年慶:
    channel: main
    to: everyone
    push: [coupon, 輸入「停止推播」就不再收到]
    at: 2026-11-29 10:00
audiences: {vips: {title: 熟客, if: {tag: VIP}}}
"""
LAST = {"a1": "text", "a1_text": "不想收到？輸入「停止推播」"}
SALE = {"title": "雙11 🎉", "channel": "main", "whom": "everyone", "a0": "card", "a0_text": "coupon", **LAST}


@dataclass
class Composing:
    """The pages over a live playbook, and what the account `mei` has opened."""

    staff: StaffWorld
    who: Staff
    drafts: DraftContext
    counts: ComposedCounts

    async def send(
        self, act: str, page: str = "", file: tuple[str, bytes] | None = None, /, **fields: str
    ) -> tuple[int, str]:
        """The form of an opened page with these fields; the page, or where it leads to."""
        form = FormData()
        opened = dict(re.findall(r'name="(name|path|split|revision|base|content)" value="([^"]*)"', page))
        for name, value in {**opened, **fields, "act": act, "proof": proof(self.who.held)}.items():
            form.add_field(name, unescape(value))
        content = BytesIO(b"" if file is None else file[1])
        form.add_field("file", content, filename="" if file is None else file[0])
        to = self.who.url.join(URL(COMPOSE))
        async with self.who.http.post(to, data=form, allow_redirects=False) as answer:
            return answer.status, answer.headers.get("Location") or await answer.text()

    async def opened(self, name: str) -> str:
        status, page = await self.who.get(f"{COMPOSE}?name={name}")
        assert status == 200
        return page

    async def written(self) -> dict[str, str]:
        """What stands in mei's draft."""
        return {one.path: one.text for one in await self.staff.stores.drafts.of("mei")}

    async def side(self, **fields: str) -> str:
        status, text = await self.send("look", part="side", **fields)
        assert status == 200
        return text


@pytest.fixture
async def composing(worlds: StaffWorlds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Composing:
    monkeypatch.setitem(playbook_world.FILES, "rules/own.yaml", OWN)
    stores = worlds.stores
    await live_playbook(stores, worlds.clock, tmp_path)
    playbook = read(tmp_path / "bot.yaml").playbook
    assert playbook is not None
    shop = Shop(worlds.database, worlds.seal, worlds.clock, playbook)
    await shop.come(*users(3))
    drafts = draft_context(stores, worlds.clock, tmp_path)
    console = worlds.console(lambda: playbook, SETTINGS, stores=shop.stores)
    desk = BroadcastContext(**console.fields_by_name(), counts=recent_counts(console))
    counts = composed_counts(shop.stores, worlds.clock.now)
    pages = ComposePages(desk, drafts, counts)
    lists = BroadcastListPages(desk, pages.drafted)
    review = PlaybookReviewPages(drafts, DraftedBroadcasts(desk, counts).shown)
    staff = await worlds(
        {**pages.handlers(), **lists.handlers(), **handlers(drafts), **review.handlers()},
        channels={"main": "森活"},
    )
    return Composing(staff, await staff.signed_in(await staff.account("admin", "mei")), drafts, counts)


async def test_it_is_saved_as_an_entry_of_its_own_and_edited_there(composing: Composing) -> None:
    status, to = await composing.send("save", **SALE)
    assert (status, URL(to).query["name"]) == (303, "雙11")
    assert (await composing.written()) == {
        "rules/broadcasts/雙11.yaml": 'broadcasts:\n  雙11:\n    title: "雙11 🎉"\n'
        "    channel: main\n    to: everyone\n    push:\n      - coupon\n"
        "      - text: 不想收到？輸入「停止推播」\n"
    }
    page = await composing.opened("雙11")
    assert 'value="雙11 🎉"' in page
    status, _ = await composing.send("save", page, **{**SALE, "when": "at", "at": "2026-12-01T10:00"})
    assert status == 303
    assert (await composing.written())["rules/broadcasts/雙11.yaml"].endswith("    at: 2026-12-01 10:00\n")
    _, listed = await composing.who.get("/admin/broadcasts")
    assert "雙11 🎉" in listed, "the list says what is in the draft"


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_rhythm_and_the_priority_are_written_and_read(composing: Composing) -> None:
    """E4: each week, until a day; what the form writes it opens again."""
    every = {
        "when": "every",
        "every_kind": "week",
        "every_mon": "yes",
        "every_thu": "yes",
        "every_clock": "10:30",
    }
    fields = {**SALE, **every, "until": "2027-01-01T00:00", "priority": "high"}
    side = await composing.side(**fields)
    assert re.search(r"each week on Mon.+Thu, 10:30", side), side
    assert (await composing.send("save", **fields))[0] == 303
    text = (await composing.written())["rules/broadcasts/雙11.yaml"]
    assert ['every: "week on mon,thu at 10:30"' in text, "until: 2027-01-01 00:00" in text] == [True, True]
    assert "priority: high" in text
    page = await composing.opened("雙11")
    assert all(f'name="{one}" value="yes" checked' in page for one in ("every_mon", "every_thu"))
    assert 'name="every_tue" value="yes">' in page
    assert 'name="until" value="2027-01-01T00:00"' in page
    assert 'name="priority" value="high" checked' in page


async def test_an_audience_is_chosen_by_its_title(composing: Composing) -> None:
    """E4, E2: what the playbook calls it inside is the value alone."""
    _, page = await composing.who.get(COMPOSE)
    assert '<option value="vips">熟客</option>' in page


async def test_an_entry_among_others_is_changed_alone(composing: Composing) -> None:
    page = await composing.opened("週年慶")
    fields = {**SALE, "title": "週年慶", "when": "at", "at": "2026-11-30T10:00"}
    assert (await composing.send("save", page, **fields))[0] == 303
    text = (await composing.written())["rules/own.yaml"]
    assert text.startswith(OWN[: OWN.index("  週年慶:")])
    assert "    at: 2026-11-30 10:00\n" in text


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_what_the_form_does_not_know_is_left_to_the_editor(composing: Composing) -> None:
    status, page = await composing.who.get(f"{COMPOSE}?name=每週")
    assert status == 200
    assert "/admin/playbook?file=rules%2Fown.yaml#line-5" in page
    assert (await composing.who.get(f"{COMPOSE}?name=沒有"))[0] == 404


async def test_a_former_one_is_copied_without_its_time(composing: Composing) -> None:
    for former in ("週年慶", "每週"):
        _, page = await composing.who.get(f"{COMPOSE}?from={former}")
        assert 'name="name"' not in page
        assert 'name="at" value=""' in page
        assert 'value="hand" checked' in page
        assert re.search(r'<option value="coupon" selected>', page)


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_mistake_elsewhere_in_the_draft_hides_nothing(composing: Composing) -> None:
    live, now = composing.drafts.live, composing.drafts.now()
    await add(composing.staff.stores, live, "mei", "rules/wrong.yaml", b"rules:\n  - whem: {}\n", now)
    side = await composing.side(**SALE)
    assert "全館 85 折" in side
    assert "NT$0.6" in side


async def test_beside_it_stands_how_many_how_much_and_what_goes_out(composing: Composing) -> None:
    side = await composing.side(**SALE)
    assert "全館 85 折" in side
    assert "3" in side.partition("dd")[2].partition("</dd>")[0]
    assert "NT$0.6" in side
    compared = {"compared": "yes", "b0": "text", "b0_text": "滿千送百", "second": "45", "holdout": "10"}
    side = await composing.side(**SALE, **compared)
    assert all(one in side for one in ("甲", "45%", "乙", "不發", "10%", "滿千送百"))


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_the_same_people_are_counted_once_and_one_hears_that_it_is_counted(
    composing: Composing, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted, go_on, real = [], asyncio.Event(), counts_of

    async def slow(*asked: Any) -> Any:
        counted.append(asked)
        await go_on.wait()
        return await real(*asked)

    monkeypatch.setattr(broadcast_compose_side, "counts_of", slow)
    monkeypatch.setattr(composing.counts, "at_once", 0.1)
    for text in ("早安", "早安您好"):
        side = await composing.side(**{**SALE, "a0": "text", "a0_text": text})
        assert text in side
        assert "data-counting" in side
        assert "no price" not in side
    go_on.set()
    monkeypatch.setattr(composing.counts, "at_once", 30)
    assert "NT$0.6" in await composing.side(**SALE)
    assert len(counted) == 1


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_mistakes_are_said_and_what_is_written_stays(composing: Composing) -> None:
    gone = {**SALE, "a0_text": "gone"}
    assert "gone" in await composing.side(**gone)
    long = {**SALE, "a0": "text", "a0_text": "字" * 5001}
    assert "is-error" in await composing.side(**long)
    past = {**SALE, "when": "at", "at": "2020-01-01T10:00"}
    assert "is-bad" in await composing.side(**past)
    quiet = {**SALE, "when": "at", "at": "2026-12-01T23:00", "quiet_hours": "夜間"}
    assert "09:00" in await composing.side(**quiet)
    nobody = {**SALE, "whom": "conditions", "c0": "tag", "c0_value": "沒人有"}
    assert 'class="problems"' in await composing.side(**nobody)
    assert (await composing.send("save", **long))[0] == 303, "a draft may hold mistakes"
    status, page = await composing.send("save", **{**SALE, "title": " "})
    assert status == 422
    assert "停止推播" in page


async def test_what_a_new_one_lacks_is_a_mistake_once_it_is_pressed(composing: Composing) -> None:
    _, page = await composing.who.get(COMPOSE)
    assert "write a text" in page
    assert "is-error" not in page
    _, page = await composing.send("save", a0="text", **LAST)
    assert "is-error" in page


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_once_saved_and_published_the_next_button_leads_to_its_page(composing: Composing) -> None:
    page = await composing.opened("週年慶")
    assert "To its page: test and send" in page
    assert "data-saved" in page


async def test_the_review_says_that_publishing_sends_nothing(composing: Composing) -> None:
    """I1: who publishes one that is sent by hand knows that nobody gets it by that."""
    await composing.send("save", **SALE)
    _, page = await composing.who.get("/admin/playbook/review")
    assert "Publishing does not send it" in page
    assert "goes out by itself" not in page


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_the_review_says_to_how_many_and_for_how_much_it_goes_out_by_itself(
    composing: Composing,
) -> None:
    """I1, I2: a new time is published with number, price, month and whether it went out before."""
    timed = {**SALE, "when": "at", "at": "2026-12-01T23:00", "quiet_hours": "夜間"}
    halves = {"compared": "yes", "b0": "text", "b0_text": "滿千送百", "second": "33", "holdout": "34"}
    await composing.send("save", **timed, **halves)
    _, page = await composing.who.get("/admin/playbook/review", **ZH)
    shown = page.partition('aria-label="雙11')[2].partition("</section>")[0]
    assert "自動發送" in shown
    assert ["09:00" in shown, "約 2 位" in shown, "NT$0.4" in shown, "還沒有發過" in shown] == [True] * 4
    past = {**SALE, "title": "過了", "when": "at", "at": "2020-01-01T10:00"}
    await composing.send("save", **past)
    _, page = await composing.who.get("/admin/playbook/review", **ZH)
    assert "is-bad" in page.partition('aria-label="過了')[2].partition("</section>")[0]


async def test_conditions_that_nobody_chose_are_not_everybody(composing: Composing) -> None:
    nobody = {**SALE, "whom": "conditions"}
    side = await composing.side(**nobody)
    assert "choose at least one condition" in side
    assert "NT$" not in side
    status, page = await composing.send("save", **nobody)
    assert (status, "choose at least one condition" in page) == (422, True)
    assert await composing.written() == {}


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_of_two_windows_the_later_one_overwrites_nothing(composing: Composing) -> None:
    await composing.send("save", **SALE)
    first, second = await composing.opened("雙11"), await composing.opened("雙11")
    assert (await composing.send("save", first, **{**SALE, "title": "第一個"}))[0] == 303
    status, page = await composing.send("save", second, **{**SALE, "title": "第二個"})
    assert status == 422
    assert "第二個" in page, "what was written is still there"
    assert "第一個" in (await composing.written())["rules/broadcasts/雙11.yaml"]


async def test_who_edits_on_after_they_published_elsewhere_is_on_what_is_live(composing: Composing) -> None:
    await composing.send("save", **SALE)
    tab = await composing.opened("雙11")
    mei = Publisher("mei", "mei", partial(is_admin_now, composing.staff.stores, "mei"))
    await composing.drafts.make_live(await composing.drafts.draft("mei"), "mei", mei, untested=True)
    assert await composing.written() == {}
    status, _ = await composing.send("save", tab, **{**SALE, "title": "雙11 加碼"})
    assert status == 303
    draft = await composing.drafts.draft("mei")
    assert "雙11 加碼" in (draft.text("rules/broadcasts/雙11.yaml") or "")
    assert draft.behind == []


async def test_a_colleague_has_published_the_same_name_meanwhile(composing: Composing) -> None:
    other = await composing.staff.signed_in(await composing.staff.account("supervisor", "amy"))
    theirs = replace(composing, who=other)
    assert (await theirs.send("save", **SALE))[0] == 303
    draft = await composing.drafts.draft("amy")
    amy = Publisher("amy", "amy", partial(is_admin_now, composing.staff.stores, "amy"))
    await composing.drafts.make_live(draft, "amy", amy, untested=True)
    status, to = await composing.send("save", **SALE)
    assert (status, URL(to).query["name"]) == (303, "雙11_2")


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_pictures_and_lists_go_into_the_draft(composing: Composing) -> None:
    fields = {**SALE, "a0": "picture", "a0_text": ""}
    status, page = await composing.send("picture:a:0", "", ("sale-1.PNG", b"\x89PNG"), **fields)
    assert (status, "<option selected>cards/sale-1.png" in page) == (200, True)
    status, _ = await composing.send("picture:a:²", "", ("sale.png", b"\x89PNG"), **fields)
    assert status == 200
    status, _ = await composing.send("picture:a:0", "", ("a.svg", b"<svg>"), **fields)
    assert status == 422
    more = {"list_name": "展場", "column": "phone", "list_text": "0912-345-678\n\n0922 333 444\n"}
    status, page = await composing.send("list", **SALE, **more)
    assert (status, '<option value="展場" selected>展場</option>' in page) == (200, True)
    written = await composing.written()
    assert written["rules/lists/展場.csv"] == "phone\n0912-345-678\n0922 333 444\n"
    assert written["rules/lists/展場.yaml"] == (
        "audiences:\n  展場: {csv: rules/lists/展場.csv, column: phone}\n"
    )
    assert "unknown" not in await composing.side(**{**SALE, "whom": "audience", "audience": "展場"})


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_small_buttons_change_the_form(composing: Composing) -> None:
    _, page = await composing.send("add:a:buttons", **SALE)
    assert 'name="a1" value="buttons"' in page, "before the text that says how to stop them"
    assert 'name="a2" value="text"' in page
    _, page = await composing.send("drop:a:0", **SALE)
    assert 'name="a1"' not in page
    _, page = await composing.send("compare", **SALE)
    assert 'name="b1_text"' in page
    _, page = await composing.send("condition", **SALE)
    assert 'name="c0_value"' in page
    for act in ("add:x:text", "drop:a:9", "drop:a:²", "up:a:", "less:", "less:²", "", "picture", "no"):
        assert (await composing.send(act, **SALE))[0] == 200


async def test_hints_are_of_the_form_not_of_the_file(composing: Composing) -> None:
    """I5: two texts that are alike."""
    texts = {
        "a0": "text",
        "a0_text": "早安",
        "b0": "text",
        "b0_text": "早安",
        "compared": "yes",
        "second": "50",
    }
    shown = await composing.side(title="比較", channel="main", whom="everyone", **texts)
    assert "so nothing is compared" in shown
    assert "choose Only one text, or write one of the two otherwise" in shown
    assert "leave split out" not in shown


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_card_of_the_draft_is_chosen_by_what_it_says(composing: Composing) -> None:
    stores, now = composing.staff.stores, composing.staff.clock.now()
    cards = "cards: {winter: {text: 冬天全館免運}}\n".encode()
    await add(stores, composing.drafts.live, "mei", "cards/winter.yaml", cards, now)
    _, page = await composing.send("add:a:card", title="冬天", channel="main", a0="text", a0_text="早安")
    assert re.search(r'<option value="winter">冬天全館免運</option>', page)


async def test_no_path_of_a_form_leads_elsewhere(composing: Composing) -> None:
    for path in ("../../x.yaml", ".env", "rules/.x.yaml", "cards/a.png"):
        status, _ = await composing.send("save", **SALE, name="a", path=path)
        assert status == 422
    assert await composing.written() == {}


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_the_shares_of_another_broadcast_are_not_changed_with_ones_own(composing: Composing) -> None:
    """Two share a split: then only the editor changes it, where both are seen."""
    live, now = composing.drafts.live, composing.drafts.now()
    one = "    channel: main\n    to: everyone\n    split: ab\n    push: {by: ab, 甲: coupon, 乙: [coupon]}\n"
    text = f"splits:\n  ab: {{甲: 50, 乙: 50}}\nbroadcasts:\n  一:\n{one}  二:\n{one}"
    await add(composing.staff.stores, live, "mei", "rules/two.yaml", text.encode(), now)
    status, to = await composing.who.get(f"{COMPOSE}?name=一")
    assert (status, "split:" in to or "rules/two.yaml" in to) == (200, True), to
    assert 'name="title"' not in to


async def test_a_file_of_the_draft_is_no_folder_of_it(composing: Composing) -> None:
    stores, live, now = composing.staff.stores, composing.drafts.live, composing.drafts.now()
    await add(stores, live, "mei", "cards/x.json", b"{}", now)
    with pytest.raises(PathRefused):
        await add(stores, live, "mei", "cards/x.json/y.json", b"{}", now)
