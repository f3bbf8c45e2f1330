"""Whom a broadcast reaches, once; after its audience was fixed: who blocks, stops, is erased (I1, I3, I6)."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine.compiled.broadcast import BroadcastStatus
from bot.line.outcome import Accepted, NotSent
from bot.model.brake import Brake, PushStop
from bot.model.broadcast import MOST
from bot.model.contact import Identity
from bot.operations.broadcasts.progress import left_out_of
from bot.runtime.broadcasts.gathering import PAGE
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import ManualClock
from tests.playbooks import compiled
from tests.runtime.broadcast_world import (
    ALIKE,
    NAMED,
    OUT,
    Died,
    Fate,
    Fault,
    Granted,
    Sender,
    Shop,
    through,
    users,
)

SPLIT = f"""
splits: {{s: {{甲: 45, 乙: 45, 不發: 10}}}}
broadcasts: {{b: {{to: everyone, split: s, push: {{甲: [早安, {OUT}], 乙: [晚安, {OUT}], 不發: nothing}}}}}}
"""
PEOPLE = users(9)


@pytest.fixture
def shop(database: Database, seal: Seal, clock: ManualClock) -> Shop:
    """Four people to a batch."""
    shop = Shop(database, seal, clock, compiled(ALIKE))
    shop.most, shop.page = 4, 8
    return shop


async def fixed(shop: Shop) -> Sender:
    """Who gets it is fixed, and nobody was called yet."""
    process = shop.process()
    await process.broadcasts.conduct()
    assert shop.line.calls == []
    return process


async def changed(shop: Shop, user: str, **fields: object) -> None:
    contacts = shop.database.collection("contacts")
    await contacts.update_one({"_id": f"main:{user}"}, {"$set": fields})


@pytest.mark.ring("all", "a crowd")
async def test_the_same_for_all_goes_by_multicast_to_each_friend_once(shop: Shop) -> None:
    """I1, I3: and it leaves its mark on each."""
    shop.most, shop.page = MOST, PAGE
    people = users(1_203)
    await shop.come(*people)
    await shop.come("Ublocked", identities=(Identity("main", "Ublocked", friend=False),))
    await shop.come("Ustopped", marketing=False)
    sending = await shop.order()
    process = shop.process()
    over = await through(shop, sending, process)
    assert (over.state, over.people, over.batches) == ("done", 1_203, 3)
    assert shop.line.got == dict.fromkeys(people, 1)
    assert sorted(shop.line.calls) == [("multicast", 203), ("multicast", 500), ("multicast", 500)]
    assert await shop.told(sending) == {"got": 1_203}
    assert await shop.rows(people[7]) == ["broadcast: b"]
    assert (await shop.contact(people[7])).identity("main").pushed == over.fixed


async def test_what_is_personal_is_pushed_to_each(shop: Shop) -> None:
    shop.playbook = compiled(NAMED)
    people = users(60)
    await shop.come(*people[:59])
    await shop.come(people[59], name="小美")
    over = await through(shop, sending := await shop.order(), shop.process())
    assert over.state == "done"
    assert shop.line.got == dict.fromkeys(people, 1)
    assert shop.line.texts[people[59]] == ["小美 早，輸入「停止推播」就不再收到"]
    assert shop.line.texts[people[0]] == ["朋友 早，輸入「停止推播」就不再收到"]
    assert await shop.told(sending) == {"got": 60}


@pytest.mark.parametrize("text", [ALIKE, NAMED], ids=["alike", "personal"])
async def test_who_goes_after_the_audience_was_fixed(shop: Shop, text: str) -> None:
    shop.playbook = compiled(text)
    await shop.come(*PEOPLE)
    sending = await shop.order()
    process = await fixed(shop)
    blocked, stopped, erased = PEOPLE[1], PEOPLE[5], PEOPLE[8]
    await changed(shop, blocked, **{"ids.0.friend": False})
    await changed(shop, stopped, marketing=False)
    await shop.database.collection("contacts").delete_one({"_id": f"main:{erased}"})
    await shop.come("Unew")
    await through(shop, sending, process)
    assert shop.line.got == dict.fromkeys(set(PEOPLE) - {blocked, stopped, erased}, 1)
    assert await shop.told(sending) == {"got": 6, "gone": 1, "no-friend": 1, "stopped": 1}
    out = await left_out_of(shop.stores, sending.id, 100)
    told = {one.contact.removeprefix("main:"): one.why for one in out.people}
    assert told == {blocked: "no-friend", stopped: "stopped", erased: "gone"}
    assert await shop.rows(blocked) == []


async def test_s23_of_two_at_the_same_minute_the_one_that_counts_more_goes(shop: Shop) -> None:
    """I7: whichever was ordered first; and what is reserved is left to it later as well."""
    one = f"a: {{to: everyone, push: [故事, {OUT}]}}, c: {{to: everyone, push: [故事二, {OUT}]}}"
    two = f"b: {{to: everyone, push: [今晚到期, {OUT}], priority: high}}"
    limits = "limits: {pushes_per_person: 2 per 7d, reserved_for_high: 1}\n"
    shop.playbook = compiled(f"{limits}broadcasts: {{{one}, {two}}}\n")
    await shop.come(*PEOPLE[:3])
    story = await shop.order("a")
    shop.clock.advance(1)
    coupon, process = await shop.order("b"), shop.process()
    for sending in (story, coupon):
        await through(shop, sending, process)
    assert await shop.told(coupon) == {"got": 3}
    assert await shop.told(story) == {"got": 0, "limit": 3}
    again = await shop.order("c")
    await through(shop, again, process)
    assert await shop.told(again) == {"got": 0, "limit": 3}


async def test_limits_are_heeded_and_no_message_is_reserved_for_who_has_had_enough(shop: Shop) -> None:
    """What is over `limits` is listed, two broadcasts count together; five messages do for five of nine."""
    two = ALIKE.replace("{b: ", "{a: {to: everyone, push: [嗨, " + OUT + "]}, b: ")
    shop.playbook = compiled("limits: {pushes_per_person: 1 per 7d}\n" + two)
    await shop.come(*PEOPLE[:4])
    await through(shop, await shop.order("a"), shop.process())
    await shop.come(*PEOPLE[4:])
    shop.months = Granted(5)
    sending = await shop.order("b")
    assert (await through(shop, sending, shop.process())).state == "done"
    assert shop.line.got == dict.fromkeys(PEOPLE, 1)
    assert await shop.told(sending) == {"got": 5, "limit": 4}


@pytest.mark.ring("all", "a crowd")
async def test_who_gets_which_group_is_fixed_by_the_seed_and_nothing_is_never_called(shop: Shop) -> None:
    shop.playbook = compiled(SPLIT)
    broadcast = shop.playbook.broadcasts["b"]
    people = users(60)
    for number, user in enumerate(people):
        await shop.come(user, seed=number * 167)
    sending = await shop.order()
    await through(shop, sending, shop.process())
    said = {"甲": "早安", "乙": "晚安"}
    for number, user in enumerate(people):
        group = broadcast.group_of(number * 167)
        assert shop.line.texts.get(user, [])[:1] == ([said[group]] if group in said else [])
    figures = await shop.stores.sending_batches.figures(sending.id)
    assert figures.groups["不發"].left_out == {"nothing": figures.groups["不發"].people}
    wanted = Counter(broadcast.group_of(number * 167) for number in range(60))
    assert {group: one.people for group, one in figures.groups.items()} == wanted
    assert len(wanted) == 3


@pytest.mark.parametrize("text", [ALIKE, NAMED], ids=["alike", "personal"])
async def test_whom_line_does_not_take_is_found_and_listed(shop: Shop, text: str) -> None:
    """LINE refuses a multicast for one of its people: halved until it is found who."""
    shop.playbook = compiled(text)
    await shop.come(*PEOPLE)
    shop.line.bad = {PEOPLE[2], PEOPLE[6]}
    sending = await shop.order()
    over = await through(shop, sending, shop.process())
    assert over.state == "done"
    assert shop.line.got == dict.fromkeys(set(PEOPLE) - shop.line.bad, 1)
    assert await shop.told(sending) == {"got": 7, "refused": 2}
    out = await left_out_of(shop.stores, sending.id, 100)
    told = [(one.contact.removeprefix("main:"), one.said) for one in out.people]
    assert told == [(user, "The property, 'to', is invalid") for user in sorted(shop.line.bad)]


async def test_halves_that_are_not_answered_are_called_again_by_the_same_keys(shop: Shop) -> None:
    await shop.come(*PEOPLE)
    shop.line.bad = {PEOPLE[3]}
    shop.line.faults.extend([None, "lost", "lost", None, "throttled", "lost", "unheard"])
    sending = await shop.order()
    await through(shop, sending, shop.process(), shop.process(owner=False))
    assert shop.line.got == dict.fromkeys(set(PEOPLE) - shop.line.bad, 1)


async def test_messages_that_line_takes_for_nobody_are_held_and_not_halved(shop: Shop) -> None:
    await shop.come(*PEOPLE)
    shop.line.bad_message = "May not be empty (messages[0].text)"
    sending, process = await shop.order(), shop.process()
    await process.goes_on()
    assert len(shop.line.calls) == 1
    found = await shop.sending(sending)
    assert (found.state, found.held) == ("sending", "refused")
    shop.line.bad_message = ""
    assert (await through(shop, sending, process)).state == "done"
    assert shop.line.got == dict.fromkeys(PEOPLE, 1)


@pytest.mark.parametrize("fault", ["quota", "token", "throttled", "away"])
async def test_what_line_refuses_for_now_waits_and_is_told(shop: Shop, fault: Fault) -> None:
    """And who stops marketing meanwhile is not called: nobody of them was."""
    await shop.come(*PEOPLE)
    sending, process = await shop.order(), shop.process()
    shop.line.faults.extend([None, fault])
    await process.goes_on()
    holds: dict[Fault, str] = {"throttled": "rate", "away": "line"}
    assert (await shop.sending(sending)).held == holds.get(fault, fault)
    await changed(shop, PEOPLE[5], marketing=False)
    assert (await through(shop, sending, process)).held is None
    assert shop.line.got == dict.fromkeys(set(PEOPLE) - {PEOPLE[5]}, 1)
    assert await shop.told(sending) == {"got": 8, "stopped": 1}


async def test_when_an_outage_is_over_it_goes_on_at_once(shop: Shop) -> None:
    """I4: it does not wait for the end of its backoff; and whoever watches LINE hears of its calls."""
    await shop.come(*PEOPLE)
    process = shop.process()
    await shop.order()
    shop.line.faults.extend(["away"] * 11)
    while shop.line.faults:
        await process.goes_on()
        shop.clock.advance(200)
        await shop.claims_end()
    assert shop.answers == [NotSent("no route")] * 11
    await process.goes_on()
    assert shop.line.got == {}  # 204.8 s after the eleventh
    process.broadcasts.line_is_well("main")
    await process.goes_on()
    assert shop.line.got == dict.fromkeys(PEOPLE, 1)
    assert shop.answers[11:] == [Accepted()] * 3


async def test_cancelled_in_the_middle(shop: Shop) -> None:
    """What is under way ends; nobody new is called; all of it is told."""
    await shop.come(*PEOPLE)
    sending, process = await shop.order(), shop.process()

    async def by_staff() -> None:
        shop.line.before = None
        await shop.cancel(sending)

    shop.line.before = by_staff
    over = await through(shop, sending, process)
    assert (over.state, over.why) == ("cancelled", "staff")
    assert shop.line.got == dict.fromkeys(PEOPLE[:4], 1)
    assert await shop.told(sending) == {"got": 4, "cancelled": 5}
    assert await shop.rows(PEOPLE[0]) == ["broadcast: b"]


async def test_cancelled_while_line_refuses_and_while_nobody_knows(shop: Shop) -> None:
    """A batch that LINE has surely not heard of is dropped; one that it may have is asked until it says."""
    await shop.come(*PEOPLE)
    sending, process = await shop.order(), shop.process()
    shop.line.faults.extend(["lost", "unheard", "unheard"])
    await process.goes_on()
    await shop.cancel(sending)
    over = await through(shop, sending, process)
    assert over.state == "cancelled"
    assert shop.line.got == dict.fromkeys(PEOPLE[:4], 1)
    assert await shop.told(sending) == {"got": 4, "cancelled": 5}


async def test_the_file_beats_what_staff_have_resumed(shop: Shop) -> None:
    await shop.come(*PEOPLE)
    sending, process = await shop.order(), await fixed(shop)
    live = shop.playbook
    broadcast = live.broadcasts["b"]

    def says(status: BroadcastStatus) -> None:
        changed = replace(broadcast, status=status)
        shop.playbook = replace(live, broadcasts={"b": changed})

    says("paused")
    await process.goes_on()
    assert ((await shop.sending(sending)).held, shop.line.calls) == ("file", [])
    says("cancelled")
    assert (await through(shop, sending, process)).state == "cancelled"
    says("live")
    await process.goes_on()
    assert shop.line.calls == []
    assert await shop.told(sending) == {"got": 0, "cancelled": 9}


async def test_staff_the_brake_and_quiet_hours_hold_it(shop: Shop) -> None:
    quiet = ALIKE.replace("push:", "quiet_hours: 夜間, push:")
    shop.playbook = compiled("hours: {夜間: '13:00-14:00'}\n" + quiet)
    await shop.come(*PEOPLE)
    sending, process = await shop.order(), await fixed(shop)
    sendings = shop.stores.sendings

    async def waits(why: str | None) -> None:
        await process.goes_on()
        assert (await shop.sending(sending)).held == why
        assert shop.line.calls == []

    await sendings.change(sending.id, ["sending"], paused="amy")
    await waits("paused")
    await sendings.change(sending.id, ["sending"], paused=None)
    shop.brake = Brake((PushStop("main", None, "amy", shop.clock.now()),))
    await waits("brake")
    shop.brake = Brake((PushStop(None, "some_flow", "amy", shop.clock.now()),))
    shop.clock.advance(3_600)  # 13:00 in Taipei
    await waits("quiet")
    shop.clock.advance(3_600)
    assert (await through(shop, sending, process)).state == "done"
    assert shop.line.got == dict.fromkeys(PEOPLE, 1)


async def test_an_edit_changes_nothing_of_what_goes_out(shop: Shop) -> None:
    """Who was started since knows what is alike by what was kept; what is personal it waits for."""
    for text in (ALIKE, NAMED):
        await shop.empty()
        await shop.come(*PEOPLE)
        began = compiled(text)
        shop.playbook = began
        sending, process = await shop.order(), await fixed(shop)
        await process.broadcasts.look()
        shop.playbook = compiled(text.replace("早", "晚"))
        started_since = shop.process()
        if text == NAMED:
            await started_since.goes_on()
            assert (await shop.sending(sending)).held == "edited"
            assert shop.line.calls == []
        else:
            shop.line.faults.append("throttled")
            await started_since.goes_on()
        await through(shop, sending, process)
        assert all("早" in said[0] for said in shop.line.texts.values())
        assert shop.line.got == dict.fromkeys(PEOPLE, 1)


@pytest.mark.parametrize("after", ["", NAMED.replace("早", "晚")], ids=["gone", "edited"])
async def test_what_nobody_knows_any_more_is_cancelled_and_not_said_otherwise(shop: Shop, after: str) -> None:
    """A process dies while LINE may have heard of it, and the files are others when the next one starts."""
    shop.playbook = compiled(NAMED)
    await shop.come(*PEOPLE)
    sending = await shop.order()
    shop.line.faults.extend(["unheard"] * 4)
    await shop.process().goes_on()
    shop.playbook = compiled(after)
    process = shop.process()
    await shop.cancel(sending)
    assert (await through(shop, sending, process)).state == "cancelled"
    assert shop.line.texts == {}
    assert await shop.told(sending) == {"got": 0, "cancelled": 5, "unsure": 4}


async def test_whoever_goes_on_with_it_tells_that_it_waits_no_more(shop: Shop) -> None:
    """Also where the process to which LINE said no has died."""
    await shop.come(*PEOPLE)
    sending = await shop.order()
    shop.line.faults.append("away")
    await shop.process().goes_on()
    assert (await shop.sending(sending)).held == "line"
    await shop.claims_end()
    shop.line.faults.extend([None, "throttled"])
    await shop.process().goes_on()
    assert (await shop.sending(sending)).held == "rate"
    other = shop.process()
    seen: list[str | None] = []

    async def look() -> None:
        seen.append((await shop.sending(sending)).held)

    await other.broadcasts.look()
    shop.line.before = look
    await other.broadcasts.send()
    assert (seen[0], seen[-1]) == ("rate", None)


async def test_nobody_nothing_and_not_any_more(shop: Shop) -> None:
    """What does not begin says why."""
    process = shop.process()
    nobody = await through(shop, await shop.order(), process)
    assert (nobody.state, nobody.why) == ("refused", "nobody")
    await shop.come(*PEOPLE)
    old = shop.clock.now() - timedelta(hours=1, seconds=1)
    late = await through(shop, await shop.order(at=old), process)
    assert (late.state, late.why) == ("missed", "late")
    assert shop.line.calls == []


async def test_two_at_the_same_minute_count_each_other_s_pushes(shop: Shop) -> None:
    """While the marks of one are still to be written, the other asks nobody of them yet."""
    text = f"limits: {{pushes_per_person: 1 per 7d}}\nbroadcasts: {{b: {{to: everyone, push: [早安, {OUT}]}},"
    shop.playbook = compiled(text + f" c: {{to: everyone, push: [晚安, {OUT}]}}}}\n")
    await shop.come(*PEOPLE[:4])
    first, process = await shop.order("b"), await fixed(shop)
    shop.clock.advance(1)
    second = await shop.order("c")
    await process.broadcasts.conduct()
    await process.broadcasts.look()

    async def the_others() -> None:
        shop.line.before = None
        await shop.process().broadcasts.look()
        await process.broadcasts.send()

    shop.line.before = the_others
    await process.broadcasts.send()
    for one in (first, second):
        await through(shop, one, process)
    assert shop.line.got == dict.fromkeys(PEOPLE[:4], 1)
    assert await shop.told(second) == {"got": 0, "limit": 4}


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize(
    "edited",
    [SPLIT.replace("甲: 45, 乙: 45", "甲: 1, 乙: 89"), SPLIT.replace("to: everyone", "to: {tag: vip}")],
    ids=["shares", "audience"],
)
async def test_who_gets_it_is_not_taken_from_two_playbooks(shop: Shop, edited: str) -> None:
    """A process dies while people are looked for; who goes on with other files waits for the same ones."""
    tags = "tags: {vip: {added_by: staff}}\n"
    shop.playbook = compiled(tags + SPLIT)
    groups = shop.playbook.broadcasts["b"].groups
    for last in range(1, 20):  # until it dies behind the first page
        await shop.empty()
        await shop.come(*PEOPLE)
        sending = await shop.order()
        with suppress(Died):
            await shop.process(fate=Fate(last)).broadcasts.conduct()
        if (await shop.sending(sending)).people:
            break
    else:
        raise AssertionError("it gathers somebody")
    assert (await shop.sending(sending)).people == 8
    shop.playbook = compiled(tags + edited)
    process = shop.process()
    await process.goes_on()
    waits = await shop.sending(sending)
    assert (waits.state, waits.held, waits.people) == ("gathering", "edited", 8)
    shop.playbook = compiled(tags + SPLIT)
    await through(shop, sending, process)
    drawn = {user: next(n for n, one in groups.items() if one.has(sum(user.encode()))) for user in PEOPLE}
    texts = {user: said[0] for user, said in shop.line.texts.items()}
    says = {"甲": "早安", "乙": "晚安"}
    assert texts == {user: says[group] for user, group in drawn.items() if group in says}
