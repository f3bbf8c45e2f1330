"""A6, A7: an account is linked, taken over, given back, unlinked, whatever LINE and processes do meanwhile.

LINE is the simulator's, over HTTP.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from aiohttp import web

from bot.line.client import LineClient
from bot.line.http_call import new_session
from bot.line.outcome import LineError
from bot.line.rich_menus import RichMenus
from bot.line.setup_calls import SetupCalls
from bot.model.settings import EnvironmentValue, Settings
from bot.operations.channels.holding import ChannelRefused, note_served
from bot.operations.channels.link import link_channel
from bot.operations.channels.unlink import UnlinkedInPart, what_goes
from bot.operations.channels.view import channel_status
from bot.operations.channels.words import secrets_left
from bot.operations.payload import as_json
from tests.pictures import png
from tests.runtime.menus_at_line import QuickClock
from tests.simulator.account_window import AT, THEIRS, Desk, desk, stores
from tests.simulator.conftest import MAIN, answering

__all__ = ["desk", "stores"]


class Killed(BaseException):
    """This process ends here."""


async def test_where_nobody_is_told_it_is_set_and_tested(desk: Desk) -> None:
    """A2: the second time it is said to be so already."""
    await desk.at_line("")
    done = await desk.link()
    assert (done.address, done.is_new, done.took_over) == (desk.ours, True, "")
    assert (done.test.item, done.test.state) == ("webhook_test", "fine")
    assert await desk.at_line() == desk.ours
    again = await desk.link(now=AT + timedelta(days=1))
    assert (again.is_new, again.link.at) == (False, AT), "it is linked since the first time"
    [deed] = [one for one in await desk.stores.audit.entries(["channel_linked"], 10) if one.at == AT]
    assert (deed.by, deed.state, deed.after) == ("command:amy", "done", desk.ours)


async def test_another_systems_account_is_taken_over_and_given_back(desk: Desk) -> None:
    """A6: refused with its host; its whole address, and who took it when, are stored, and restored."""
    await desk.at_line(THEIRS)
    with pytest.raises(ChannelRefused, match="localhost") as refused:
        await desk.link()
    assert "their-secret" not in str(refused.value.message)
    assert await desk.at_line() == THEIRS
    done = await desk.link(take_over=True)
    assert (done.took_over, await desk.at_line()) == ("localhost", desk.ours)
    assert done.link.former is not None
    assert (done.link.former.url, done.link.former.by) == (THEIRS, "command:amy")
    status = await channel_status(desk.around(), "main")
    assert (status.sent_to, status.host) == ("here", "127.0.0.1")
    assert "their-secret" not in f"{as_json(status)}{status}"
    assert not [
        one for one in await desk.stores.audit.entries((), 50) if "their-secret" in f"{one.before}{one.after}"
    ]
    [row] = await desk.stores.database.collection("channel_links").find({}).to_list(None)
    assert "their-secret" not in repr(row), "it is sealed"
    ended = await desk.unlink(give_back=True)
    assert await desk.at_line() == THEIRS
    assert (ended.state, ended.former) == ("unlinked", None), "what is theirs is forgotten"


@pytest.mark.parametrize("killed", ["before", "after", "read"])
async def test_a_crash_loses_no_address_of_another_system(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, killed: str
) -> None:
    """A6: dead before LINE was asked, when LINE had done it, or before it was read back: done again, it is
    linked, and what was there before can be given back."""
    await desk.at_line(THEIRS)
    asked, read = SetupCalls.set_webhook_endpoint, SetupCalls.webhook_endpoint
    reads = count()

    async def dies(calls: SetupCalls, url: str) -> Any:
        if killed == "before":
            raise Killed
        answer = await asked(calls, url)
        if killed == "after":
            raise Killed
        return answer

    async def dies_reading(calls: SetupCalls) -> Any:
        if killed == "read" and next(reads) == 1:
            raise Killed
        return await read(calls)

    with monkeypatch.context() as patched:
        patched.setattr(SetupCalls, "set_webhook_endpoint", dies)
        patched.setattr(SetupCalls, "webhook_endpoint", dies_reading)
        with pytest.raises(Killed):
            await desk.link(take_over=True)
    assert ((await desk.stored()).state, await desk.former()) == ("linking", THEIRS)
    done = await desk.link(take_over=killed == "before", now=AT + timedelta(hours=1))
    assert (done.link.state, await desk.at_line()) == ("linked", desk.ours)
    assert done.link.former is not None
    assert (done.link.former.url, done.link.former.at) == (THEIRS, AT), "the first time counts"
    await desk.unlink(give_back=True)
    assert await desk.at_line() == THEIRS


async def test_line_that_sets_nothing_is_no_link(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read back: an answer that says yes is not enough."""
    await desk.at_line("")

    async def only_says_so(calls: SetupCalls, url: str) -> Any:
        return await calls.bot_info()  # answered 200, and nothing is set

    monkeypatch.setattr(SetupCalls, "set_webhook_endpoint", only_says_so)
    with pytest.raises(ChannelRefused, match="look again"):
        await desk.link()
    assert (await desk.stored()).state == "linking"


WRONG = {
    "the token of another account": (replace(MAIN, access_token="token-of-nobody"), "Channel access token"),
    "a space behind the secret": (replace(MAIN, channel_secret="secret-of-main "), "a space or a line break"),
    "id and secret of another account": (
        replace(MAIN, channel_id="1002", channel_secret="secret-of-other"),
        "belong to one account",
    ),
    "another LINE ID": (replace(MAIN, id="@forrest"), "bot.yaml says @forrest"),
    "no channel id": (replace(MAIN, channel_id=""), "channel_id is not set"),
}


@pytest.mark.parametrize("name", WRONG)
async def test_what_does_not_belong_together_is_not_linked(desk: Desk, name: str) -> None:
    """A1, A6: nothing is changed at LINE, and the secret is not shown."""
    channel, says = WRONG[name]
    await desk.at_line(THEIRS)
    with pytest.raises(ChannelRefused) as refused:
        await desk.link(channel, take_over=True)
    assert says in str(refused.value.message)
    assert await desk.at_line() == THEIRS
    assert "secret-of" not in str(refused.value.message)


async def test_a_server_that_redirects_gets_no_webhooks(desk: Desk) -> None:
    await desk.at_line("")

    def moved(path: str) -> web.Response | None:
        if path != "/webhook/main":
            return None
        return web.Response(status=301, headers={"Location": "https://www.example.com/webhook/main"})

    desk.world.instead = moved
    with pytest.raises(ChannelRefused, match=r"redirects to www\.example\.com"):
        await desk.link()
    assert await desk.at_line() == ""


async def test_a_proxy_that_takes_the_signature_away_is_named(desk: Desk) -> None:
    await desk.at_line("")
    desk.world.answer = answering(401)
    with pytest.raises(ChannelRefused, match="refused its signature"):
        await desk.link()
    assert await desk.at_line() == ""


async def test_an_account_of_another_playbook_is_refused(desk: Desk) -> None:
    """A6: by name, with or without the word that takes over; also under another name of the same playbook;
    once it is unlinked there, it may be linked."""
    await note_served(desk.stores.channel_links, {"main": MAIN}, "茶行", AT)
    for take_over in (False, True):
        with pytest.raises(ChannelRefused, match=r"playbook 茶行 in this database, as main"):
            await desk.link(take_over=take_over)
    with pytest.raises(ChannelRefused, match="茶行"):
        await desk.unlink()
    with pytest.raises(ChannelRefused, match="as main"):
        await desk.link(replace(MAIN, name="shop"), bot="茶行")
    await desk.unlink(bot="茶行")
    assert (await desk.link()).link.bot == "森活選品"


async def test_a_playbook_that_was_renamed_has_its_accounts(desk: Desk) -> None:
    """What is live counts: it notes its new name, and since when its secrets are in use."""
    links, day = desk.stores.channel_links, timedelta(days=1)
    await desk.link()
    await note_served(links, {"main": MAIN}, "森林", AT + day)
    first = await desk.stored()
    assert (first.bot, first.state, first.secrets_at) == ("森林", "linked", AT)
    changed = replace(MAIN, channel_secret="secret-of-main-2")
    await note_served(links, {"main": changed}, "森林", AT + 2 * day)
    status = await channel_status(desk.around(changed, bot="森林"), "main")
    assert status.secrets_since == AT + 2 * day
    assert (await channel_status(desk.around(bot="森林"), "main")).secrets_since is None, "others are in use"


async def test_two_channels_with_one_id_are_refused(desk: Desk) -> None:
    around = desk.around()
    settings = Settings({"main": MAIN, "twin": replace(MAIN, name="twin")})
    with pytest.raises(ChannelRefused, match="main and twin have the same channel_id"):
        await link_channel(replace(around, settings=settings), "main", "command:amy", until_known=desk.known)


async def with_menus(desk: Desk) -> list[str]:
    """Two menus and an alias of ours at LINE, and a menu and an alias of another system; ids of theirs."""
    form = {"size": {"width": 800, "height": 540}, "selected": False, "chatBarText": "a", "areas": []}
    async with new_session() as session:
        client = LineClient(MAIN, desk.world.line, desk.world.line, session, QuickClock())
        menus, made = client.rich_menus, {}
        for name in ("oaflow VIP/選購 0123456789abcdef", "oaflow 訪客/訪客 0123456789abcdef", "Sale"):
            made[name] = await menus.create({"name": name, **form})
            await menus.upload(made[name], "image/png", png(800, 540))
        await menus.create_alias("oaflow-0123456789abcdef", next(iter(made.values())))
        await menus.create_alias("sale", made["Sale"])
        await menus.set_default(made["oaflow 訪客/訪客 0123456789abcdef"])
        client.close()
    return [made["Sale"]]


async def test_what_is_ours_goes_and_what_is_others_stays(desk: Desk) -> None:
    """A7: shown first, with numbers; then gone at LINE; from the beginning on nothing is said there."""
    await desk.link()
    theirs = await with_menus(desk)
    goes = await what_goes(desk.around(), "main", QuickClock())
    assert (goes.menus, goes.aliases, goes.has_default, goes.foreign) == (2, 1, True, 1)
    assert (goes.address, goes.former, goes.people) == ("ours", None, 0)
    assert not await desk.is_stopped(), "it was only looked at"
    desk.looks = True
    ended = await desk.unlink()
    assert await desk.menus_at_line() == (theirs, {"sale"}, None)
    assert (desk.waited, len(desk.menus_then)) == (1, 3), (
        "no process makes them anew: all know before they go"
    )
    await note_served(desk.stores.channel_links, {"main": MAIN}, "森活選品", AT)
    assert await desk.stored() == ended, "what the playbook still names stays unlinked"
    assert (ended.state, ended.secrets_mark) == ("unlinked", "")
    stop = (await desk.stores.brakes.read()).channel_stop("1001")
    assert stop is not None
    assert stop.by == "command:amy"
    assert (await desk.unlink()).at == ended.at, "a second time nothing is left to do"
    assert (await desk.link()).link.state == "linked"
    assert ((await desk.stores.brakes.read()).channels, desk.waited) == ((), 2), "it is heard again"


@pytest.mark.ring("all", "starts a process")
@pytest.mark.parametrize("number", range(3))
async def test_where_line_fails_in_the_middle_the_rest_is_done_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """A7: it says what is left, the bot says nothing meanwhile, and asked once more it goes on; the address
    is given back all the same."""
    await desk.take_over()
    theirs = await with_menus(desk)
    calls, delete, delete_alias = count(), RichMenus.delete, RichMenus.delete_alias

    async def fails(menus: RichMenus, id: str) -> None:
        if next(calls) >= number:
            raise LineError(400, "LINE is not well")
        await (delete_alias if id.startswith("oaflow-") else delete)(menus, id)

    with monkeypatch.context() as patched:
        patched.setattr(RichMenus, "delete", fails)
        patched.setattr(RichMenus, "delete_alias", fails)
        with pytest.raises(UnlinkedInPart, match=r"rich menus \(.*LINE is not well\)"):
            await desk.unlink(give_back=True)
    assert await desk.is_stopped()
    assert ((await desk.stored()).state, await desk.at_line()) == ("unlinking", THEIRS)
    status = await channel_status(desk.around(), "main")
    assert (status.stopped, status.sent_to) == (True, "elsewhere")
    assert (await desk.unlink(give_back=True)).state == "unlinked"
    assert await desk.menus_at_line() == (theirs, {"sale"}, None)


async def test_while_line_is_away_nothing_of_it_is_forgotten(desk: Desk) -> None:
    await desk.take_over()
    await desk.world.do("channels/main/faults", {"answer": "500"}, "PUT")
    with pytest.raises(UnlinkedInPart, match=r"rich menus .*, the webhook's address"):
        await desk.unlink(give_back=True)
    assert await desk.former() == THEIRS
    await desk.world.do("channels/main/faults", {"answer": None}, "PUT")
    await desk.unlink(give_back=True)
    assert await desk.at_line() == THEIRS


async def test_an_address_that_somebody_has_set_meanwhile_stays(desk: Desk) -> None:
    await desk.take_over()
    await desk.at_line("http://localhost:2/third")
    with pytest.raises(UnlinkedInPart, match="LINE sends to localhost by now"):
        await desk.unlink(give_back=True)
    assert await desk.at_line() == "http://localhost:2/third"


async def test_nothing_is_given_back_that_was_never_taken(desk: Desk) -> None:
    await desk.link()
    with pytest.raises(ChannelRefused, match="no address is stored"):
        await desk.unlink(give_back=True)
    assert (await desk.stores.brakes.read()).channels == ()


async def test_which_variables_still_hold_secrets_is_said(desk: Desk) -> None:
    written: dict[tuple[str, ...], EnvironmentValue] = {
        ("channels", "main", "channel_secret"): EnvironmentValue("${LINE_CHANNEL_SECRET}", "opaque"),
        ("channels", "main", "channel_id"): EnvironmentValue("${LINE_CHANNEL_ID}", "1001"),
        ("channels", "other", "channel_secret"): EnvironmentValue("${OTHER_SECRET}", "opaque"),
    }
    [line] = secrets_left(Settings({"main": MAIN}, written=written), "main")
    assert "LINE_CHANNEL_SECRET" in str(line)
    assert "OTHER" not in str(line)
    assert "LINE_CHANNEL_ID" not in str(line)
