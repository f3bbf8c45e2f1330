"""What users of comparable systems report, played from LINE's request to LINE's API. F1, H4, A8

Each test names where it was seen; rows that other tests play as well as this are not here.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.line.outcome import Refused
from bot.model.contact import Contact
from tests.playbooks import compiled
from tests.web.conftest import Site, SiteMaker, event, text

COUNTER = """
attributes: {visits: number, skin: text, budget: text, last: text}
rules:
  - {when: {text: 來}, do: [{increase: {visits: 1}}, {reply: "第 {{ attribute.visits }} 次"}]}
  - {when: {text: 開始}, start: survey}
  - {when: {text: 等}, start: later}
flows:
  survey:
    states:
      膚質: {ask: 膚質？, answer: text, save: skin, give_up_after: {1d: 完}, next: 預算}
      預算: {ask: 預算？, answer: text, save: budget, give_up_after: {1d: 完}, next: 最後}
      最後: {ask: 還有嗎？, answer: text, save: last, give_up_after: {1d: 完}, next: 完}
      完: {end: true}
  later:
    states:
      等: {wait: 1h, next: 到}
      到: {do: [{increase: {visits: 100}}], end: true}
"""


async def contact_of(site: Site, user: str = "U1", channel: str = "main") -> Contact:
    return (await site.bot.stored(user, channel)).contact


def number(contact: Contact) -> Any:
    known = contact.attributes.get("n.visits")
    return None if known is None else known.value


@pytest.mark.parametrize("together", [True, False], ids=["one webhook", "twenty webhooks"])
async def test_bottender_196_twenty_events_at_once_count_twenty(new_site: SiteMaker, together: bool) -> None:
    """There the counter rose by 2; one event that came 20 times was answered 20 times."""
    site = await new_site(compiled(COUNTER))
    events = [text("來", n) for n in range(1, 21)]
    requests = [events] if together else [[one] for one in events]
    answers = await asyncio.gather(*(site.deliver(*one) for one in requests))
    answers += await asyncio.gather(*(site.deliver(*events) for _ in range(5)))
    assert {status for status, _ in answers} == {200}
    await site.bot.settle()
    assert number(await contact_of(site)) == 20
    assert sorted(one for call in site.line.calls for one in call.texts) == sorted(
        f"第 {n} 次" for n in range(1, 21)
    )


async def test_bottender_240_one_request_of_several_people_is_several_peoples(new_site: SiteMaker) -> None:
    site = await new_site(compiled(COUNTER))
    said = [("來", "U1"), ("開始", "U2"), ("來", "U1"), ("來", "U3"), ("乾性", "U2")]
    await site.deliver(*(text(words, n, user) for n, (words, user) in enumerate(said, 1)))
    await site.bot.settle()
    people = {user: await contact_of(site, user) for user in ("U1", "U2", "U3")}
    assert {user: number(one) for user, one in people.items()} == {"U1": 2, "U2": None, "U3": 1}
    assert {user: [i.state for i in one.flows] for user, one in people.items()} == {
        "U1": [],
        "U2": ["預算"],
        "U3": [],
    }


TWO_ACCOUNTS = """
bot: 森活選品
channels:
  main: {id: forest, channel_id: "1", channel_secret: opaque}
  outlet: {id: outlet, channel_id: "2", channel_secret: opaque}
"""


async def test_bottender_775_the_same_user_id_on_two_accounts_is_two_contacts(new_site: SiteMaker) -> None:
    """Accounts of one provider know a person by one id: what one asks is not answered on the other."""
    site = await new_site(compiled(TWO_ACCOUNTS + COUNTER))
    await site.deliver(text("開始", 1), text("來", 2))
    await site.deliver(text("來", 1), text("來", 2), channel="outlet")
    await site.bot.settle()
    main, outlet = await contact_of(site), await contact_of(site, channel="outlet")
    assert ([i.state for i in main.flows], number(main)) == (["預算"], None)
    assert ([i.state for i in outlet.flows], number(outlet)) == ([], 2)


@pytest.mark.parametrize("together", [True, False], ids=["one webhook", "three webhooks"])
async def test_aiogram_960_three_quick_messages_meet_three_states(
    new_site: SiteMaker, together: bool
) -> None:
    """There all three met the first state."""
    site = await new_site(compiled(COUNTER))
    await site.deliver(text("開始", 1))
    answers = [text(said, n) for n, said in enumerate(("乾性", "一千", "沒有"), 2)]
    if together:
        await site.deliver(*answers)
    else:
        for one in answers:  # stored at once; nobody waits for the turn of the one before
            await site.deliver(one)
    await site.bot.settle()
    contact = await contact_of(site)
    known = {slot: one.value for slot, one in contact.attributes.items()}
    assert known == {"t.skin": "乾性", "t.budget": "一千", "t.last": "沒有"}
    assert contact.flows == ()


async def test_rasa_7921_a_timer_that_comes_due_among_messages_loses_none(new_site: SiteMaker) -> None:
    """There reminders ran beside the conversation's lock. Here a timer is a turn like any other."""
    site = await new_site(compiled(COUNTER))
    await site.deliver(text("等", 1))
    await site.bot.settle()
    site.bot.clock.advance(timedelta(hours=1).total_seconds())
    await asyncio.gather(*(site.deliver(text("來", n)) for n in range(2, 22)))
    await site.bot.settle()
    assert number(await contact_of(site)) == 120


AS_WRITTEN = """
attributes: {points: {type: number, set_by: staff}}
rules:
  - {when: {text: 排版}, start: layout}
flows:
  layout:
    states:
      看:
        branch:
          - {if: {attribute: {points: {at_least: 100}}}, to: 貴賓}
          - {to: 其他人}
      貴賓: {reply: 貴賓您好, end: true}
      其他人:
        reply: "  兩格開頭\\n\\n\\n　全形空白 🌿"
        end: true
"""


async def test_line_harness_191_who_fits_no_branch_goes_by_the_last_and_texts_are_untouched(
    new_site: SiteMaker,
) -> None:
    """There a branch's *else* was ignored since the first release, and a clean-up altered texts. (Only white
    space at the very end is not sent, F1.)"""
    site = await new_site(compiled(AS_WRITTEN))
    await site.deliver(text("排版", 1))
    await site.bot.settle()
    assert [call.texts for call in site.line.calls] == [["  兩格開頭\n\n\n　全形空白 🌿"]]


async def test_linebot_sdk_what_line_adds_to_one_event_costs_no_other(new_site: SiteMaker) -> None:
    """There an unknown `mode`, or a missing event id, lost the whole webhook. An unknown mode is silence, as
    standby is: another system has the conversation."""
    site = await new_site(compiled(COUNTER))
    nameless = event("message", 3, "U3", message={"type": "text", "id": "3", "text": "來"})
    del nameless["webhookEventId"]
    strange = event("hologram", 4, "U1", hologram={"depth": 3})
    await site.deliver(
        text("來", 1), {**text("來", 2, "U2"), "mode": "dreaming"}, nameless, strange, text("來", 5)
    )
    await site.bot.settle()
    assert [number(await contact_of(site, user)) for user in ("U1", "U2", "U3")] == [2, None, 1]
    assert sorted(call.to for call in site.line.calls) == ["token-1", "token-3", "token-5"]
    assert len(await site.inbox()) == 5


GAME = """
attributes: {visits: number}
rules:
  - {name: 開幕禮, first: 1, when: {text: 抽}, reply: 送您開幕禮}
  - {name: 每人一次, once_per: person, when: {text: 抽}, reply: 這次沒有抽中}
  - {when: {text: 抽}, reply: 您抽過了}
"""


async def test_omnichat_publishing_a_game_again_keeps_who_has_played(new_site: SiteMaker) -> None:
    """There pausing and publishing a game once more wiped who had drawn what."""
    site = await new_site(compiled(GAME))
    await site.deliver(text("抽", 1, "U1"))
    await site.bot.settle()
    await site.deliver(text("抽", 2, "U2"))
    await site.bot.settle()
    site.bot.playbook = compiled(GAME.replace("送您開幕禮", "開幕禮在這裡").replace("沒有抽中", "差一點"))
    await site.deliver(text("抽", 3, "U2"), text("抽", 4, "U1"), text("抽", 5, "U3"))
    await site.bot.settle()
    assert {call.to: call.texts for call in site.line.calls} == {
        "token-1": ["送您開幕禮"],
        "token-2": ["這次沒有抽中"],
        "token-3": ["您抽過了"],
        "token-4": ["開幕禮在這裡"],
        "token-5": ["這次差一點"],
    }


RICH = """
cards:
  offer:
    flex:
      alt: 優惠
      contents:
        {type: bubble, body: {type: box, layout: vertical, contents: [{type: text, text: 八五折}]}}
  shop: {buttons: {text: 逛逛, taps: [{label: 官網, open: "https://forest.example"}]}}
rules:
  - {when: {text: 優惠}, reply: [{text: 這裡有}, offer, shop]}
"""


async def test_openclaw_a_rich_answer_is_a_free_reply_and_its_dead_token_is_listed(
    new_site: SiteMaker,
) -> None:
    """There rich answers were pushed, and an expired token lost them without a word."""
    site = await new_site(compiled(RICH))
    await site.deliver(text("優惠", 1))
    await site.bot.settle()
    assert [(call.kind, call.to) for call in site.line.calls] == [("reply", "token-1")]
    site.line.outcomes.append(Refused(400, "Invalid reply token", None, "invalid-reply-token"))
    await site.deliver(text("優惠", 2))
    await site.bot.settle()
    assert [call.kind for call in site.line.calls] == ["reply", "reply"]
    assert [letter.reason for letter in await site.bot.dead_letters()] == ["reply-token-dead"]
