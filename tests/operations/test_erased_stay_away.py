"""Nobody who was erased comes back by a list, whoever writes or binds is as anybody (J2, J4)."""

from __future__ import annotations

from bot.operations.erasing import PersonalMenus, erase
from bot.store.stores import Stores
from tests.operations.member_lists import LIST, PHONE, TEXT, bound, everybody, figures, taken

MENUS = PersonalMenus({}, "", "")
HER_LINE = "M1,0912345678,王小美,amy@forest.example,1990/5/1,是,,1200,乾性,花生\n"
HEAD = TEXT.splitlines(keepends=True)[0]


async def erased(stores: Stores, who: str) -> None:
    [done] = await erase(stores, {(await everybody(stores))[who].contact.id: []}, "command:test", MENUS)
    assert done.state == "done"


async def test_a_list_leaves_out_whom_it_knows_by_number_or_phone(stores: Stores) -> None:
    await taken(stores, TEXT)
    await erased(stores, "M1")
    for dry in (True, False):
        done = await taken(stores, TEXT, dry=dry, shop=LIST)
        assert (figures(done)[3], done.erased) == (0, 1)
        [note] = done.notes
        assert (note.line, str(note.why)) == (
            2,
            "this person was erased, and comes back only by writing and binding",
        )
    assert "M1" not in await everybody(stores)
    there = [one.contact.id for one in (await everybody(stores)).values()]
    records = stores.database.collection("member_records")
    assert await records.count_documents({"contact": {"$in": there}}) == 2, "of the others"
    assert await records.count_documents({}) == 2
    alone = f"{HEAD},0912345678,,,,,,,,\n"
    assert (await taken(stores, alone)).erased == 1
    number = f"{HEAD}M1,,,,,,,,,\n"
    assert (await taken(stores, number)).erased == 1


async def test_another_member_with_the_same_phone_is_taken(stores: Stores) -> None:
    """A family shares one."""
    await taken(stores, TEXT)
    await erased(stores, "M1")
    done = await taken(stores, f"{HEAD}M77,0912345678,,,,,,,,\n")
    assert (figures(done), done.erased) == ((1, 0, 0, 0), 0)


async def test_who_binds_again_is_found_by_lists_again(stores: Stores) -> None:
    await taken(stores, TEXT)
    await erased(stores, "M1")
    await bound(stores, "main:U1", PHONE)
    done = await taken(stores, HEAD + HER_LINE)
    assert (figures(done), done.erased, done.on_line) == ((0, 1, 0, 0), 0, 1)


async def test_where_nobody_was_erased_nothing_is_asked(stores: Stores) -> None:
    assert (await taken(stores, TEXT)).erased == 0
    assert await stores.secrets.names() == []
