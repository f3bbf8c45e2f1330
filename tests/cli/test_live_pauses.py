"""H6, G3, B8, A7: what staff have paused is in the playbook that is served, also after another was taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from aiohttp import ClientSession

from bot.app.live import Live
from bot.line.client import LineClient
from bot.line.reissued import Former
from bot.model.brake import OFF, Brake, ChannelStop, FlowRestriction, MenuPause, PushStop
from bot.model.channel import Channel
from bot.model.clock import SystemClock
from bot.playbook.valid import valid_playbook
from tests.conftest import NOW
from tests.playbooks import loaded

WRITTEN = """\
channels:
  main: {id: forest, channel_id: "1", channel_secret: x}
flows:
  tea: {states: {steep: {push: 泡茶中, wait: 2d, next: done}, done: {end: true}}}
rules: [{when: {text: 泡茶}, start: tea}]
"""
PAUSED = Brake(restrictions=(FlowRestriction("tea", "paused", "console:mei", NOW),))


async def test_s35_a_pause_counts_at_once_and_stays_with_another_playbook() -> None:
    async with ClientSession() as session:
        clock, heard = SystemClock(), list[str]()

        def account(channel: Channel, before: Sequence[Former]) -> LineClient:
            return LineClient(channel, "http://127.0.0.1:1", "http://127.0.0.1:1", session, clock)

        live = Live(valid_playbook(loaded(WRITTEN)), "", account, clock)
        try:
            live.on_take.append(lambda: heard.append("other menus, or another playbook"))
            live.follow(PAUSED)
            assert live.playbook.halting
            assert live.playbook.version == live.served.playbook.version
            assert not live.served.playbook.halting, "the published one is as it was"
            live.take(valid_playbook(loaded(WRITTEN + "tags: {VIP: {added_by: staff}}\n")))
            assert live.playbook.halting
            before = live.playbook
            live.follow(replace(PAUSED, stops=(PushStop(None, None, "console:mei", NOW),)))
            assert live.playbook is before, "a stop of pushes makes no other playbook of it"
            assert len(heard) == 1
            live.follow(replace(PAUSED, menus=(MenuPause("gone", "console:mei", NOW),)))
            assert len(heard) == 2, "menus at LINE are compared anew"
            live.follow(OFF)
            assert not live.playbook.halting
        finally:
            live.close()


async def test_an_unlinked_account_is_heard_by_nobody_and_says_nothing() -> None:
    """A7: its webhooks have no secret by which one would be right, and there is no client of its LINE."""
    async with ClientSession() as session:
        clock, heard = SystemClock(), list[str]()

        def account(channel: Channel, before: Sequence[Former]) -> LineClient:
            return LineClient(channel, "http://127.0.0.1:1", "http://127.0.0.1:1", session, clock)

        live = Live(valid_playbook(loaded(WRITTEN)), "", account, clock)
        try:
            live.on_take.append(lambda: heard.append("other accounts"))
            live.follow(Brake(channels=(ChannelStop("main", "1", "console:mei", NOW),)))
            assert live.account("main") is None
            assert live.secrets("main") is None
            live.take(valid_playbook(loaded(WRITTEN + "tags: {VIP: {added_by: staff}}\n")))
            assert live.account("main") is None, "another version brings it back no more than a restart"
            live.follow(OFF)
            assert live.account("main") is not None
            assert [*(live.secrets("main") or ())] == ["x"]
            assert len(heard) == 3
        finally:
            live.close()


async def test_an_account_is_unlinked_by_its_channel_id_whatever_it_is_called() -> None:
    """A7: renamed, it stays so; another account under its old name is heard."""
    async with ClientSession() as session:
        clock = SystemClock()

        def account(channel: Channel, before: Sequence[Former]) -> LineClient:
            return LineClient(channel, "http://127.0.0.1:1", "http://127.0.0.1:1", session, clock)

        live = Live(valid_playbook(loaded(WRITTEN)), "", account, clock)
        try:
            live.follow(Brake(channels=(ChannelStop("main", "1", "console:mei", NOW),)))
            renamed = WRITTEN.replace(
                "  main: {", '  main: {id: tea, channel_id: "2", channel_secret: y}\n  shop: {'
            )
            live.take(valid_playbook(loaded(renamed)))
            assert (live.account("shop"), live.secrets("shop")) == (None, None)
            assert live.account("main") is not None
            assert [*(live.secrets("main") or ())][:1] == ["y"]
        finally:
            live.close()
