"""K3, A2: what was not sent, in the console: by reason, sent again with number and cost, or dropped."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from bot.line.outcome import Refused
from bot.model.channel import Channel, PricePlan
from bot.model.outgoing import DeadLetter
from bot.model.processes import RefusedCalls, Serving
from bot.model.settings import Settings
from bot.operations.declared import unsent
from bot.operations.resending import drop
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import stores_of
from bot.web.admin import unsent_pages
from bot.web.admin.unsent_pages import SCOPE, UnsentPages
from tests.conftest import ManualClock
from tests.operations.test_dead_letters import BAD, PLAYBOOK, QUOTA
from tests.runtime.bots import Bots
from tests.runtime.harness import Bot, ScriptedLine, said
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import ZH, Staff, StaffWorld


@pytest.fixture
def line() -> ScriptedLine:
    return ScriptedLine()


@pytest.fixture
async def bot(bots: Bots, line: ScriptedLine) -> Bot:
    return await bots(PLAYBOOK, line)


@pytest.fixture
async def staff(
    worlds: StaffWorlds, database: Database, seal: Seal, monkeypatch: pytest.MonkeyPatch, by_our_clock: None
) -> StaffWorld:
    monkeypatch.setattr(unsent, "PATIENCE", 0.0)
    main = Channel("main", "@forest", "1", "x", plan=PricePlan(extra=0.2))
    stores = stores_of(database, seal, "console")
    return await worlds(
        UnsentPages(worlds.console(lambda: PLAYBOOK, Settings({"main": main}), stores=stores)).handlers()
    )


async def lost(bot: Bot, line: ScriptedLine, why: Refused = QUOTA) -> DeadLetter:
    """A push that LINE refuses for good."""
    before = {one.name for one in await bot.dead_letters()}
    line.outcomes.append(why)
    await bot.hear(said("到貨通知", "U1", bot.clock, replyToken=None))
    await bot.settle()
    (letter,) = [one for one in await bot.dead_letters() if one.name not in before]
    return letter


async def carried_out(bot: Bot) -> None:
    """What was ordered is made by the process that owns the contact."""
    await bot.settle()
    bot.runtime.recovery.reread("main:U1")
    await bot.settle()


def fields(page: str) -> dict[str, str]:
    """What the form says, that sends once more."""
    form = page.partition('action="/admin/unsent/some/resend"')[2].partition("</form>")[0]
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in found if name != "proof"}


async def of_reason(browser: Staff, reason: str) -> str:
    status, page = await browser.get(f"/admin/unsent/some?reason={reason}", **ZH)
    assert status == 200
    return page


async def test_by_reason_in_words_with_its_code(staff: StaffWorld, bot: Bot, line: ScriptedLine) -> None:
    browser = await staff.signed_in(await staff.account("supervisor"))
    assert "全部都送出了" in (await browser.get("/admin/unsent", **ZH))[1]
    letters = [await lost(bot, line), await lost(bot, line), await lost(bot, line, why=BAD)]
    _, page = await browser.get("/admin/unsent", **ZH)
    rows = page.partition("<tbody>")[2].split("<tr>")[1:]
    assert ["（quota）" in rows[0], "（bad-request）" in rows[1]] == [True, True]
    assert [re.findall(r'class="number">(\d+)', one) for one in rows] == [["2"], ["1"]]
    page = await of_reason(browser, "quota")
    assert letters[0].contact not in page
    assert [one.name in page for one in letters] == [True, True, False]


@pytest.mark.ring("all", "several processes of a bot")
async def test_what_waits_is_counted_with_since_when_and_why(
    staff: StaffWorld, bot: Bot, line: ScriptedLine
) -> None:
    """K3: a token that LINE refuses makes no dead letter for 23 hours."""
    since = bot.clock.now()
    line.outcomes.extend([Refused(401, "", None, "token")] * 9)
    await bot.hear(said("到貨通知", "U1", bot.clock, replyToken=None))
    browser = await staff.signed_in(await staff.account("supervisor"))
    assert "還在等著送出" not in (await browser.get("/admin/unsent", **ZH))[1]
    bot.clock.advance(61)
    await staff.stores.processes.heartbeat(
        Serving("p", "srv1:/shop", "a" * 64, None, refused=(RefusedCalls("line", "main", "token", since),))
    )
    _, page = await browser.get("/admin/unsent", **ZH)
    assert "還在等著送出" in page
    assert "main 1 則" in page
    assert "LINE 不接受這個官方帳號的 Channel access token" in page
    assert "全部都送出了" not in page


@pytest.mark.ring("all", "several processes of a bot")
async def test_a_group_is_sent_once_more_with_its_number_and_cost(
    staff: StaffWorld, bot: Bot, line: ScriptedLine
) -> None:
    for _ in range(2):
        await lost(bot, line)
    browser = await staff.signed_in(await staff.account("admin"))
    page = await of_reason(browser, "quota")
    assert "再送一次：2 則" in page
    assert "0.4" in page
    assert fields(page).keys() == {"seen", *SCOPE}
    before = len(line.calls)
    sent = await browser.post("/admin/unsent/some/resend", ZH, **fields(page))
    assert sent == (303, "/admin/unsent")
    await carried_out(bot)
    assert len(line.calls) == before + 2
    assert "處理中 2 則" in (await browser.get("/admin/unsent", **ZH))[1]
    status, _ = await browser.post("/admin/unsent/some/resend", {}, **fields(page))
    assert (status, len(line.calls)) == (422, before + 2), "the form once more"


@pytest.mark.ring("all", "several processes of a bot")
async def test_others_than_the_page_has_said_are_not_sent(
    staff: StaffWorld, bot: Bot, line: ScriptedLine
) -> None:
    await lost(bot, line)
    browser = await staff.signed_in(await staff.account("admin"))
    form = fields(await of_reason(browser, "quota"))
    await lost(bot, line)
    before = len(line.calls)
    status, page = await browser.post("/admin/unsent/some/resend", ZH, **form)
    assert (status, "數量已經變了" in page, "再送一次：2 則" in page) == (422, True, True)
    assert len(line.calls) == before


async def test_as_many_others_are_not_sent_either(staff: StaffWorld, bot: Bot, line: ScriptedLine) -> None:
    """One was dropped elsewhere, and another is lost since: the number is the same."""
    first = await lost(bot, line)
    browser = await staff.signed_in(await staff.account("admin"))
    form = fields(await of_reason(browser, "quota"))
    await drop(staff.stores, [first.name], "command:mei")
    await lost(bot, line)
    before = len(line.calls)
    for deed in ("resend", "drop"):
        sent = await browser.post(f"/admin/unsent/some/{deed}", ZH, **form, typed="drop")
        assert (sent[0], "數量已經變了" in sent[1]) == (422, True)
    assert len(line.calls) == before


@pytest.mark.ring("all", "several processes of a bot")
async def test_one_by_its_name_and_none_that_there_is_not(
    staff: StaffWorld, bot: Bot, line: ScriptedLine
) -> None:
    one, other = await lost(bot, line), await lost(bot, line)
    browser = await staff.signed_in(await staff.account("admin"))
    _, page = await browser.get(f"/admin/unsent/some?name={one.name}")
    assert other.name not in page
    assert (await browser.post("/admin/unsent/some/resend", {}, **fields(page)))[0] == 303
    [left] = (await staff.stores.given_up.since(one.at - timedelta(days=1)))[:2]
    assert left.name == other.name
    status, page = await browser.post("/admin/unsent/some/resend", ZH, **fields(page))
    assert (status, "再送一次：" in page) == (422, False), "done already: only what was done with it"
    assert (await browser.get("/admin/unsent/some?name=nothing"))[0] == 409


@pytest.mark.ring("all", "several processes of a bot")
async def test_dropped_with_the_word_alone(staff: StaffWorld, bot: Bot, line: ScriptedLine) -> None:
    await lost(bot, line)
    browser = await staff.signed_in(await staff.account("admin"))
    form = fields(await of_reason(browser, "quota"))
    for typed in ("", "yes", "再送"):
        status, page = await browser.post("/admin/unsent/some/drop", ZH, **form, typed=typed)
        assert (status, "沒有放棄任何一則" in page) == (422, True)
    gone = await browser.post("/admin/unsent/some/drop", ZH, **form, typed=" 放棄 ")
    assert gone == (303, "/admin/unsent")
    page = (await browser.get("/admin/unsent", **ZH))[1]
    assert "放棄 1 則" in page
    assert "全部都送出了" in page


@pytest.mark.ring("all", "several processes of a bot")
async def test_so_many_at_once_the_oldest_first(
    staff: StaffWorld, bot: Bot, line: ScriptedLine, monkeypatch: pytest.MonkeyPatch, clock: ManualClock
) -> None:
    monkeypatch.setattr(unsent_pages, "AT_ONCE", 2)
    letters = []
    for _ in range(3):
        letters.append(await lost(bot, line))
        clock.advance(1)
    browser = await staff.signed_in(await staff.account("admin"))
    page = await of_reason(browser, "quota")
    assert [one.name in page for one in letters] == [True, True, False]
    assert "一次最多處理這麼多" in page
    assert (await browser.post("/admin/unsent/some/drop", {}, **fields(page), typed="drop"))[0] == 303
    [left] = await staff.stores.given_up.since(letters[0].at - timedelta(days=1))
    assert left.name == letters[2].name
