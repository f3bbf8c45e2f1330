"""`POST /api/events`: who may tell, what is answered, and that a 202 means stored."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import replace
from io import BytesIO
from typing import Any

import orjson
import pytest

from bot.engine.members.identity import OfShop
from bot.model.contact import Binding, Contact, Identity
from bot.model.processes import part_of
from bot.model.stored import TurnWrite
from bot.runtime.effects.merging import Merging
from bot.store.contacts.contacts import Contacts
from bot.store.events.audit import AuditLog
from bot.store.events.inbox import Inbox
from bot.store.stores import stores_of
from bot.store.unavailable import DatabaseUnavailable
from bot.web.outside_events import MOST
from tests.conftest import NOW
from tests.eventually import PATIENCE
from tests.playbooks import compiled
from tests.web.conftest import TOKEN, Site, SiteMaker, text

pytestmark = pytest.mark.both_ways

PLAYBOOK = compiled(
    """\
signals: {parcel_arrived: {order_no: text, shop_name: text}}
rules:
  - when: {signal: parcel_arrived}
    push: "{{ event.order_no }} 到 {{ event.shop_name }} 了"
"""
)
PHONE = "+886912345678"
U1, U2, U3, U9 = (f"U{number:032x}" for number in (1, 2, 3, 9))
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def parcel(number: int = 1, who: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "id": f"order-{number}",
        "signal": "parcel_arrived",
        "contact": who or {"line_id": U1},
        "values": {"order_no": str(number), "shop_name": "信義店"},
        **more,
    }


class Teller:
    """A shop's own system."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def tells(self, told: Any, headers: dict[str, str] = BEARER) -> tuple[int, Any]:
        body = BytesIO(told if isinstance(told, bytes) else orjson.dumps(told))
        async with self.site.http.post(self.site.url("/api/events"), data=body, headers=headers) as answer:
            return answer.status, await answer.json()

    async def pushed(self) -> list[tuple[str, list[str]]]:
        await self.site.bot.settle()
        return [(call.to, call.texts) for call in self.site.line.calls]

    async def knows(self, user: str, channel: str = "main", **what: Any) -> None:
        """That person is a friend on the channel."""
        who = f"{channel}:{user}"
        after = Contact(who, identities=(Identity(channel, user, friend=True),))
        write = TurnWrite(Contact(who), replace(after, **what), part_of(who), 0, 1, (), (), born=True)
        assert await self.site.bot.contacts.save([write]) == set()


@pytest.fixture
async def teller(new_site: SiteMaker) -> Teller:
    teller = Teller(await new_site(PLAYBOOK))
    await teller.knows(U1)
    return teller


@pytest.mark.ring("all", "page after page")
async def test_a_signal_is_stored_then_answered_then_carried_out(teller: Teller) -> None:
    """F2: a signal of another system is a turn of that person's own."""
    assert await teller.tells(parcel()) == (202, {"id": "order-1", "status": "stored"})
    assert await teller.pushed() == [(U1, ["1 到 信義店 了"])]


async def test_the_same_id_counts_once(teller: Teller) -> None:
    """Told again, at once and in one call too: nothing is sent twice."""
    first = await asyncio.gather(*(teller.tells(parcel()) for _ in range(5)))
    assert {status for status, _ in first} <= {200, 202}
    assert await teller.tells(parcel()) == (200, {"id": "order-1", "status": "known"})
    status, answer = await teller.tells([parcel(2), parcel(2)])
    assert (status, [one["status"] for one in answer["events"]]) == (202, ["stored", "known"])
    assert sorted(await teller.pushed()) == [(U1, ["1 到 信義店 了"]), (U1, ["2 到 信義店 了"])]


@pytest.mark.ring("all", "page after page")
async def test_of_several_each_has_its_answer(teller: Teller) -> None:
    told = [parcel(1), parcel(2, {"line_id": U9}), parcel(3, signal="parcel"), 7]
    assert await teller.tells(told) == (
        207,
        {
            "events": [
                {"id": "order-1", "status": "stored"},
                {
                    "id": "order-2",
                    "status": "nobody",
                    "field": "contact.line_id",
                    "message": "nobody is known by it on this channel",
                },
                {
                    "id": "order-3",
                    "status": "wrong",
                    "field": "signal",
                    "message": '"parcel" is not in the playbook, which has parcel_arrived',
                },
                {"id": None, "status": "wrong", "field": "", "message": "is no JSON object"},
            ]
        },
    )
    assert await teller.pushed() == [(U1, ["1 到 信義店 了"])]
    known = {"events": [{"id": "order-1", "status": "known"}]}
    assert await teller.tells([parcel(1)]) == (200, known)
    assert await teller.tells([]) == (200, {"events": []})


async def test_a_person_is_meant_by_a_proven_phone_or_a_member_number(teller: Teller) -> None:
    """What is told of a parcel is for nobody who only says that he has this phone."""
    await teller.knows(U2, phone=PHONE, bindings={"phone": Binding(NOW)}, member_no="M1001")
    await teller.knows(U3, phone="+886900000001")
    for number, who in enumerate(
        ({"phone": "0912-345-678"}, {"phone": "886912345678"}, {"member_no": "M1001"})
    ):
        assert (await teller.tells(parcel(number, who)))[0] == 202
    status, answer = await teller.tells(parcel(7, {"phone": "0900000001"}))
    assert (status, answer["field"]) == (404, "contact.phone")
    assert [to for to, _ in await teller.pushed()] == [U2, U2, U2]


async def test_whom_several_may_be_is_not_guessed(teller: Teller) -> None:
    for user in (U2, U3):
        await teller.knows(user, member_no="M1001")
    status, answer = await teller.tells(parcel(1, {"member_no": "M1001"}))
    assert (status, answer["status"], answer["message"]) == (409, "several", "2 contacts have it")


@pytest.mark.parametrize(
    "header",
    [
        "",
        TOKEN,
        "Bearer ",
        f"Bearer {TOKEN[:-1]}",
        f"Bearer {TOKEN} x",
        f"Bearer {TOKEN.upper()}",
        f"Basic {TOKEN}",
        "Bearer 通行證",
    ],
)
async def test_without_the_token_nothing_is_taken(teller: Teller, header: str) -> None:
    status, answer = await teller.tells(parcel(), {"Authorization": header})
    assert (status, "token" in answer["message"]) == (401, True)
    assert await teller.pushed() == []


@pytest.mark.ring("all", "page after page")
async def test_what_is_no_call(teller: Teller) -> None:
    assert (await teller.tells(b"{"))[0] == 400
    assert (await teller.tells(b"\xff"))[0] == 400
    assert (await teller.tells([parcel()] * (MOST + 1)))[0] == 413
    assert (await teller.tells(b" " * (2 * 1024 * 1024 + 1)))[0] == 413
    assert (await teller.tells(b"7"))[0] == 422
    status, answer = await teller.tells(parcel(), {**BEARER, "Content-Encoding": "gzip"})
    assert (status, "packed" in answer["message"]) == (415, True)
    assert await teller.pushed() == []


@pytest.mark.ring("all", "page after page")
async def test_a_thousand_at_once(teller: Teller) -> None:
    for user in range(2, 12):
        await teller.knows(f"U{user:032x}")
    told = [parcel(number, {"line_id": f"U{number % 10 + 2:032x}"}) for number in range(MOST)]
    status, answer = await teller.tells(told)
    assert (status, {one["status"] for one in answer["events"]}) == (202, {"stored"})
    assert len(await teller.pushed()) == MOST


@pytest.mark.ring("all", "page after page")
async def test_what_is_not_stored_is_said_and_can_be_told_again(teller: Teller) -> None:
    """Never 200 for what may be lost."""
    teller.site.gate.failure = DatabaseUnavailable("away")
    status, answer = await teller.tells(parcel())
    assert (status, "again" in answer["message"]) == (503, True)
    teller.site.gate.failure = None
    assert (await teller.tells(parcel()))[0] == 202
    assert await teller.pushed() == [(U1, ["1 到 信義店 了"])]


async def test_whoever_has_heard_no_answer_tells_it_again(teller: Teller) -> None:
    """Stored, and the connection is gone before the 202: the second time it is known."""
    teller.site.gate.after = asyncio.Event()
    first = asyncio.create_task(teller.tells(parcel()))
    while not await teller.site.database.collection("inbox").count_documents({}):
        assert not first.done()
    first.cancel()
    second = asyncio.create_task(teller.tells(parcel()))
    teller.site.gate.after.set()
    assert await second == (200, {"id": "order-1", "status": "known"})
    await asyncio.wait_for(teller.site.line.called.wait(), PATIENCE)  # nobody has waited for its lane
    assert await teller.pushed() == [(U1, ["1 到 信義店 了"])]


async def test_whom_we_remember_costs_no_question(teller: Teller, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a webhook: stored in one go, which tells what is known. Whether that is there for good is asked."""
    await teller.site.hears_others.wait()  # before, a contact may be read anew
    await teller.site.deliver(text("嗨", user=U1))
    await teller.site.bot.settle()
    again: list[set[str]] = []
    known = Inbox.known

    async def asked(self: object, ids: object) -> Any:
        raise AssertionError("the database is asked")

    async def asked_again(self: Inbox, ids: Collection[str]) -> set[str]:
        again.append(set(ids))
        return await known(self, ids)

    monkeypatch.setattr(Inbox, "known", asked_again)
    monkeypatch.setattr(Contacts, "people_of", asked)
    told = [parcel(1), parcel(2), parcel(1)]
    status, answer = await teller.tells(told)
    assert (status, [one["status"] for one in answer["events"]]) == (202, ["stored", "stored", "known"])
    assert again == []
    status, answer = await teller.tells([parcel(3), parcel(2), parcel(4, signal="parcel")])
    assert (status, [one["status"] for one in answer["events"]]) == (207, ["stored", "known", "wrong"])
    assert (await teller.tells(parcel(3)))[0] == 200
    assert [len(ids) for ids in again] in ([], [1], [1, 1])  # of the others storing itself tells
    assert [to for to, _ in await teller.pushed()] == [U1] * 3


async def test_an_id_counts_once_whoever_it_is_told_of(teller: Teller) -> None:
    """One call of whom we remember and whom we do not, each side first once."""
    await teller.knows(U2, member_no="M1001")
    await teller.site.deliver(text("嗨", user=U1))
    await teller.site.bot.settle()
    her = {"member_no": "M1001"}
    for number, people in enumerate(([None, her], [her, None])):
        status, answer = await teller.tells([parcel(number, who) for who in people])
        assert (status, [one["status"] for one in answer["events"]]) == (202, ["stored", "known"])
        assert [(await teller.tells(parcel(number, who)))[0] for who in people] == [200, 200]
    assert [to for to, _ in await teller.pushed()] == [U1, U2]


async def test_who_was_merged_a_moment_ago_is_told_as_who_they_are(teller: Teller) -> None:
    """We remember them as they were; nothing is lost, and it reaches the LINE account that was named."""
    site = teller.site
    await site.deliver(text("嗨", user=U1))
    await site.bot.settle()
    rewriter = stores_of(site.database, site.seal).rewriter
    merging = Merging(rewriter, site.bot.contacts, AuditLog(site.database, site.seal), site.bot.clock, OfShop)
    await teller.knows("V1", channel="outlet")
    await merging.merge("outlet:V1", f"main:{U1}", "command:contact merge")
    assert site.bot.runtime.turns.recent.stored(f"main:{U1}") is not None, "nobody has told us yet"
    assert (await teller.tells(parcel()))[0] == 202
    await asyncio.wait_for(teller.site.line.called.wait(), PATIENCE)  # nobody has waited for its lane
    assert await teller.pushed() == [(U1, ["1 到 信義店 了"])]
    assert (await teller.tells(parcel()))[0] == 200


async def test_it_is_counted(teller: Teller) -> None:
    """K3"""
    await teller.tells([parcel(1), parcel(1), parcel(2, {"line_id": U9})])
    await teller.tells(parcel(), {})
    figures = await teller.site.figures()
    for end in ("stored", "known", "nobody"):
        assert figures["oaflow_outside_events_total", end] == 1
    assert [figures["oaflow_outside_calls_total", status] for status in ("207", "401")] == [1, 1]
