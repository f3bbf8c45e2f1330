"""A6, A7: accounts of which two people do things at once; those whose name, or our own address, changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web

from bot.line.setup_calls import SetupCalls
from bot.operations.channels.holding import ChannelRefused, note_served
from bot.operations.channels.unlink import what_goes
from bot.operations.channels.view import channel_status
from bot.operations.doctor.examine import examine
from tests.runtime.menus_at_line import QuickClock
from tests.simulator.account_window import AT, THEIRS, Desk, desk, stores
from tests.simulator.conftest import MAIN

__all__ = ["desk", "stores"]

HOUR = timedelta(hours=1)


def moved(desk: Desk) -> None:
    """Our server is at another host from now on: LINE does not know it yet."""
    desk.public = desk.world.url.replace("127.0.0.1", "localhost")


@pytest.mark.ring("all", "starts a process")
async def test_another_system_on_our_host_is_another_system(desk: Desk) -> None:
    """Behind one proxy; its token is in its address."""
    crm = f"{desk.world.url}/old-crm/callback?token=their-secret"
    await desk.at_line(crm)
    found = {one.item: one for one in (await examine(desk.around(), "main")).findings}
    assert found["webhook_address"].can_take_over
    assert "their-secret" not in f"{found}"
    assert (await channel_status(desk.around(), "main")).sent_to == "elsewhere"
    assert (await what_goes(desk.around(), "main", QuickClock())).address == "others"
    with pytest.raises(ChannelRefused, match=r"127\.0\.0\.1: another system answers it"):
        await desk.link()
    assert await desk.at_line() == crm
    await desk.link(take_over=True)
    await desk.unlink(give_back=True)
    assert await desk.at_line() == crm


@pytest.mark.ring("all", "starts a process")
async def test_the_host_alone_is_shown_where_ours_is_not_known(desk: Desk) -> None:
    await desk.at_line(THEIRS)
    found = await examine(replace(desk.around(), public=""), "main")
    [one] = [one for one in found.findings if one.item == "webhook_address"]
    assert "LINE sends to localhost" in str(one.saw)
    assert "their-secret" not in f"{found}"


@pytest.mark.ring("all", "a bot and a simulator of its own")
async def test_what_was_there_before_us_survives_that_we_move(desk: Desk) -> None:
    """LINE has our address of before: it is replaced unasked, and what was there before us stays stored."""
    await desk.take_over()
    moved(desk)
    found = {one.item: one for one in (await examine(desk.around(), "main")).findings}
    assert found["webhook_address"].can_set_here
    done = await desk.link(now=AT + HOUR)
    assert (done.is_new, done.took_over, await desk.at_line()) == (True, "", desk.ours)
    assert await desk.former() == THEIRS
    await desk.unlink(give_back=True)
    assert await desk.at_line() == THEIRS


async def test_where_ours_was_not_set_any_more_it_is_still_ours(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process died before LINE was asked: LINE has the address before the last."""
    await desk.take_over()

    async def dies(calls: SetupCalls, url: str) -> None:
        raise KeyboardInterrupt

    moved(desk)
    with monkeypatch.context() as patched:
        patched.setattr(SetupCalls, "set_webhook_endpoint", dies)
        with pytest.raises(KeyboardInterrupt):
            await desk.link()
    await desk.link()
    assert (await desk.former(), await desk.at_line()) == (THEIRS, desk.ours)


async def test_what_was_set_by_another_address_of_ours_is_given_back(desk: Desk) -> None:
    """The address of the command that linked it, and none where it is unlinked."""
    await desk.take_over()
    desk.public = ""
    assert (await channel_status(desk.around(), "main")).sent_to == "here"
    await desk.unlink(give_back=True)
    assert await desk.at_line() == THEIRS


async def test_a_link_ends_an_unlinking_that_is_under_way(desk: Desk) -> None:
    """While it waits for all processes: the account is linked, heard, and what was before is stored."""
    await desk.take_over()

    async def linked() -> None:
        await desk.link(now=AT + HOUR)

    desk.meanwhile = linked
    with pytest.raises(ChannelRefused, match="main was linked meanwhile"):
        await desk.unlink(give_back=True, now=AT + HOUR)
    link = await desk.stored()
    assert (link.state, bool(link.secrets_mark)) == ("linked", True)
    assert (await desk.former(), await desk.is_stopped(), await desk.at_line()) == (THEIRS, False, desk.ours)


async def test_a_link_while_menus_go_ends_it_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.take_over()
    read = SetupCalls.webhook_endpoint
    asked: list[str] = []

    async def links_first(calls: SetupCalls) -> object:
        if not asked:
            asked.append("once")
            await desk.link(now=AT + HOUR)
        return await read(calls)

    monkeypatch.setattr(SetupCalls, "webhook_endpoint", links_first)
    with pytest.raises(ChannelRefused, match="main was linked meanwhile"):
        await desk.unlink(give_back=True, now=AT + HOUR)
    assert ((await desk.stored()).state, await desk.is_stopped()) == ("linked", False)


async def test_an_unlinking_ends_a_link_that_is_under_way(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The account is unlinked then, and nothing is said there."""
    await desk.at_line("")
    put = SetupCalls.set_webhook_endpoint

    async def unlinks_first(calls: SetupCalls, url: str) -> object:
        await desk.unlink(now=AT + HOUR)
        return await put(calls, url)

    monkeypatch.setattr(SetupCalls, "set_webhook_endpoint", unlinks_first)
    with pytest.raises(ChannelRefused, match="main was unlinked meanwhile"):
        await desk.link()
    assert ((await desk.stored()).state, await desk.is_stopped()) == ("unlinked", True)


async def test_a_moment_of_any_microsecond_is_that_of_the_unlinking(desk: Desk) -> None:
    """The database stores milliseconds."""
    await desk.link()
    assert (await desk.unlink(now=AT + timedelta(microseconds=123_456))).state == "unlinked"


async def test_whether_the_address_goes_back_is_said_once_it_is_chosen(desk: Desk) -> None:
    """And no zeros: there is no menu."""
    await desk.take_over()
    goes = await what_goes(desk.around(), "main", QuickClock())
    people = "stays: people, and what is known of them"
    assert [str(one) for one in goes.lines(give_back=None)] == [people]
    assert [str(one) for one in goes.lines(give_back=True)] == [
        "LINE sends the webhooks to localhost again",
        people,
    ]


async def test_two_who_unlink_at_once_both_have_it_unlinked(desk: Desk) -> None:
    await desk.link()

    async def unlinked() -> None:
        await desk.unlink(now=AT + HOUR)

    desk.meanwhile = unlinked
    assert (await desk.unlink()).state == "unlinked"
    assert ((await desk.stored()).state, await desk.is_stopped()) == ("unlinked", True)


async def test_an_unlinked_account_stays_so_under_another_name(desk: Desk) -> None:
    """A7: also in another playbook; only a link brings it back."""
    await desk.link()
    await desk.unlink()
    links, shop = desk.stores.channel_links, replace(MAIN, name="shop")
    for bot in ("森活選品", "森林"):
        await note_served(links, {"shop": shop}, bot, AT + HOUR)
        assert (await desk.stored()).state == "unlinked"
    status = await channel_status(
        replace(desk.around(), settings=replace(desk.around().settings, channels={"shop": shop})), "shop"
    )
    assert status.stopped
    assert (await desk.link(shop)).link.channel == "shop"
    assert not await desk.is_stopped()


@pytest.mark.ring("all", "starts a process")
async def test_an_account_is_heard_before_line_sends_here_again(desk: Desk) -> None:
    """A2: LINE would be answered 404 else; where nothing arrives, LINE is asked for nothing."""
    await desk.take_over()
    await desk.unlink(give_back=True)
    seen: list[str] = []

    async def looks() -> None:
        seen.append(await desk.at_line())

    desk.meanwhile = looks
    await desk.link(take_over=True)
    assert seen == [THEIRS]
    await desk.unlink(give_back=True)

    async def breaks() -> None:
        def broken(path: str) -> web.Response | None:
            return web.Response(status=502) if path == "/webhook/main" else None

        desk.world.instead = broken

    desk.meanwhile = breaks
    with pytest.raises(ChannelRefused, match="The address at LINE is as it was"):
        await desk.link(take_over=True)
    assert await desk.at_line() == THEIRS


async def test_a_third_system_is_not_replaced_for_the_second(desk: Desk) -> None:
    """A6: who has typed one host has agreed with that one."""
    await desk.at_line("http://127.0.0.2:1/third?token=their-secret")
    with pytest.raises(ChannelRefused, match=r"to 127\.0\.0\.2 by now, not to localhost"):
        await desk.link(take_over=True, expected_host="localhost")
    assert await desk.at_line() == "http://127.0.0.2:1/third?token=their-secret"
    await desk.link(take_over=True, expected_host="127.0.0.2")
    assert await desk.at_line() == desk.ours
