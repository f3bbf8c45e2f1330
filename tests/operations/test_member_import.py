"""C7, C12, M2: members from a list, known before they are on LINE; taken again, nothing changes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.engine.members.identity import OfShop
from bot.model.contact import Contact, Tag
from bot.model.contact_kind import WITHOUT_LINE
from bot.model.processes import part_of
from bot.model.settings import MappedField, ShopSettings
from bot.model.shop import MEMBER_REFUSALS, MemberRefusal
from bot.model.stored import Stored, TurnWrite
from bot.operations import member_import
from bot.operations.audit_trail import entries
from bot.operations.member_import import MemberFile, import_members
from bot.operations.table_lines import TableWrong
from bot.runtime.effects.merging import Merging
from bot.services.rewrites import RewriteRefused
from bot.store.contacts.contacts import Contacts
from bot.store.contacts.people import PeopleWithoutLine
from bot.store.database.mongo import Database
from bot.store.sealing.keyring import INDEX, generate, parse
from bot.store.sealing.seal import KeyUse, Seal
from bot.store.stores import Stores, stores_of
from tests.conftest import NOW, ManualClock
from tests.operations.member_lists import (
    LIST,
    OTHER,
    PHONE,
    PLAYBOOK,
    TEXT,
    THIRD,
    USER,
    bound,
    everybody,
    figures,
    taken,
)
from tests.playbooks import compiled
from tests.runtime.bots import Bots
from tests.runtime.harness import Bot, said

OVERTAKEN = str(MEMBER_REFUSALS[MemberRefusal.OVERTAKEN])


async def test_each_line_is_somebody_without_line(stores: Stores) -> None:
    assert figures(await taken(stores, TEXT)) == (3, 0, 0, 0)
    people = await everybody(stores)
    amy, bob, third = (people[one].contact for one in ("M1", "M2", THIRD))
    assert (amy.phone, amy.name, amy.email, amy.marketing) == (PHONE, "王小美", "amy@forest.example", True)
    values = {slot: known.value for slot, known in amy.attributes.items()}
    assert values == {"n.points": 1200, "d.birthday": "1990-05-01", "t.skin": "乾性", "x.allergy": "花生"}
    assert [(tag.name, tag.by, tag.expires is None) for tag in amy.tags] == [
        ("VIP", "list", True),
        ("老客", "list", False),
    ]
    assert (bob.phone, bob.marketing, bob.tags) == (OTHER, False, ())
    for one in (amy, bob, third):
        assert (one.id[:2], one.identities, one.timers, one.flows, one.audiences) == (
            WITHOUT_LINE,
            (),
            (),
            (),
            (),
        )
    assert len({one.seed for one in (amy, bob, third)}) > 1 or amy.seed != 0


async def test_taken_once_more_nothing_changes(stores: Stores) -> None:
    await taken(stores, TEXT)
    before = await everybody(stores)
    assert figures(await taken(stores, TEXT)) == (0, 0, 3, 0)
    assert await everybody(stores) == before, "not even a revision"
    told = [(line.kind, line.by, line.about, line.after, line.state) for line in await entries(stores)]
    assert told == [
        ("members_imported", "command:test", "members.csv", f"new {new}, changed 0, refused 0", "done")
        for new in (0, 3)
    ]


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode("utf-8-sig"),
        TEXT.encode("cp950"),
        TEXT.replace(",", "\t").replace('"VIP、老客"', "VIP、老客").encode(),
        ("sep=;\n" + TEXT.replace(",", ";")).encode(),
        TEXT.encode("utf-16"),
        TEXT.replace("0912345678", '="0912345678"').replace("922333444", "+886 9 2233 3444").encode(),
    ],
    ids=["bom", "big5", "tabs", "semicolons", "utf-16", "written otherwise"],
)
async def test_whatever_the_spreadsheet_has_made_of_it(stores: Stores, content: bytes) -> None:
    assert figures(await taken(stores, content)) == (3, 0, 0, 0)
    assert set(await everybody(stores)) == {"M1", "M2", THIRD}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (",,小美,,,,,,,", "has neither phone nor member number"),
        (",02-2345-6789,小美,,,,,,,", 'the column "手機": it is a landline: only mobile numbers are bound'),
        (",9.12E+08,,,,,,,,", 'the column "手機": the spreadsheet has rounded it'),
        (",12345,,,,,,,,", 'the column "手機": it is no mobile number'),
        ("=1+1,,,,,,,,,", 'the column "會員編號": it is a formula'),
        (
            "M1,,王大美,,,,,,,",
            'says another "姓名" than line 2, which is about the same person: nothing of it',
        ),
        (",0912 345 678,,b@forest.example,,,,,,", 'says another "信箱" than line 2, which is about'),
    ],
)
async def test_why_a_line_is_refused(stores: Stores, line: str, why: str) -> None:
    done = await taken(stores, f"{TEXT}{line}\n")
    assert figures(done) == (3, 0, 0, 1)
    assert (done.refused_lines[0].line, str(done.refused_lines[0].why)[: len(why)]) == (5, why)


async def test_signs_that_nobody_sees_are_part_of_no_value(stores: Stores) -> None:
    """C7: phones copied from a contact list, numbers and tags from a web page; families stay one emoji."""
    done = await taken(
        stores,
        "會員\u200b編號,手機,姓名,信箱,標籤\n"
        "M\u200b1,\u202d0912345678\u202c,\u2068王\u200b小美👨\u200d👩\u200d👧\u2069,amy@forest.example\u200b,V\u200bIP\n"
        ",\u2060922\u200b333\u200b444,,,\n",
    )
    assert (figures(done), done.notes) == ((2, 0, 0, 0), [])
    people = await everybody(stores)
    amy = people["M1"].contact
    assert (amy.phone, amy.name, amy.email) == (PHONE, "王小美👨\u200d👩\u200d👧", "amy@forest.example")
    assert [tag.name for tag in amy.tags] == ["VIP"]
    assert OTHER in people


async def test_an_open_quotation_mark_refuses_its_own_line_only(stores: Stores) -> None:
    """C7: every other line is taken, and none is lost without a number."""
    rest = "".join(f"{912000000 + number},甲{number}\n" for number in range(60))
    done = await taken(stores, f'手機,姓名\n0933000001,乙\n0933000002,"丙\n{rest}')
    assert figures(done) == (61, 0, 0, 1)
    told = [(line.line, str(line.why)) for line in done.refused_lines]
    assert told == [(3, "a quotation mark is opened in this line and not closed")]


async def test_a_comma_without_quotation_marks_shifts_no_values(stores: Stores) -> None:
    """C7: 1,200 points are never 1 point; empty cells behind the last column are the spreadsheet's."""
    text = '手機,點數,膚質\n0933000001,1,200,乾性\n0933000002,"1,200",乾性,,\n'
    done = await taken(stores, text, shop=LIST)
    assert figures(done) == (1, 0, 0, 1)
    assert [line.line for line in done.refused_lines] == [2]
    assert "more cells in it than in the first line" in str(done.refused_lines[0].why)
    people = await everybody(stores)
    assert {one: people[one].contact.attributes["n.points"].value for one in people} == {
        "+886933000002": 1200
    }


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("M9,02-2345-6789,,,,,,,,", 'the column "手機": it is a landline'),
        ("M9,,,nobody,,,,,,", "the e-mail is no address"),
        ("M9,,,,someday,,,,,", '"birthday" takes a day'),
        ("M9,,,,,也許,,,,", '"行銷同意" takes yes or no, and not "也許"'),
        ("M9,,,,,,VPI,,,", 'no tag is called "VPI"'),
        ("M9,,,,,,,many,,", '"點數" takes a number'),
        ("M9,,,,,,,,中性,", '"中性" is none of the values of "膚質"'),
        (f"M9,,{'A' * 101},,,,,,,", "the name is longer than a name"),
        ("M9,,小\x07美,,,,,,,", "the name is longer than a name, or has a sign"),
    ],
)
async def test_what_is_wrong_in_a_line_is_all_that_is_left_out(stores: Stores, line: str, why: str) -> None:
    done = await taken(stores, f"{TEXT}{line}\n")
    assert (figures(done), done.partly) == ((4, 0, 0, 0), 1)
    assert (done.notes[0].line, str(done.notes[0].why)[: len(why)]) == (5, why)
    nine = (await everybody(stores))["M9"].contact
    assert (nine.phone, nine.email, nine.attributes, nine.tags, nine.name) == (None, None, {}, (), None)


@pytest.mark.parametrize(
    ("head", "why"),
    [
        (
            "姓名,生日\n小美,\n",
            'has to name a column phone, member_no or line_id; it says "姓名", "生日"; write',
        ),
        ("手機,手機\n1,2\n", "names the column 手機 twice"),
        ("", "it says nothing"),
        ("line_id\nU0123456789abcdef0123456789abcdef\n", "say on which channel they are"),
    ],
)
async def test_a_file_that_is_no_list(stores: Stores, head: str, why: str) -> None:
    with pytest.raises(TableWrong) as refused:
        await taken(stores, head)
    assert why in str(refused.value.message)
    with pytest.raises(TableWrong, match="cannot be read"):
        await import_members(stores, PLAYBOOK, MemberFile(Path("/nowhere.csv")), "command:test")


async def test_columns_that_nobody_reads_are_told(stores: Stores) -> None:
    done = await taken(stores, "電話,備註,手機,VIP 等級\n0223456789,x,0912345678,3\n")
    assert (figures(done), done.unused) == ((1, 0, 0, 0), ["電話", "備註", "VIP 等級"])


async def test_an_empty_cell_says_nothing_and_a_new_value_is_taken(stores: Stores) -> None:
    await taken(stores, TEXT)
    assert figures(await taken(stores, "會員編號,姓名,點數\nM1,,\nM2,大華,7\n")) == (0, 1, 1, 0)
    people = await everybody(stores)
    assert people["M1"].contact.name == "王小美"
    assert (people["M2"].contact.name, people["M2"].contact.attributes["n.points"].value) == ("大華", 7)


async def test_a_dry_run_tells_the_same_and_writes_nothing(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(member_import, "TOGETHER", 2)
    text = TEXT + ",0912345678,,,,,,,,\nM4,0933444555,,,,,,,,\nM5,0912345678,,,,,,,,\n"
    dry = await taken(stores, text, dry=True, shop=LIST)
    assert await everybody(stores) == {}
    for name in ("audit", "inbox", "member_records", "phones"):
        assert await stores.database.collection(name).count_documents({}) == 0
    wet = await taken(stores, text, shop=LIST)
    assert figures(dry) == figures(wet)
    assert [(one.line, str(one.why)) for one in dry.refused_lines] == [
        (one.line, str(one.why)) for one in wet.refused_lines
    ]
    assert {(one.line, str(one.why)) for one in dry.notes} == {(one.line, str(one.why)) for one in wet.notes}
    assert any("another person has this phone" in str(one.why) for one in dry.notes)


async def test_s36_members_who_change_phones_in_one_file_end_with_their_own(stores: Stores) -> None:
    """A number changed hands: in whichever order the lines come, nobody is mixed up."""
    head = "會員編號,手機\n"
    await taken(stores, head + "M1,0912345678\nM2,0922333444\n")
    done = await taken(stores, head + "M2,0912345678\nM1,0922333444\n")
    assert (figures(done), done.notes) == ((0, 2, 0, 0), [])
    people = await everybody(stores)
    assert {one: people[one].contact.phone for one in ("M1", "M2")} == {"M1": OTHER, "M2": PHONE}


async def test_s36_a_phone_of_two_members_is_told_and_leads_to_neither(stores: Stores) -> None:
    done = await taken(stores, "會員編號,手機\nM1,0912345678\nM2,0912345678\nM3,0922333444\n")
    assert figures(done) == (3, 0, 0, 0)
    assert [(one.line, str(one.why)[:37]) for one in done.notes] == [
        (3, "another person has this phone, too: u")
    ]
    again = await taken(stores, "手機,姓名\n0912345678,小美\n")
    assert (figures(again), str(again.refused_lines[0].why)) == (
        (0, 0, 0, 1),
        "several members have this phone: say by its number which one is meant",
    )


async def test_a_line_that_is_refused_is_not_said_to_be_taken(stores: Stores) -> None:
    await taken(stores, "會員編號,手機\nM1,0912345678\nM2,0912345678\n")
    done = await taken(stores, "會員編號,手機\nM1,0912345678\nM1,0922333444\n")
    assert [(one.line, str(one.why)[:23]) for one in (*done.refused_lines, *done.notes)] == [
        (3, 'says another "手機" than '),
        (2, "another person has this"),
    ]


@pytest.mark.ring("all", "a crowd")
async def test_s36_a_phone_that_stands_for_no_phone_costs_no_more_than_any_other(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shops write one number to everybody whose phone they do not know: nobody is looked at for each line."""
    read, around = list[int](), PeopleWithoutLine.around

    async def counted(self: PeopleWithoutLine, *asked: Any) -> list[Stored]:
        found = await around(self, *asked)
        read.append(len(found))
        return found

    monkeypatch.setattr(PeopleWithoutLine, "around", counted)
    monkeypatch.setattr(member_import, "TOGETHER", 30)
    lines = "會員編號,手機,點數\n" + "".join(f"M{number},0912345678,1\n" for number in range(300))
    assert figures(await taken(stores, lines, shop=LIST)) == (300, 0, 0, 0)
    done = await taken(stores, lines.replace(",1\n", ",2\n"), shop=LIST)
    assert figures(done) == (0, 300, 0, 0)
    assert max(read) <= 60
    assert [(one.line > 1, str(one.why)) for one in done.notes] == [
        (True, "another person has this phone, too: until that is mended it leads to neither")
    ]
    assert await stores.database.collection("member_records").count_documents({}) == 300
    assert (await stores.member_records.by_number("ours", "M7"))[0].fields == {"點數": 2}
    nobody = await taken(stores, "手機,點數\n0912345678,3\n", shop=LIST)
    assert [str(one.why) for one in nobody.refused_lines] == [
        "several members have this phone: say by its number which one is meant"
    ]


async def test_s36_a_line_without_number_is_about_whoever_has_its_phone(stores: Stores) -> None:
    await taken(stores, "手機\n0912345678\n")
    assert figures(await taken(stores, "會員編號,手機\nM1,0912345678\n")) == (0, 1, 0, 0)
    assert figures(await taken(stores, "手機,姓名\n0912345678,小美\n")) == (0, 1, 0, 0)
    [one] = (await everybody(stores)).values()
    assert (one.contact.member_no, one.contact.name) == ("M1", "小美")


def merging(stores: Stores) -> Merging:
    return Merging(stores.rewriter, stores.contacts, stores.audit, ManualClock(), OfShop)


async def person(stores: Stores) -> Contact:
    """Who has LINE and has bound a phone, once their turn was taken."""
    return (await stores.contacts.load(["main:U1"]))["main:U1"].contact


# -- people with LINE


@pytest.fixture
async def bot(bots: Bots) -> Bot:
    return bots.make(PLAYBOOK)


async def test_s36_whoever_has_proven_the_phone_is_the_member_and_hears_nothing(
    stores: Stores, bot: Bot
) -> None:
    """C12: facts, silently; LINE's name and the proven phone stay."""
    await bound(stores, marketing_here=False)
    done = await taken(stores, TEXT)
    assert (figures(done), done.on_line) == ((2, 1, 0, 0), 1)
    await bot.start()
    await bot.settle()
    now = (await everybody(stores))["M1"].contact
    assert (now.id, now.name, now.phone, now.email) == (
        "main:U1",
        "LINE 上的名字",
        PHONE,
        "amy@forest.example",
    )
    assert (now.attributes["n.points"].value, now.marketing_shop, now.marketing) == (1200, True, False)
    assert ([tag.name for tag in now.tags], now.audiences) == (["VIP", "老客"], ("main:貴客",))
    assert (now.flows, bot.line.calls) == ((), []), "no journey has begun"
    assert [row.what for row in await bot.timeline("U1")] == ["told by a list"]
    assert figures(await taken(stores, TEXT)) == (0, 0, 3, 0)
    await bot.hear(said("在嗎", "U1"))
    await bot.settle()
    assert bot.line.texts() == ["LINE 上的名字 1200"]


async def test_s34_a_phone_proven_long_ago_is_another_member_of_a_list(stores: Stores) -> None:
    """C12: without a number nobody can be asked whose it is by now."""
    await bound(stores, proven=NOW - timedelta(days=400))
    done = await taken(stores, TEXT)
    assert (figures(done), done.on_line) == ((3, 0, 0, 0), 0)
    friend = (await stores.contacts.load(["main:U1"]))["main:U1"].contact
    assert (friend.member_no, friend.phone) == (None, PHONE)


async def test_told_twice_before_a_turn_it_is_one_event(stores: Stores) -> None:
    await bound(stores)
    for _ in range(3):
        await taken(stores, TEXT)
    assert await stores.database.collection("inbox").count_documents({}) == 1
    assert len((await everybody(stores))[PHONE].waiting) == 1


@pytest.mark.ring("all", "several processes of a bot")
async def test_told_this_that_and_this_again_before_a_turn_the_last_one_counts(
    stores: Stores, bot: Bot
) -> None:
    """Three files: a mistake, its correction, and that taken back. The third repeats no first."""
    await bound(stores)
    for points in ("1200", "5", "1200", "1200"):
        await taken(stores, TEXT.replace("1200", points))
    assert await stores.database.collection("inbox").count_documents({}) == 3
    await bot.start()
    await bot.settle()
    now = await person(stores)
    assert now.attributes["n.points"].value == 1200


async def test_no_id_shows_what_a_list_says_to_who_guesses(stores: Stores, database: Database) -> None:
    """B12: a phone is guessed in a second, so whatever follows from one needs the key of the shop."""
    ids = list[str]()
    for keys in (stores, stores_of(database, Seal(parse(generate())))):
        for name in ("contacts", "inbox", "phones"):
            await database.collection(name).delete_many({})
        await bound(keys)
        await taken(keys, TEXT)
        ids += [document["_id"] async for document in database.collection("inbox").find({})]
        ids += [one.contact.id for one in (await everybody(keys)).values() if not one.contact.has_line]
    assert len(ids) == len(set(ids)) == 6


async def test_what_comes_after_the_binding_is_undone_is_left_out(stores: Stores, bot: Bot) -> None:
    await bound(stores)
    await taken(stores, TEXT)
    before = (await everybody(stores))[PHONE]
    after = replace(before.contact, phone=None, bindings={})
    write = TurnWrite(before.contact, after, part_of("main:U1"), before.revision, 1, (), (), reread=True)
    assert await stores.contacts.save([write]) == set()
    await bot.start()
    await bot.settle()
    now = await person(stores)
    assert (now.member_no, now.attributes, now.tags) == (None, {}, ())


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_s36_a_bound_member_of_whom_the_list_says_another_phone(stores: Stores) -> None:
    """The number is the person; what is proven stays, and it is told (semantics 34)."""
    await bound(stores, phone=OTHER, member_no="M1")
    done = await taken(stores, "會員編號,手機,點數\nM1,0912345678,5\n")
    assert (figures(done), done.on_line) == ((0, 1, 0, 0), 1)
    assert [(one.line, str(one.why)) for one in done.notes] == [(2, "has bound another phone, which stays")]


async def test_s36_a_phone_that_another_member_has_bound_is_no_sign(stores: Stores) -> None:
    """It changed hands: whoever has bound it stays what they are, and the line is somebody else."""
    await bound(stores, member_no="M1", member_shop="ours")
    done = await taken(stores, "會員編號,手機\nM2,0912345678\n", shop=LIST)
    assert (figures(done), done.on_line, len(done.notes)) == ((1, 0, 0, 0), 0, 1)
    people = await everybody(stores)
    assert (people["M1"].contact.id, people["M2"].contact.phone) == ("main:U1", PHONE)
    refused = await taken(stores, "會員編號,手機\nM3,0912345678\n")
    assert str(refused.refused_lines[0].why) == "the phone is bound by a member of another shop"


async def test_who_bound_before_the_list_could_look_is_found_when_it_has_written(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever writes second sees the first, also where the binding lies between look and writing."""
    write = PeopleWithoutLine.write

    async def late(self: PeopleWithoutLine, people: Any) -> None:
        if people:
            await bound(stores)
        await write(self, people)

    monkeypatch.setattr(PeopleWithoutLine, "write", late)
    done = await taken(stores, "會員編號,手機,點數\nM1,0912345678,5\n")
    assert done.joined == 1
    [one] = (await everybody(stores)).values()
    assert (one.contact.id, one.contact.member_no, one.contact.attributes["n.points"].value) == (
        "main:U1",
        "M1",
        5,
    )


@pytest.mark.ring("all", "a crowd")
async def test_imported_again_who_has_bound_since_is_read_with_all_others(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M2: a bound member has left a note of who they are; a batch of them is read as one, and a chain."""
    head = "會員編號,手機,點數\n"
    text = head + "".join(f"M{n},09000000{n:02},1\n" for n in range(12))
    await taken(stores, text)
    for n in range(12):
        await bound(stores, f"main:U{n}", phone=f"+8869000000{n:02}")
    assert (await taken(stores, text)).joined == 12
    await bound(stores, "outlet:V0", phone="+886911111111")
    await merging(stores).merge("outlet:V0", "main:U0", "command:test")
    reads, load = list[int](), Contacts.load

    async def counted(self: Contacts, ids: Any) -> Any:
        reads.append(1)
        return await load(self, ids)

    monkeypatch.setattr(Contacts, "load", counted)
    done = await taken(stores, text.replace(",1\n", ",2\n"))
    assert (figures(done), done.on_line, done.joined) == ((0, 12, 0, 0), 12, 0)
    assert len(reads) <= 4, "a read for each link of the longest chain, at each of two looks"


async def test_a_line_that_says_whose_number_it_is_joins_them_at_once(stores: Stores) -> None:
    """C12: known by number first, by LINE account later: one person, before any turn has heard of it."""
    await taken(stores, "member_no,點數\nM1,1\n")
    await bound(stores, f"main:{USER}", OTHER)
    done = await taken(stores, f"member_no,line_id,點數\nM1,{USER},2\n", channel="main")
    assert (figures(done), done.joined) == ((0, 1, 0, 0), 1)
    people = await everybody(stores)
    assert [(one.contact.id, one.contact.member_no) for one in people.values()] == [(f"main:{USER}", "M1")]


async def test_an_account_that_has_not_written_yet_is_nobody_elses(stores: Stores) -> None:
    """R1: known by LINE account from a list, merged into who is on another channel: it stays theirs."""
    await taken(stores, f"line_id,點數\n{USER},1\n", channel="main")
    await bound(stores, "outlet:V1", PHONE)
    await bound(stores, "main:U2", OTHER)
    one = await merging(stores).merge("outlet:V1", f"main:{USER}", "command:test")
    assert one.identity("main").user == USER
    assert one.identity("main").friend is False, "nothing is pushed to whom nobody has met"
    with pytest.raises(RewriteRefused, match='two LINE accounts on the channel "main"'):
        await merging(stores).merge("main:U2", "outlet:V1", "command:test")
    await merging(stores).undo("outlet:V1", "command:test")
    again = (await stores.contacts.load([f"main:{USER}", "outlet:V1"])).values()
    assert [[i.channel for i in stored.contact.identities] for stored in again] == [[], ["outlet"]]


async def test_two_accounts_of_which_neither_has_written_stay_two(stores: Stores) -> None:
    for channel in ("main", "outlet"):
        await taken(stores, f"line_id,點數\n{USER},1\n", channel=channel)
    with pytest.raises(RewriteRefused, match="has written on LINE yet"):
        await merging(stores).merge(f"main:{USER}", f"outlet:{USER}", "command:test")


async def test_s36_whom_staff_have_parted_the_list_leaves_apart(stores: Stores, bot: Bot) -> None:
    await taken(stores, "會員編號,手機\nM1,0912345678\n")
    await bound(stores)
    assert (await taken(stores, "會員編號,手機\nM1,0912345678\n")).joined == 1
    await merging(stores).undo("main:U1", "command:test")
    done = await taken(stores, "會員編號,手機\nM1,0912345678\n")
    assert done.joined == 0
    assert len(await everybody(stores)) == 2


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_who_is_no_member_any_more_is_somebody_new_in_the_next_list(stores: Stores) -> None:
    """The contact without LINE became part of who has bound; unbound, its number is nobody's."""
    text = "會員編號,手機\nM1,0912345678\n"
    await bound(stores)
    monkey = Contact(stores.people_without_line.id_of(None, "M1", None), phone=PHONE, member_no="M1")
    await stores.people_without_line.write([(None, monkey)])
    assert (await taken(stores, text)).joined == 1
    before = (await everybody(stores))["M1"]
    after = replace(before.contact, phone=None, member_no=None, bindings={})
    write = TurnWrite(before.contact, after, part_of("main:U1"), before.revision, 1, (), (), reread=True)
    assert await stores.contacts.save([write]) == set()
    assert figures(await taken(stores, text)) == (1, 0, 0, 0)
    assert figures(await taken(stores, text)) == (0, 0, 1, 0)


async def test_s36_line_user_ids_are_who_will_write_by_them(stores: Stores, bot: Bot) -> None:
    """M2: found by that id from then on; a name waits for LINE's own."""
    text = f"line_id,手機,會員編號,姓名,標籤,點數\n{USER},0912345678,M1,小美,VIP,5\nU12,,M2,,,\n"
    done = await taken(stores, text, channel="main")
    assert (figures(done), done.partly) == ((2, 0, 0, 0), 1), "the second is known by its number"
    one = (await everybody(stores))["M1"].contact
    assert (one.id, one.identities, one.name, one.phone) == (f"main:{USER}", (), None, PHONE)
    assert figures(await taken(stores, text, channel="main")) == (0, 0, 2, 0)
    await bot.start()
    await bot.hear(said("在嗎", USER))
    await bot.settle()
    now = (await everybody(stores))["M1"].contact
    assert (now.id, [i.user for i in now.identities], [tag.name for tag in now.tags]) == (
        one.id,
        [USER],
        ["VIP"],
    )
    changed = text.replace(",5\n", ",6\n")
    assert figures(await taken(stores, changed, channel="main")) == (0, 1, 1, 0)
    bot.runtime.recovery.reread(one.id)  # of what another process has stored it hears in its own time
    await bot.settle()
    assert (await everybody(stores))["M1"].contact.attributes["n.points"].value == 6


async def test_a_line_id_of_another_member(stores: Stores) -> None:
    await bound(stores, f"main:{USER}", member_no="M1")
    await bound(stores, "main:U2", phone=OTHER, member_no="M2")
    head = "line_id,會員編號\n"
    first = await taken(stores, f"{head}{USER},M9\n", channel="main")
    second = await taken(stores, f"{head}U{'0' * 32},M2\n", channel="main")
    assert [str(one.refused_lines[0].why) for one in (first, second)] == [
        "this LINE account is another member already",
        "the member number is that of another LINE account",
    ]


async def test_a_number_is_told_to_one_account_while_no_turn_has_heard_of_it(
    stores: Stores, bot: Bot
) -> None:
    """C12: one list names the LINE account, another the phone that is bound on another channel."""
    await bound(stores, f"main:{USER}", OTHER)
    await bound(stores, "outlet:V1", PHONE)
    by_account, by_phone = f"line_id,會員編號,點數\n{USER},M1,1\n", "會員編號,手機,點數\nM1,0912345678,2\n"
    first = await taken(stores, by_account, channel="main")
    second = await taken(stores, by_phone)
    assert (figures(first), figures(second)) == ((0, 1, 0, 0), (0, 0, 0, 1))
    assert str(second.refused_lines[0].why) == OVERTAKEN
    assert figures(await taken(stores, by_account, channel="main")) == (0, 1, 0, 0), "told already"
    await bot.start()
    await bot.settle()
    assert await stores.people.with_member_no("M1") == [f"main:{USER}"]
    assert figures(await taken(stores, by_phone)) == (0, 1, 0, 0), "whose it is is known by now"
    assert await stores.people.with_member_no("M1") == [f"main:{USER}"]


@pytest.mark.ring("all", "several processes of a bot")
async def test_of_two_lists_at_once_one_tells_an_account_of_a_number(stores: Stores, bot: Bot) -> None:
    """C12: whichever is first, and however many numbers it is about."""
    lines = range(12)
    users = [f"U{n:032x}" for n in lines]
    for n in lines:
        await bound(stores, f"main:{users[n]}", f"+88695{n:07}")
        await bound(stores, f"outlet:V{n}", f"+88696{n:07}")
    by_account = "line_id,會員編號\n" + "\n".join(f"{users[n]},M{n}" for n in lines)
    by_phone = "會員編號,手機\n" + "\n".join(f"M{n},096{n:07}" for n in lines)
    await asyncio.gather(taken(stores, by_account, channel="main"), taken(stores, by_phone))
    await bot.start()
    await bot.settle()
    found = [await stores.people.with_member_no(f"M{n}") for n in lines]
    assert [len(people) for people in found] == [1] * len(lines), found


# -- a shop that is a list


async def test_a_list_of_a_shop_is_what_the_shop_knows(stores: Stores) -> None:
    text = "會員編號,手機,點數,貴賓,行銷,生日\nM1,0912345678,12,是,否,1990/5/1\n,0922333444,,,,\n"
    assert figures(await taken(stores, text, shop=LIST)) == (2, 0, 0, 0)
    [record] = await stores.member_records.by_number("ours", "M1")
    assert (record.phone, record.fields) == (
        PHONE,
        {"點數": 12, "貴賓": True, "行銷": False, "birthday": "1990-05-01"},
    )
    one = (await everybody(stores))["M1"].contact
    assert (one.member_shop, one.marketing_shop, [(t.name, t.by) for t in one.tags]) == (
        "ours",
        False,
        [("VIP", "shop")],
    )
    assert record.contact == one.id
    await taken(stores, "會員編號,貴賓,點數\nM1,否,\n", shop=LIST)
    [record] = await stores.member_records.by_number("ours", "M1")
    assert (record.phone, record.fields["點數"], record.fields["貴賓"]) == (PHONE, 12, False)
    assert (await everybody(stores))["M1"].contact.tags == ()
    [other] = await stores.member_records.by_phone("ours", OTHER)
    assert other.member_no is None


async def test_what_another_shop_says_is_no_column_of_this_list(stores: Stores) -> None:
    playbook = compiled("""
channels: {main: {id: "@a", channel_id: "1", channel_secret: x, shop: forest}}
shops: {forest: {platform: cyberbiz, access: app_store, attributes: {points: bonus_points.total}}}
attributes: {points: {type: number, title: 點數}}
""")
    theirs = ShopSettings("forest", "cyberbiz", attributes={"points": MappedField("bonus_points.total")})
    text = "手機,點數\n0912345678,3\n"
    with pytest.raises(TableWrong, match="forest"):
        await taken(stores, text, shop=replace(LIST, attributes={}), playbook=playbook)
    done = await taken(stores, text, shop=theirs, playbook=playbook)
    assert figures(done) == (1, 0, 0, 0)
    assert await stores.database.collection("member_records").count_documents({}) == 0


# -- at once, and broken off


@pytest.mark.ring("all", "a crowd")
async def test_two_imports_at_once_are_one_person_each(stores: Stores) -> None:
    lines = [f"M{n},09{n:08}" for n in range(40)]
    text = "會員編號,手機\n" + "\n".join(lines)
    done = await asyncio.gather(*(taken(stores, text, shop=LIST) for _ in range(3)))
    assert all(one.refused == 0 for one in done)
    people = await everybody(stores)
    assert sorted(people) == sorted(f"M{n}" for n in range(40))
    for n in range(40):
        assert len(await stores.member_records.by_number("ours", f"M{n}")) >= 1
    assert figures(await taken(stores, text, shop=LIST)) == (0, 0, 40, 0)
    assert await stores.database.collection("member_records").count_documents({}) == 40


@pytest.mark.ring("all", "a crowd")
@pytest.mark.parametrize("at_once", [False, True])
async def test_s36_by_new_keys_nobody_is_somebody_new(
    stores: Stores, database: Database, seal: Seal, at_once: bool
) -> None:
    """While keys are rotated one process hashes by the old, another by the new; ids follow from hashes."""
    ring, to = seal.ring.with_new()
    newer = stores_of(database, Seal(ring, KeyUse(to, to, next(iter(ring.index)))))
    older = stores_of(database, Seal(ring, KeyUse(seal.used.sealing, seal.used.indexing, INDEX)))
    if at_once:
        await asyncio.gather(*(taken(one, TEXT, shop=LIST) for one in (older, newer)))
    else:
        await taken(older, TEXT, shop=LIST)
        assert figures(await taken(newer, TEXT, shop=LIST)) == (0, 0, 3, 0)
    for one in (newer, older):
        await taken(one, TEXT, shop=LIST)
    assert figures(await taken(newer, TEXT, shop=LIST)) == (0, 0, 3, 0)
    there = [one async for one in database.collection("contacts").find({"to": {"$exists": False}})]
    assert len(there) == 3
    assert await database.collection("member_records").count_documents({}) == 3


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_broken_off_it_is_taken_again(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after kill -9 between any two writes: what is there stays, and the rest comes."""
    monkeypatch.setattr(member_import, "TOGETHER", 2)
    text = "會員編號,手機\n" + "\n".join(f"M{n},09{n:08}" for n in range(9))
    calls = [
        (stores.people_without_line, "write"), (stores.member_records, "keep"),
        (stores.inbox_commit, "store_bulk"),
        (stores.contacts, "poke"), (stores.rewriter, "change"),
    ]  # fmt: skip
    await bound(stores, phone="+886900000003")
    for after in range(1, 12):
        left = after

        def dying(made: Any) -> Any:
            async def call(*args: Any) -> Any:
                nonlocal left
                left -= 1
                if left == 0:
                    raise KeyboardInterrupt
                return await made(*args)

            return call

        with monkeypatch.context() as patched:
            for store, name in calls:
                patched.setattr(store, name, dying(getattr(store, name)), raising=True)
            try:
                await taken(stores, text, shop=LIST)
            except KeyboardInterrupt:
                continue
    done = await taken(stores, text, shop=LIST)
    assert (done.refused, done.new) == (0, 0)
    people = await everybody(stores)
    assert len(people) == 9
    assert await stores.database.collection("member_records").count_documents({}) == 9


async def test_somebody_else_changes_everybody_all_the_time(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line is given up with its reason, and not tried for ever."""
    write = PeopleWithoutLine.write

    async def overtaken(self: PeopleWithoutLine, people: Any) -> None:
        await write(
            self, [(None if before is None else replace(before, revision=99), one) for before, one in people]
        )

    await taken(stores, TEXT)
    monkeypatch.setattr(PeopleWithoutLine, "write", overtaken)
    done = await taken(stores, "會員編號,姓名\nM1,小花\n")
    assert (figures(done), str(done.refused_lines[0].why)) == ((0, 0, 0, 1), OVERTAKEN)


async def test_a_tag_that_a_list_dates_runs_out_by_that(stores: Stores) -> None:
    """M2: tags with their dates (the base that a move from another system uses)."""
    from bot.engine.members.listed import as_listed
    from bot.model.event import Listed

    now = datetime(2026, 11, 22, tzinfo=UTC)
    told = Listed(tags={"老客": now - timedelta(days=10), "VIP": now - timedelta(days=400)})
    [vip, old] = sorted(as_listed(Contact("M:1"), told, PLAYBOOK, now).tags, key=lambda tag: tag.name)
    assert vip == Tag("VIP", now - timedelta(days=400), "list")
    assert old.expires is not None
    assert timedelta(days=19) < old.expires - now < timedelta(days=22)
    over = Listed(tags={"老客": now - timedelta(days=40)})
    assert as_listed(Contact("M:1"), over, PLAYBOOK, now).tags == ()
    both = Listed(tags={"VIP": now - timedelta(days=10)}, shop_tags={"VIP": True})
    assert as_listed(Contact("M:1"), both, PLAYBOOK, now).tags == (Tag("VIP", now, "shop"),)
