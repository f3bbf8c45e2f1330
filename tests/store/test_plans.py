"""How MongoDB answers what the code asks: no collection scan, no question without the part."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from threading import Lock
from typing import Any

import pytest
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from bot.model.audit import AuditEntry
from bot.model.broadcast import Sending, SendingState
from bot.model.bulk_run import BulkRun
from bot.model.contact import Contact
from bot.model.inbox import InboxEntry
from bot.model.processes import part_of
from bot.model.stored import Settled, TurnWrite
from bot.promotions.referrals.store import ReferralPeople
from bot.store.collection_spec import LIFE, Expires
from bot.store.collections import COLLECTIONS
from bot.store.contacts.contacts import Contacts
from bot.store.contacts.inbox_commit import InboxCommit
from bot.store.database import mongo
from bot.store.database.mongo import Database
from bot.store.events.concerned_people import PeopleSource
from bot.store.events.inbox import Inbox
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores, stores_of
from tests.conftest import NOW, ManualClock
from tests.eventually import PATIENCE
from tests.runtime.harness import Bot, ScriptedLine, followed, said, when_it_hears_others
from tests.store.day import a_day

Command = dict[str, Any]

TURNS = 5
SCANS = {"COLLSCAN", "COUNT_SCAN", "SORT"}
BY_PART = ("contacts", "inbox")
SMALL = ("leases", "keys")
"""Collections of one or a few documents, asked by `_id` or read whole."""


class Heard(CommandListener):
    """Remembers every command that is sent."""

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self._lock = Lock()

    def started(self, event: CommandStartedEvent) -> None:
        with self._lock:
            self.commands.append(dict(event.command))

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
async def listening(
    prepared: str, database: Database, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Database]:
    """A database, emptied, of which every command is heard."""
    monkeypatch.setattr(mongo, "OPTIONS", {**mongo.OPTIONS, "event_listeners": [heard]})
    listening = Database(prepared)
    listening.direct.close()  # what goes without the driver is not heard
    yield listening
    listening.close()


def questions(command: Command) -> Iterator[tuple[str, Command, Mapping[str, Any]]]:
    """Each question in a command: the collection, the command that `explain` takes, and the filter."""
    name = next(iter(command))
    match name:
        case "find":
            yield (
                command[name],
                chosen(command, "find", "filter", "sort", "limit", "projection", "hint"),
                command["filter"],
            )
        case "aggregate":
            first = command["pipeline"][0]
            if "$changeStream" not in first:
                yield command[name], {**chosen(command, name, "pipeline"), "cursor": {}}, first["$match"]
        case "update":
            for update in command["updates"]:
                yield command[name], {"update": command[name], "updates": [update]}, update["q"]
        case "delete":
            for delete in command["deletes"]:
                yield command[name], {"delete": command[name], "deletes": [delete]}, delete["q"]
        case "findAndModify":
            yield command[name], chosen(command, name, "query", "update"), command["query"]
        case _:
            pass  # writes that ask nothing, and the driver's own talk


def chosen(command: Command, *names: str) -> Command:
    return {name: command[name] for name in names if name in command}


async def explained(database: Database, command: Command) -> Command:
    """How MongoDB answers it, and what it has read for that."""
    ours = database.collection("contacts").driver.database
    told: Command = ours.command("explain", command, verbosity="executionStats")
    return told


def stages(plan: object) -> set[str]:
    """Every stage's name, wherever in the plan it stands."""
    if isinstance(plan, Mapping):
        found = {plan["stage"]} if isinstance(plan.get("stage"), str) else set()
        return found.union(*(stages(value) for key, value in plan.items() if key != "rejectedPlans"))
    if isinstance(plan, list):
        return set().union(*map(stages, plan))
    return set()


def shape(value: object) -> object:
    """A filter without its values, so that each kind of question is explained once."""
    if isinstance(value, Mapping):
        return tuple((key, shape(inner)) for key, inner in value.items())
    return "…"


@pytest.mark.ring("all", "many writes")
async def test_no_question_of_the_hot_path_scans(
    listening: Database, database: Database, heard: Heard, seal: Seal, clock: ManualClock
) -> None:
    await a_day(listening, seal, clock)
    kinds = {}
    for command in list(heard.commands):
        for collection, explainable, where in questions(command):
            key = (next(iter(explainable)), collection, shape(where), str(explainable.get("sort")))
            kinds[key] = (collection, explainable, where)
    assert len(kinds) >= 15, kinds.keys()  # else the day was too quiet
    complaints = []
    for collection, explainable, where in kinds.values():
        if collection in SMALL:
            continue
        told = await explained(database, explainable)
        if scans := stages(told) & SCANS:
            complaints.append((collection, scans, where))
        # what LINE delivers again may have been passed on to another part meanwhile: asked by `_id` alone
        is_again = collection == "inbox" and where.keys() == {"_id"}
        if collection in BY_PART and "part" not in where and not is_again:
            complaints.append((collection, {"no part"}, where))
    # dead letters are read whole, by a person who asked for them
    assert [c for c in complaints if c[0] != "deadletters"] == []
    # so it has looked at what it should
    asked = {collection for command in heard.commands for collection, _, _ in questions(command)}
    inserted = {command["insert"] for command in heard.commands if "insert" in command}
    assert asked >= {"contacts", "inbox", "leases", "codes", "code_limits"}
    assert inserted >= {"inbox", "timeline", "trace"}


async def test_a_known_persons_turn_reads_nothing(
    listening: Database, heard: Heard, seal: Seal, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The owner remembers who it has seen lately: a turn is one insert and one update."""
    bot = Bot(listening, seal, clock, ScriptedLine())
    hears_others = when_it_hears_others(bot, monkeypatch)
    await bot.start()
    async with asyncio.timeout(PATIENCE):
        await hears_others.wait()  # once it does, it reads whoever has an open event: perhaps of another
    await bot.hear(followed("U1"))
    await bot.settle()
    heard.commands.clear()
    for _ in range(TURNS):
        await bot.hear(said("營業時間"))
        await bot.settle()
    await bot.crash()
    # timers and unsent calls are looked for now and then, whatever anybody says
    assert [c for c in heard.commands if c.get("find") == "contacts" and "_id" in c["filter"]] == []
    assert [command for command in heard.commands if command.get("find") == "inbox"] == []


async def test_in_a_full_database_a_question_reads_what_it_answers(
    listening: Database, database: Database, heard: Heard, seal: Seal
) -> None:
    """Among 2,000 open entries of 500 contacts, ten events cost ten events."""
    inbox, contacts = Inbox(listening, seal), Contacts(listening, seal)
    people = [f"main:U{number}" for number in range(500)]
    entries = [
        InboxEntry(f"main:E{n}", "main", people[n % 500], part_of(people[n % 500]), NOW, b"{}")
        for n in range(2_000)
    ]
    born = [
        TurnWrite(Contact(p), Contact(p, turned=NOW), part_of(p), 0, 1, ("e",), (), born=True) for p in people
    ]
    assert await InboxCommit(listening, inbox, contacts).store(entries, frozenset(), born) == (set(), set())
    heard.commands.clear()
    some = entries[:10]
    await inbox.begin(some)
    await inbox.done([entry.id for entry in some], {entry.part for entry in some})
    await inbox.open_of(people[20], part_of(people[20]), 100)
    await contacts.load(people[:10])
    await contacts.settle([Settled(p, part_of(p), ("e",), ()) for p in people[:10]])
    again = [TurnWrite(Contact(p), Contact(p, turned=NOW), part_of(p), 1, 1, ("f",), ()) for p in people[:10]]
    assert await contacts.save(again) == set()
    asked = [question for command in heard.commands for question in questions(command)]
    assert len(asked) >= 15
    for collection, explainable, where in asked:
        told = await explained(database, explainable)
        # a batch of ids is found among at most as many parts: a little more than one key each
        assert told["executionStats"]["totalKeysExamined"] <= 30, (collection, where)
        assert told["executionStats"]["totalDocsExamined"] <= 20, (collection, where)


@pytest.mark.parametrize(
    "many", [4_000, pytest.param(20_000, marks=pytest.mark.ring("soak", "more of the same"))]
)
async def test_among_many_timers_a_page_reads_its_rows_from_the_index_alone(
    listening: Database, database: Database, heard: Heard, seal: Seal, many: int
) -> None:
    """H3: of many who are due, most of them in one moment: nothing is sorted, no document fetched."""
    people = [
        {"_id": f"main:U{n:05}", "part": n % 256, "due": NOW + timedelta(seconds=max(0, n - many * 3 // 4))}
        for n in range(many)
    ]
    await database.collection("contacts").insert_many(people, ordered=False)
    contacts, every = Contacts(listening, seal), list(range(256))
    heard.commands.clear()
    later = NOW + timedelta(days=1)
    page = await contacts.due(every, None, later, 100)
    again = await contacts.due(every, page[-1], later, 100)
    assert [contact for _, contact in page + again] == [f"main:U{n:05}" for n in range(200)]
    asked = [question for command in heard.commands for question in questions(command)]
    assert len(asked) == 4  # two for each page: half of the parts each
    for _, explainable, where in asked:
        told = await explained(database, explainable)
        assert "SORT_MERGE" in (plan := stages(told)), where
        assert not plan & {*SCANS, "FETCH"}, where
        assert told["executionStats"]["totalDocsExamined"] == 0
        # beside its rows a seek or two for each part
        assert told["executionStats"]["totalKeysExamined"] <= 100 + 2 * 128


@pytest.mark.ring("all", "many writes")
async def test_among_many_sendings_that_are_over_the_open_ones_are_found_at_once(
    listening: Database, database: Database, heard: Heard, seal: Seal
) -> None:
    """I1: each process asks for them each second, also after years of broadcasts."""
    stores = stores_of(listening, seal)
    over: list[SendingState] = ["cancelled", "missed", "refused"]
    states: list[SendingState] = ["done"] * 500
    states.extend(over * 20)
    states.extend(("planned", "gathering", "sending", "cancelling"))
    for number, state in enumerate(states):
        moment = NOW - timedelta(days=number)
        assert await stores.sendings.add(Sending(f"b{number}", "b", "main", moment, moment, state))
    heard.commands.clear()
    assert [one.state for one in await stores.sendings.open()] == list(reversed(states[-4:]))
    ((_, explainable, _),) = [question for command in heard.commands for question in questions(command)]
    told = await explained(database, explainable)
    assert told["executionStats"]["totalDocsExamined"] == 4


async def test_among_many_sendings_a_page_and_a_month_are_read_and_no_others(
    listening: Database, database: Database, heard: Heard, seal: Seal
) -> None:
    """I4: the list of broadcasts has the last ones, its calendar those of a month."""
    stores, states = stores_of(listening, seal), ("done", "cancelled", "missed", "refused", "planned")
    moments = [NOW - timedelta(hours=number) for number in range(2_000)]
    rows = [
        {"_id": f"{n}", "broadcast": "b", "channel": "main", "moment": at, "at": at, "state": states[n % 5]}
        for n, at in enumerate(moments)
    ]
    await database.collection("sendings").insert_many(rows)
    for sought, most in (
        (stores.sendings.over(None, 51), 70),
        (stores.sendings.over(NOW - timedelta(hours=900), 51), 70),
        (stores.sendings.between(NOW - timedelta(hours=700), NOW - timedelta(hours=100)), 610),
    ):
        heard.commands.clear()
        await sought
        asked = [one for command in heard.commands for one in questions(command)]
        assert asked
        for _, explainable, _ in asked:
            told = await explained(database, explainable)
            assert "SORT" not in stages(told)
            assert told["executionStats"]["totalDocsExamined"] <= most


async def test_the_last_who_sent_a_form_are_found_by_the_index_of_goals(
    listening: Database, database: Database, heard: Heard, seal: Seal
) -> None:
    """E1: among a year of others."""
    stores = stores_of(listening, seal)
    await database.collection("timeline").insert_many(
        {
            "at": NOW - timedelta(minutes=n),
            "contact": "main:U1",
            "part": 1,
            "what": "form",
            "g": [f"form {n % 3}"],
        }
        for n in range(3_000)
    )
    heard.commands.clear()
    found = [one async for one in stores.happened.last_reached("form 1", NOW - timedelta(minutes=900), 50)]
    assert (len(found), found[0].at) == (50, NOW - timedelta(minutes=901))
    ((_, explainable, _),) = [one for command in heard.commands for one in questions(command)]
    told = await explained(database, explainable)
    assert "SORT" not in stages(told)
    assert told["executionStats"]["totalDocsExamined"] == 50


async def test_a_period_is_read_by_indexes_of_its_moments(
    listening: Database, database: Database, heard: Heard, seal: Seal
) -> None:
    """J4: whose data an incident has touched: in no collection are rows of other days looked at."""
    many = [(n, NOW - timedelta(minutes=n)) for n in range(2_000)]
    audit = [{"at": at, "who": "console:mei", "what": "tagged", "contact": f"main:U{n}"} for n, at in many]
    await database.collection("audit").insert_many(audit)
    rows = [{"at": at, "contact": f"main:U{n}", "part": n % 256, "what": "text"} for n, at in many]
    await database.collection("timeline").insert_many(rows)
    batches = [{"stored": at, "at": at, "people": [{"contact": f"main:U{n}"}]} for n, at in many]
    await database.collection("sending_batches").insert_many(batches)
    people = stores_of(listening, seal).concerned_people
    source = PeopleSource(NOW - timedelta(minutes=9, seconds=30), NOW + timedelta(seconds=1), processed=True)
    heard.commands.clear()
    found = [one async for some in people.of(source) for one in some]
    assert [len(found), {one.acts for one in found}] == [10, {frozenset({"tagged", "message", "broadcast"})}]
    [command] = [one for one in heard.commands if "aggregate" in one]
    asked = {
        "audit": command["pipeline"][0]["$match"],
        **{
            stage["$unionWith"]["coll"]: stage["$unionWith"]["pipeline"][0]["$match"]
            for stage in command["pipeline"]
            if "$unionWith" in stage
        },
    }
    assert asked.keys() == {"audit", "timeline", "sending_batches", "contacts"}
    for name, where in asked.items():
        told = await explained(database, {"find": name, "filter": where})
        assert not stages(told) & SCANS, name
        most = 24 * 60 + 10 if name == "sending_batches" else 70  # of an hour, or a day, before
        assert told["executionStats"]["totalDocsExamined"] <= most, name
    heard.commands.clear()
    await people.having("conversations", ["main:U1"])
    await people.having("conversation_files", ["main:U1"])
    await people.actors(NOW, NOW + timedelta(days=1))
    distinct = [one for one in heard.commands if "distinct" in one]
    assert len(distinct) == 3
    for command in distinct:
        told = await explained(database, chosen(command, "distinct", "key", "query"))
        assert not stages(told) & SCANS, command


@pytest.mark.ring("all", "a crowd")
async def test_who_has_brought_whom_is_found_by_the_codes_of_links(
    listening: Database, database: Database, heard: Heard, seal: Seal
) -> None:
    """N4: of 400 who look at their links one in ten has brought somebody."""
    campaigns = ("a", "b")
    people = [
        {
            "_id": f"main:U{n:03}",
            "part": n % 256,
            "rev": 1,
            "invitations": [{"n": campaigns[n % 2], "c": [f"c{n}"], **({} if n % 10 else {"f": n + 1})}],
            "referrals": [
                {"n": "a", "by": f"c{n % 20}", "i": f"r{n}", "at": NOW, "s": "came" if n % 4 else "done"}
            ],
        }
        for n in range(400)
    ]
    await database.collection("contacts").insert_many(people)
    referrals = stores_of(listening, seal).of(ReferralPeople)
    heard.commands.clear()
    assert [id_ for id_, _ in await referrals.inviters("a", 2)] == ["main:U390", "main:U380"]
    assert len(await referrals.brought_by(["c3", "c4"], 100)) == 40
    assert await referrals.waiting(["a", "b"]) == {("a", "came"): 300}
    asked = [one for command in heard.commands for one in questions(command)]
    most = (40, 40, 300)
    assert len(asked) == len(most)
    for (_, explainable, where), documents in zip(asked, most, strict=True):
        command = {"find": "contacts", "filter": where}
        told = await explained(database, command)
        assert not stages(told) & SCANS, explainable
        assert told["executionStats"]["totalDocsExamined"] <= documents


@pytest.mark.ring("all", "many writes")
async def test_what_is_there_is_what_is_declared(
    listening: Database, database: Database, seal: Seal, clock: ManualClock
) -> None:
    """Every index in one place, and none but those; every collection too."""
    await a_day(listening, seal, clock)
    names = database.collection("inbox").driver.database.list_collection_names()
    ours = {name for name in names if not name.startswith("system.")}  # MongoDB's own, such as a profile
    assert ours <= set(COLLECTIONS)
    for name, spec in COLLECTIONS.items():
        declared = spec.all_indexes()
        there = await database.collection(name).index_information()
        there.pop("_id_", None)
        if isinstance(spec.life, Expires) and spec.life.by_playbook:
            there.pop(LIFE, None)  # made by whoever serves, for as long as the playbook says
        assert set(there) == {index.document["name"] for index in declared}, name
        for index in declared:
            document = index.document
            found = there[document["name"]]
            assert found["key"] == list(document["key"].items())
            for option in ("partialFilterExpression", "expireAfterSeconds", "unique"):
                assert found.get(option) == document.get(option), (name, document["name"], option)


def test_the_part_comes_first_wherever_the_runtime_asks_by_it() -> None:
    """As in the shard key. The rest are asked by MongoDB itself, or now and then by a person."""
    lives = {
        "life",
        "aside",
        "by_time",
        "media",
        "tap",
        "by_name",
        "tagged",
        "by_attribute",  # asked by who looks for somebody
        "with_staff",  # asked by who looks at staff's conversations
        "by_hash",
        "version",
        "by_phone",
        "by_told_phone",
        "by_phone_end",
        "by_told_phone_end",
        "by_email",
        "by_state",
        "by_member_no",
        "by_contact",
        "by_other",
        "by_kind",
        "of_kind",  # asked by who reads the audit log
        "to_count",
        "of_flow",
        "in_flow",
        "of_clerk",
        "of_clerk_newest",  # asked by somebody who works in a store
        "of_store_newest",
        "with_clerk_newest",
        "of_account",  # of few who sign in, or have a draft
        "by_key",  # of few tokens
        "of_channel",  # of few lines of a checklist, and by who reads the audit log
        "merged_into",  # asked by who erases somebody
        "begun",  # of few erasures
        "of_erased",  # asked by who imports a list
        "of_goal",  # asked by who wants a report
        "of_person",
        "taken",  # a law, not a question
        "of_act",  # a law, and asked by who changes one row
        "of_day",  # of a service, whichever parts its people are of
        "offered",  # a law
        "in_line",  # by the one process that tells who waits
        "to_send",
        "by_code",
        "of_store",
        "in_chat",
        "named",
        "under_way",  # of few deeds done to many people at once
        "one_of_a_kind",
        "of_chosen",
        "waiting",  # of few receivers, and of a minute
        "of_sending",  # whoever comes claims a batch, of whichever parts its people are
        "of_broadcast",  # of few sendings
        "ordered_once",  # one for each broadcast at most
        "claimed_once",  # one for each broadcast, or what it said before
        "open_of_shop",  # by the one process that works for a shop
        "of_shop",
        "of_draw",  # asked by who looks at the winners of a draw
        "of_coupon",  # of a coupon's counter, whichever parts its people are of
        "of_grant",  # asked at a till
        "inviting",  # whose link a code is, whoever opens it
        "has_brought",  # asked by who looks at who has brought whom
        "brought_by",
        "brought",
        "free",
        "unsure",
        "by_domain",  # one for each shop; asked while it is linked
    }
    for name, spec in COLLECTIONS.items():
        for index in spec.all_indexes():
            document = index.document
            if document["name"] not in lives:
                assert next(iter(document["key"])) == "part", (name, document["name"])


@pytest.mark.ring("all", "a crowd")
async def test_runs_for_many_people_are_found_by_their_indexes(database: Database, stores: Stores) -> None:
    """Each process asks every five seconds for those that nobody does any more; the list shows the last."""
    for number in range(20):
        run = BulkRun(f"r{number}", "tag", "VIP", "console:mei", NOW + timedelta(minutes=number))
        deed = AuditEntry("many_tagged", "console:mei", run.at, "VIP", id=f"many:{run.id}", state="began")
        assert await stores.bulk_runs.add(run, deed, "a", NOW)
        assert await stores.bulk_runs.end(replace(run, state="done"), deed, "a", NOW)
    assert [one.id for one in await stores.bulk_runs.last(2)] == ["r19", "r18"]
    claimed: Command = {"state": {"$in": ["runs", "stopping"]}, "until": {"$lt": NOW}}
    for where, order in (({}, {"sort": {"at": -1, "_id": -1}}), (claimed, {})):
        command: Command = {"find": "bulk_runs", "filter": where, "limit": 2, **order}
        told = await explained(database, command)
        assert told["executionStats"]["totalDocsExamined"] <= 2
