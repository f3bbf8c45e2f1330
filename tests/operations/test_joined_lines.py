"""M2, C7: lines of one person are made one, or are reported with both numbers; an import goes on."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.engine.members.friends import befriended
from bot.model.contact import Contact, contact_id
from bot.operations import joined_lines, member_import, repeated_lines
from bot.operations.column_map import ColumnMap
from bot.operations.joined_lines import LineGathering
from bot.operations.member_import import MemberFile, MemberImport, import_members
from bot.operations.table_lines import TableWrong
from bot.runtime.shops.first_lines import FirstLines
from bot.store.contacts.import_marks import ImportMarks
from bot.store.stores import Stores
from tests.operations.member_lists import LIST, OTHER, PHONE, PLAYBOOK, USER, everybody, figures

SECOND = "U" + "b" * 32


@dataclass
class Lists:
    """Takes lists over, and hears what came of each line."""

    stores: Stores
    folder: Path
    heard: list[tuple[int, str]] = field(default_factory=list)

    async def take(self, text: str, **more: Any) -> MemberImport:
        file = self.folder / "members.csv"
        file.write_text(text, "utf-8")
        self.heard.clear()
        meant = MemberFile(file, more.pop("shop", None), "main", more.pop("columns", ColumnMap()))
        return await import_members(
            self.stores,
            PLAYBOOK,
            meant,
            "command:test",
            record=lambda number, became, why: self.heard.append((number, became)),
            **more,
        )

    async def only(self) -> Contact:
        [one] = (await everybody(self.stores)).values()
        return one.contact


@pytest.fixture
def lists(stores: Stores, tmp_path: Path) -> Lists:
    return Lists(stores, tmp_path)


def said(done: MemberImport) -> Sequence[tuple[int, str]]:
    return [(one.line, str(one.why)) for one in done.refused_lines]


HEADER = "UID,會員編號,手機,姓名,信箱,標籤,點數,行銷同意\n"


async def test_three_lines_of_one_person_are_one(lists: Lists) -> None:
    """By number, then by phone: what one leaves open another says; each tag since its newest date."""
    text = (
        f"{HEADER},M1,0912345678,,,VIP 2026-01-05,,\n"
        f",M1,,王小美,,VIP 2026-03-01、老客,12,\n,,0912345678,王小美,amy@forest.example,VIP,,是\n"
    )
    done = await lists.take(text)
    assert (figures(done), done.united, done.done) == ((1, 0, 0, 0), 2, 3)
    assert lists.heard == [(2, "new"), (3, "joined"), (4, "joined")]
    amy = await lists.only()
    assert (amy.phone, amy.member_no, amy.name, amy.email) == (PHONE, "M1", "王小美", "amy@forest.example")
    assert (amy.marketing, amy.attributes["n.points"].value) == (True, 12)
    assert {tag.name: tag.at.month for tag in amy.tags if tag.name == "VIP"} == {"VIP": 2}, "16:00 in UTC"
    assert {tag.name for tag in amy.tags} == {"VIP", "老客"}
    again = await lists.take(text)
    assert (figures(again), again.united) == ((0, 0, 1, 0), 2)


async def test_lines_far_from_each_other_are_one_too(lists: Lists, monkeypatch: pytest.MonkeyPatch) -> None:
    """In other batches; and once more nothing changes, which it would if each were taken by itself."""
    monkeypatch.setattr(member_import, "TOGETHER", 3)
    others = "".join(f",X{n},09{33_000_000 + n},,,,,\n" for n in range(20))
    text = f"{HEADER},M1,,王小美,,VIP 2026-03-01,,\n{others},M1,0912345678,,,VIP 2026-01-05,,\n"
    done = await lists.take(text)
    assert (done.new, done.united) == (21, 1)
    revisions = {one.contact.id: one.revision for one in (await everybody(lists.stores)).values()}
    assert figures(await lists.take(text)) == (0, 0, 21, 0)
    assert {one.contact.id: one.revision for one in (await everybody(lists.stores)).values()} == revisions


@pytest.mark.parametrize(
    ("first", "second", "what"),
    [
        (",M1,0912345678,,,,,", ",M1,0922333444,,,,,", "手機"),
        (",M1,,王小美,,,,", ",M1,,李小美,,,,", "姓名"),
        (",,0912345678,,a@forest.example,,,", ",,0912345678,,b@forest.example,,,", "信箱"),
        (",M1,,,,,1,", ",M1,,,,,2,", "點數"),
        (f"{USER},M1,,,,,,", f"{USER},M2,,,,,,", "會員編號"),
        (f"{USER},M1,,,,,,", f"{SECOND},M1,,,,,,", "uid"),
    ],
)
async def test_lines_that_contradict_each_other_are_reported_with_both_numbers(
    lists: Lists, first: str, second: str, what: str
) -> None:
    """Nothing of the second is written, not even what the first leaves open."""
    done = await lists.take(f"{HEADER}{first}\n,X9,,,,,,\n{second}是\n")
    assert figures(done) == (2, 0, 0, 1)
    why = f'says another "{what}" than line 2, which is about the same person: nothing of it is taken'
    assert said(done) == [(4, why)]
    people = {one.contact.id: one.contact for one in (await everybody(lists.stores)).values()}
    assert [one.marketing for one in people.values()] == [None, None]


async def test_who_has_said_no_in_any_line_has_not_agreed(lists: Lists) -> None:
    """Consent is no contradiction: the no counts, whatever the order; at the shop, too."""
    for text in ("M1,是\nM1,否\n", "M2,否\nM2,是\n"):
        await lists.take(f"會員編號,行銷\n{text}", shop=LIST)
    assert [one.contact.marketing for one in (await everybody(lists.stores)).values()] == [False, False]
    records = [await lists.stores.member_records.by_number("ours", number) for number in ("M1", "M2")]
    assert [one.fields["行銷"] for [one] in records] == [False, False]


async def test_a_line_that_names_two_makes_them_one(lists: Lists) -> None:
    """Two lines have nothing in common until the third."""
    done = await lists.take(f"{HEADER},M1,,王小美,,,,\n,,0912345678,,,,7,\n,M1,0912345678,,,,,\n")
    assert (figures(done), done.united) == ((1, 0, 0, 0), 2)
    amy = await lists.only()
    assert (amy.member_no, amy.phone, amy.attributes["n.points"].value) == ("M1", PHONE, 7)


async def test_a_phone_makes_no_account_and_no_second_member_one_person(lists: Lists) -> None:
    """Nobody has proven it: a family's phone gives no LINE account another one's number."""
    friend = befriended(Contact(contact_id("main", USER)), "main", USER, None)
    assert await lists.stores.friends.write([(None, friend)])
    text = f"{HEADER}{USER},,0912345678,,,,,\n,M1,0912345678,,,,,\n,M2,0912345678,,,,,\n,,0912345678,,,,,\n"
    for dry in (True, False):
        done = await lists.take(text, dry=dry)
        assert figures(done) == (2, 0, 1, 1)
        assert said(done) == [(5, "several members have this phone: say by its number which one is meant")]
    people = await everybody(lists.stores)
    assert people[contact_id("main", USER)].contact.member_no is None
    assert (people["M1"].contact.phone, people["M2"].contact.phone) == (PHONE, PHONE)


async def test_a_phone_of_a_crowd_is_nobodys(lists: Lists) -> None:
    """More than 20 members share it: who has nothing else is refused, and it binds nobody."""
    trusted = ColumnMap(is_binding_trusted=True)
    rows = "".join(f"U{n:032x},M{n},0900000000,是\n" for n in range(30))
    done = await lists.take(f"UID,會員編號,手機,綁定\n{rows},,0900000000,\n", columns=trusted)
    assert figures(done) == (30, 0, 0, 1)
    assert said(done)[0][1].startswith("several members have this phone")
    assert {str(one.why) for one in done.notes} >= {"more than 20 people have this phone: it binds nobody"}


async def test_a_log_of_tags_is_one_person_each(lists: Lists) -> None:
    """25 lines of one person, of a phone alone: all of one, none a crowd's."""
    rows = "".join(f"0912345678,VIP 2026-03-{n:02}\n" for n in range(1, 26))
    done = await lists.take(f"手機,標籤\n{rows}")
    assert (figures(done), done.united) == ((1, 0, 0, 0), 24)
    [vip] = (await lists.only()).tags
    assert (vip.at.month, vip.at.day) == (3, 24), "the 25th began at 16:00 UTC"


async def test_a_log_that_is_too_long_is_refused_before_anything_is_written(
    lists: Lists, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeated_lines, "REPEATED", 10)
    with pytest.raises(TableWrong, match="this is a log"):
        await lists.take("手機\n0922333444\n" + "0912345678\n" * 12)
    assert await everybody(lists.stores) == {}


async def test_no_more_lines_wait_than_there_is_room_for(
    lists: Lists, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose lines wait longest is taken first; what the file says of them later is reported, and not lost."""
    monkeypatch.setattr(joined_lines, "HELD", 3)
    first = "".join(f"M{n},一\n" for n in range(5))
    done = await lists.take("會員編號,姓名\n" + first + first)
    assert (done.new, done.united) == (5, 3)
    assert said(done) == [(n, f"this person stands in line {n - 5} already") for n in (7, 8)]


async def test_what_only_the_database_knows_to_be_one_is_refused(
    lists: Lists, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line by number, one by phone, and a contact that has both: with the first one's line."""
    monkeypatch.setattr(member_import, "TOGETHER", 1)
    await lists.take(f"{HEADER},M1,0912345678,,,,,\n")
    done = await lists.take(f"{HEADER},M1,,王小美,,,,\n,,0912345678,李小美,,,,\n")
    assert figures(done) == (0, 1, 0, 1)
    assert said(done) == [(3, "this person stands in line 2 already")]
    assert (await lists.only()).name == "王小美"


def test_the_first_line_of_each_of_many() -> None:
    """Against a dictionary."""
    dice, first, known = random.Random(7), FirstLines(), dict[int, int]()
    for line in range(1, 60_000):
        key = hash(str(dice.randrange(40_000)))
        assert first.of(key, line) == known.setdefault(key, line)


# -- broken off


async def broken_off(lists: Lists, text: str, after: int, patch: pytest.MonkeyPatch, **more: Any) -> None:
    """As by kill -9 once so many marks are there."""
    keep = ImportMarks.keep
    left = [after]

    async def dies(self: ImportMarks, *args: Any) -> None:
        await keep(self, *args)
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt

    with patch.context() as patched:
        patched.setattr(ImportMarks, "keep", dies)
        with pytest.raises(KeyboardInterrupt):
            await lists.take(text, **more)


@pytest.mark.parametrize("after", [1, 2, 4])
async def test_it_goes_on_where_it_was(lists: Lists, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """Lines that are done are read by nobody again, those of one person on both sides are still one."""
    monkeypatch.setattr(member_import, "TOGETHER", 4)
    others = "".join(f",X{n},09{33_000_000 + n},,,,,\n" for n in range(17))
    text = f"{HEADER},M1,,王小美,,,,\n,,,,,,,\n,,5,,,,,\n{others},M1,0912345678,,,,,\n,X3,,甲,,,,\n"
    await broken_off(lists, text, after, monkeypatch)
    asked: list[int] = []
    around = type(lists.stores.people_without_line).around

    async def counted(self: Any, ids: Any, numbers: Any, phones: Any) -> Any:
        asked.append(len(numbers))
        return await around(self, ids, numbers, phones)

    monkeypatch.setattr(type(lists.stores.people_without_line), "around", counted)
    done = await lists.take(text)
    assert done.resumed == 2 + 4 * after
    assert (done.new, done.united, done.refused) == (18, 2, 1), "all that came of the file, before and now"
    assert sum(asked) <= 2 * (18 - 4 * after + 4)
    taken = {number for number, became in lists.heard if became != "done" and number <= done.resumed}
    assert taken <= {2, 8}, "the first lines of whoever stands in a later one, too"
    assert sorted(number for number, _ in lists.heard) == [2, *range(4, 24)]
    people = await everybody(lists.stores)
    assert len(people) == 18
    assert people["M1"].contact.phone == PHONE
    again = await lists.take(text)
    assert (figures(again), again.resumed) == ((0, 0, 18, 1), 0), "it was over: from its beginning"


async def test_another_file_or_another_meaning_begins_anew(
    lists: Lists, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(member_import, "TOGETHER", 4)
    text = "會員編號,手機\n" + "".join(f"M{n},09{33_000_000 + n}\n" for n in range(9))
    await broken_off(lists, text, 1, monkeypatch)
    assert (await lists.take(f"{text}M9,0912345678\n")).resumed == 0
    assert (await lists.take(text, dry=True)).resumed == 0
    assert (await lists.take(text, columns=ColumnMap({"手機": "-"}))).resumed == 0
    assert (await lists.take(text, shop=LIST)).resumed == 0
    assert (await lists.take(text)).resumed == 5
    marks = await lists.stores.database.collection("import_marks").count_documents({})
    assert marks == 0, "whatever came to its end"


async def test_a_file_that_is_written_to_meanwhile_is_said(
    lists: Lists, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lines may have moved: it is not called done."""
    take = LineGathering.take

    def written(self: Any, rows: Any) -> Any:
        with (lists.folder / "members.csv").open("a", encoding="utf-8") as file:
            file.write("M7,0922333444\n")
        return take(self, rows)

    monkeypatch.setattr(LineGathering, "take", written)
    with pytest.raises(TableWrong, match="has been changed while it was read"):
        await lists.take("會員編號,手機\nM1,0912345678\n")
    monkeypatch.undo()
    assert (await lists.take("會員編號,手機\nM1,0912345678\nM7,0922333444\n")).new <= 1
    assert OTHER in {one.contact.phone for one in (await everybody(lists.stores)).values()}
