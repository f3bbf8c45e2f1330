"""D6: store people see people, codes and counts of their own group, store or self, whatever they ask for."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from yarl import URL

from bot.model.admin import AdminRole
from bot.model.contact import Contact
from bot.operations.clerks import suspend
from bot.store.counters.rate_limits import OF_ACCOUNT
from bot.store.database.mongo import Database
from bot.web.admin.table import ROUTES
from tests.operations.test_store_people import AN, BO, LEFT, NING, ZUO
from tests.playbooks import compiled
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import Staff
from tests.web.admin.store_world import CLERKS, EVERYBODY, OWN, PEOPLE, StoreWorld, person, store_world

OTHERS = sorted(OWN)
PICTURES = (("svg", "image/svg+xml", b"<?xml"), ("png", "image/png", b"\x89PNG"))


@pytest.fixture
async def world(worlds: StaffWorlds) -> StoreWorld:
    return await store_world(worlds)


def read_on(page: str) -> str:
    """What can be read on a page, without addresses and what is sealed in them."""
    return re.sub(r"<[^>]*>", " ", page)


def people_on(page: str) -> frozenset[str]:
    return frozenset(re.findall(r"person-(\d+)", read_on(page)))


def clerks_on(page: str) -> frozenset[str]:
    return frozenset(re.findall(r"\b([ABZ]\d\d)\b", read_on(page)))


def has_whole_phone(page: str) -> bool:
    """Whether somebody's phone stands there, as it is written or in what a browser is given besides."""
    return any(f"{number:08d}" in page for number in PEOPLE)


def addresses_of(page: str) -> list[str]:
    return re.findall(r'href="(/admin/people/[^"]+)"', page)


async def sought(browser: Staff, written: str) -> str:
    """The page that a search leads to."""
    await browser.get("/admin/people")
    status, to = await browser.post("/admin/people", who=written)
    assert status == 303, to
    return (await browser.get(to))[1]


# -- what each sees


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize("number", OTHERS)
async def test_each_sees_their_own_people_and_nobody_else(world: StoreWorld, number: str) -> None:
    browser = await world.signed_in(number)
    status, page = await browser.get("/admin/people")
    assert status == 200
    assert people_on(page) == OWN[number]
    assert not has_whole_phone(page)
    addresses = addresses_of(page)
    assert len(addresses) == len(OWN[number])
    for address in addresses:
        status, one = await browser.get(address)
        assert status == 200
        assert people_on(one) <= OWN[number]
        assert "09••••••0" in one
        assert not has_whole_phone(one)


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize("role", ["admin", "supervisor"])
async def test_who_runs_the_shop_sees_all_stores(world: StoreWorld, role: AdminRole) -> None:
    browser = await world.staff.signed_in(await world.staff.account(role))
    assert people_on((await browser.get("/admin/people"))[1]) == OWN["H01"]
    assert clerks_on((await browser.get("/admin/clerks"))[1]) == CLERKS["H01"]
    assert (await browser.get("/admin/my-code"))[0] == 403


async def test_an_account_that_is_a_stores_sees_the_store(world: StoreWorld) -> None:
    """D7: an account may be a store's, and nobody's in particular."""
    browser = await world.staff.signed_in(await world.staff.account("store_manager"))
    assert people_on((await browser.get("/admin/people"))[1]) == OWN["A02"]
    assert await browser.get("/admin/my-code") == (303, "/admin/clerks")


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize("number", OTHERS)
async def test_each_sees_their_own_codes_and_nobody_elses(world: StoreWorld, number: str) -> None:
    browser = await world.signed_in(number)
    for one in EVERYBODY:
        seen = one.number in CLERKS[number] or number == "H01"
        status, page = await browser.get(f"/admin/clerk?number={one.number}")
        assert status == (200 if seen else 404), one.number
        assert (one.name in page) == seen
        has = seen and one.has_code and one.suspended is None
        for kind, of_type, begin in PICTURES:
            status, told, content = await picture(browser, one.number, kind)
            assert status == (200 if has else 404), one.number
            if has:
                assert (told, content[: len(begin)]) == (of_type, begin)
    status, page = await browser.get("/admin/clerks")
    if number in ("A01", "B01", "Z01"):
        assert status == 403
    else:
        assert clerks_on(page) == CLERKS[number]


async def picture(browser: Staff, number: str, kind: str) -> tuple[int, str, bytes]:
    address = URL(f"/admin/clerk/code?number={number}&on=main&as={kind}")
    async with browser.http.get(browser.url.join(address)) as answer:
        return answer.status, answer.content_type, await answer.read()


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_code_is_saved_under_the_clerks_number(world: StoreWorld) -> None:
    browser = await world.signed_in("A01")
    address = URL("/admin/clerk/code?number=A01&on=main&as=png&keep=yes")
    async with browser.http.get(browser.url.join(address)) as answer:
        assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''A01.png"
    for asked in ("on=main&as=gif", "on=main", "on=outlet&as=svg", "on=../main&as=svg", "as=svg"):
        assert (await browser.get(f"/admin/clerk/code?number=A01&{asked}"))[0] == 404, asked


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize("number", OTHERS)
async def test_each_sees_their_own_counts_and_nobody_elses(world: StoreWorld, number: str) -> None:
    for bound, clerk in enumerate((AN, NING, BO, ZUO, LEFT), 41):
        await world.count(clerk, bound, 1)
    browser = await world.signed_in(number)
    status, page = await browser.get("/admin/counts?days=7")
    assert status == 200
    of = {"A01": (AN,), "A02": (AN, NING, LEFT), "G01": (AN, NING, LEFT, BO), "B01": (BO,), "Z01": (ZUO,)}
    own = of.get(number, (AN, NING, BO, ZUO, LEFT))
    counted = {clerk.number: bound for bound, clerk in enumerate((AN, NING, BO, ZUO, LEFT), 41)}
    assert f"Bound {sum(counted[one.number] for one in own)} · of them new friends {len(own)}" in page
    assert f"<dd>{len(OWN[number])}</dd>" in page
    if len(own) > 1:
        rows = set(re.findall(r"<bdi>([^<]+)</bdi></a> <span class=\"none\">([ABZ]\d\d)", page))
        assert rows == {(one.name, one.number) for one in own}
    else:
        assert not clerks_on(page)


# -- what is asked for and is not theirs


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize("number", OTHERS)
async def test_no_id_of_somebody_else_opens(world: StoreWorld, number: str) -> None:
    """Not as another account's address, and not as one that was sealed for them: the scope is asked again."""
    browser = await world.signed_in(number)
    for one in PEOPLE:
        own = f"/admin/people/{world.part(number.lower(), 'person', f'main:U{one}')}"
        assert (await browser.get(own))[0] == (200 if str(one) in OWN[number] else 404)
        for account in (*map(str.lower, OTHERS), "admin"):
            if account != number.lower():
                status, page = await browser.get(
                    f"/admin/people/{world.part(account, 'person', f'main:U{one}')}"
                )
                assert (status, people_on(page)) == (404, frozenset()), account
    for part in ("main:U1", "U1", "x", "A" * 2_000, "%00", "..", "=", "小美"):
        assert (await browser.get(f"/admin/people/{part}"))[0] == 404, part
    for what in ("search", "place"):
        part = world.part(number.lower(), what, "main:U1")
        assert (await browser.get(f"/admin/people/{part}"))[0] == 404


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize("number", OTHERS)
async def test_no_store_but_their_own_can_be_chosen(world: StoreWorld, number: str) -> None:
    browser = await world.signed_in(number)
    for name in ("xinyi", "banqiao", "zuoying", "gone", "", "信義店", '{"$ne":1}', "xinyi&store=zuoying"):
        for page in ("people", "clerks", "counts"):
            status, text = await browser.get(f"/admin/{page}?store={name}")
            assert status in (200, 403), (page, name)
            assert people_on(text) <= OWN[number]
            assert clerks_on(text) <= CLERKS[number]


async def test_a_store_can_be_chosen_among_ones_own(world: StoreWorld) -> None:
    browser = await world.signed_in("G01")
    assert people_on((await browser.get("/admin/people?store=banqiao"))[1]) == {"3"}
    assert clerks_on((await browser.get("/admin/clerks?store=banqiao"))[1]) == {"B01"}


async def test_of_many_stores_one_is_chosen_from_a_list(world: StoreWorld) -> None:
    """A hundred of them side by side nobody reads; what else is chosen stays."""
    browser = await world.signed_in("H01")
    assert "<option" not in (await browser.get("/admin/people"))[1], "these few stand side by side"
    many = "".join(f"  s{number}: {{title: 門市{number}}}\n" for number in range(100))
    world.playbook = compiled(
        f"channels: {{main: {{id: a, channel_id: '1', channel_secret: x}}}}\nstores:\n{many}"
    )
    for page in ("people", "clerks", "counts"):
        text = (await browser.get(f"/admin/{page}?store=s7&days=7"))[1].partition('id="add"')[0]
        assert text.count("<option") == 101, page
        assert '<option value="s7" selected>門市7</option>' in text
        assert f'<form method="get" action="/admin/{page}"' in text
        assert "store=s8" not in text
    assert '<input type="hidden" name="days" value="7">' in (await browser.get("/admin/counts?days=7"))[1]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_search_stays_within_the_chosen_store(world: StoreWorld) -> None:
    """Also where what was written is refused: then it is the same page, with its store."""
    browser = await world.signed_in("G01")
    await browser.get("/admin/people?store=banqiao")
    status, to = await browser.post("/admin/people?store=banqiao", who="person-")
    assert status == 303
    assert people_on((await browser.get(to))[1]) == {"3"}
    status, page = await browser.post("/admin/people?store=banqiao", who="4567")
    assert status == 400
    assert 'aria-current="true"><bdi>板橋店</bdi>' in page


async def test_no_place_in_a_list_leads_out_of_it(world: StoreWorld) -> None:
    browser = await world.signed_in("A02")
    everything = world.part("a02", "place", "9999-01-01T00:00:00+00:00", "z")
    assert people_on((await browser.get(f"/admin/people?after={everything}"))[1]) == OWN["A02"]
    others = world.part("h01", "place", "9999-01-01T00:00:00+00:00", "z")
    assert people_on((await browser.get(f"/admin/people?after={others}"))[1]) == OWN["A02"]


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize("number", OTHERS)
@pytest.mark.parametrize("written", ["person-", "person-{}", "09{:08d}", "{:03d}", "+8869{:08d}"])
async def test_a_search_finds_only_their_own(world: StoreWorld, number: str, written: str) -> None:
    browser = await world.signed_in(number)
    for one in PEOPLE:
        page = await sought(browser, written.format(one))
        found = people_on(page)
        wanted = OWN[number] if written == "person-" else OWN[number] & {str(one)}
        assert found == wanted
        assert not has_whole_phone(page)


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_what_is_searched_for_stands_in_no_address(world: StoreWorld) -> None:
    """Addresses are logged: neither a phone nor a name is in one, and another's search opens nothing."""
    browser = await world.signed_in("H01")
    await browser.get("/admin/people")
    to = ""
    for written in ("0900000001", "person-1"):
        _, to = await browser.post("/admin/people", who=written)
        assert written not in to
        assert "900000001" not in to
    other = await world.signed_in("A01")
    assert people_on((await other.get(to))[1]) == OWN["A01"]
    status, page = await browser.post("/admin/people", who="4567")
    assert status == 400
    assert "last three digits" in page
    assert await browser.post("/admin/people", who="  ") == (303, "/admin/people")


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_who_tries_all_phones_is_stopped(world: StoreWorld) -> None:
    (_, an_hour), _ = OF_ACCOUNT
    browser = await world.signed_in("H01")
    for one in range(an_hour):
        await sought(browser, f"09{one:08d}")
    assert people_on(await sought(browser, "0900000001")) == {"1"}, "as before: no other question"
    await browser.get("/admin/people")
    for written in ("0900009999", "777"):
        _, to = await browser.post("/admin/people", who=written)
        status, page = await browser.get(to)
        assert status == 429
        assert people_on(page) == frozenset()
    assert people_on(await sought(browser, "person-4")) == {"4"}


# -- who changes meanwhile


async def everywhere(browser: Staff) -> list[tuple[int, str]]:
    """What all addresses of these pages answer."""
    pages = ("people", "my-code", "clerks", "counts", "clerk?number=A01")
    return [
        *[await browser.get(f"/admin/{page}") for page in pages],
        await browser.get("/admin/clerk/code?number=A01&on=main&as=svg"),
        await browser.post("/admin/people", who="person"),
    ]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_session_of_before_a_suspension_is_over_for_good(world: StoreWorld) -> None:
    """Also where nobody has asked for a page meanwhile, and the clerk may come back."""
    browser, other = await world.signed_in("A01"), await world.signed_in("B01")
    people = world.staff.stores
    assert await suspend(people, ["A01"], "command:test") == ["A01"]
    assert await suspend(people, ["A01"], "command:test", lift=True) == ["A01"]
    assert (await browser.get("/admin/people"))[0] == 303
    assert (await other.get("/admin/people"))[0] == 200


async def test_a_manager_who_is_a_clerk_by_now_sees_their_own_only(world: StoreWorld) -> None:
    browser = await world.signed_in("A02")
    await world.change(replace(NING, role="clerk"))
    assert people_on((await browser.get("/admin/people"))[1]) == {"2"}
    assert (await browser.get("/admin/clerks"))[0] == 403
    assert (await browser.get("/admin/clerk?number=A01"))[0] == 404


async def test_a_manager_who_moves_sees_the_new_store_only(world: StoreWorld) -> None:
    browser = await world.signed_in("A02")
    await world.change(replace(NING, store="banqiao"))
    assert people_on((await browser.get("/admin/people"))[1]) == {"3"}
    assert clerks_on((await browser.get("/admin/clerks"))[1]) == {"A02", "B01"}


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_who_was_handed_over_is_the_others(world: StoreWorld, database: Database) -> None:
    former, heir = await world.signed_in("A01"), await world.signed_in("B01")
    [address] = addresses_of((await former.get("/admin/people"))[1])
    to = {"b.clerk.no": "B01", "b.clerk.store": "banqiao", "b.clerk.name": "小柏"}
    await database.collection("contacts").update_one({"_id": "main:U1"}, {"$set": to})
    assert people_on((await former.get("/admin/people"))[1]) == frozenset()
    assert (await former.get(address))[0] == 404
    assert people_on((await heir.get("/admin/people"))[1]) == {"1", "3"}


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_store_that_leaves_the_playbook_is_closed_and_says_so(world: StoreWorld) -> None:
    manager, clerk = await world.signed_in("A02"), await world.signed_in("A01")
    group, head = await world.signed_in("G01"), await world.signed_in("H01")
    world.playbook = compiled(
        """
store_groups: {south: {title: 南部門市}}
stores: {zuoying: {title: 左營店, group: south}}
rules: [{when: {text: 專員}, reply: 好}]
"""
    )
    for browser, why in ((manager, "no store called"), (group, "no group called")):
        for status, told in await everywhere(browser):
            assert status == 403
            assert why in told or "This page is for others" in told
            assert people_on(told) == frozenset()
    _, told = await manager.get("/admin/clerk?number=A01")
    assert "<h1>Clerks</h1>" in told, "the page that it belongs to"
    assert people_on((await clerk.get("/admin/people"))[1]) == {"1"}, "their own stay theirs"
    assert people_on((await head.get("/admin/people"))[1]) == OWN["H01"]
    page = (await clerk.get("/admin/my-code"))[1]
    assert "No account of this shop takes codes yet" in page


# -- strangers' names


async def test_a_name_is_a_text_whatever_it_holds(world: StoreWorld) -> None:
    names = (
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{ 7*7 }}{% raw %}",
        "a\u202egnp.exe",
        "\u2067evil\u2069",
        "\u200b",
        "&lt;b&gt;",
    )
    await world.bind(*(person(100 + n, AN, name) for n, name in enumerate(names)))
    browser = await world.signed_in("A01")
    _, page = await browser.get("/admin/people")
    pages = [page, *[(await browser.get(address))[1] for address in addresses_of(page)]]
    for one in pages:
        assert "<script>" not in one
        assert "<img src=x" not in one
        assert "\u202e" not in one
        assert "\u2067" not in one
        assert "49" not in re.findall(r"<bdi>([^<]*)</bdi>", one)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "agnp.exe" in page
    assert "&amp;lt;b&amp;gt;" in page
    assert "no name" in page


async def test_a_name_that_is_searched_for_comes_back_as_text(world: StoreWorld) -> None:
    browser = await world.signed_in("A01")
    page = await sought(browser, '"><script>alert(1)</script>')
    assert "<script>" not in page
    page = await sought(browser, ".*")
    assert people_on(page) == frozenset()


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_clerk_whose_name_is_markup(world: StoreWorld) -> None:
    await world.change(replace(AN, name="<b>小\u202e安</b>"))
    browser = await world.signed_in("A02")
    for address in ("/admin/clerks", "/admin/clerk?number=A01", "/admin/counts"):
        _, page = await browser.get(address)
        assert "<b>" not in page
        assert "\u202e" not in page


# -- the rest


async def test_who_has_nobody_is_told_what_will_stand_there(world: StoreWorld) -> None:
    await world.staff.stores.clerks.write([(replace(AN, number="N01", codes=()), None)])
    account = await world.staff.account("clerk", "n01", clerk="N01")
    browser = await world.staff.signed_in(account)
    assert "Nobody is here yet" in (await browser.get("/admin/people"))[1]
    assert "Nobody was bound in these days" in (await browser.get("/admin/counts"))[1]
    assert "Only who works in a store has a QR code" in (await browser.get("/admin/my-code"))[1]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_pages_lead_on_and_back(world: StoreWorld) -> None:
    await world.bind(*(person(200 + n, AN) for n in range(60)))
    browser = await world.signed_in("A01")
    _, page = await browser.get("/admin/people")
    [further] = re.findall(r'rel="next" href="([^"]+)"', page)
    _, rest = await browser.get(further.replace("&amp;", "&"))
    first, second = people_on(page), people_on(rest)
    assert (len(first), len(second), first & second) == (50, 11, frozenset())
    assert 'rel="next"' not in rest
    assert "To the beginning" in rest


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_broken_person_costs_nobody_the_page(world: StoreWorld, database: Database) -> None:
    """What does not open (a key is missing) is without a phone, and everybody else is there."""
    await database.collection("contacts").update_one({"_id": "main:U2"}, {"$set": {"s.p.phone": b"x"}})
    browser = await world.signed_in("A02")
    assert people_on((await browser.get("/admin/people"))[1]) == OWN["A02"]


async def test_groups_of_line_are_no_people(world: StoreWorld) -> None:
    await world.bind(Contact("main:C1", kind="group", name="person-77"))
    browser = await world.signed_in("H01")
    assert "person-77" not in (await browser.get("/admin/people"))[1]


def test_nothing_can_be_taken_along_but_a_qr_code() -> None:
    """No export: none of the addresses gives a file of people."""
    own = [row for row in ROUTES if row.path.startswith(("/admin/people", "/admin/clerk", "/admin/counts"))]
    assert {row.name for row in own} == {
        *("people", "people_sought", "person", "counts"),
        *("clerks", "clerk", "clerk_code", "clerk_account", "clerk_renewed"),
        *("clerks_import", "clerks_imported", "clerk_hand_over", "clerk_suspended", "clerk_resumed"),
        *("clerks_sheet", "clerks_sheet_page", "clerk_added", "clerk_changed"),
    }
    assert all("agent" not in row.roles for row in own)
