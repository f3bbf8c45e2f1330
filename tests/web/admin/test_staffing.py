"""D6: clerks from a table, and their people handed over, in the browser: the same refusals as by command."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import FormData
from yarl import URL

from bot.model.admin import CONFIRMED_LIFE
from bot.operations.audit_trail import entries
from bot.web.admin.cookies import proof
from bot.web.admin.route import FORM_LIMIT, TABLE_MOST
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import PASSWORD, ZH, Staff
from tests.web.admin.store_world import StoreWorld, store_world

HEAD = "員工編號,姓名,門市,職稱\n"
IMPORT = "/admin/clerks/import"
TAKEN = "1 new, 0 changed, 0 as before, 0 refused"


@pytest.fixture
async def stores(worlds: StaffWorlds) -> StoreWorld:
    return await store_world(worlds)


async def sent(browser: Staff, content: bytes | None, to: str = IMPORT, **fields: str) -> tuple[int, str]:
    """A table, as a browser sends it."""
    form = FormData(default_to_multipart=True)
    for name, value in {"proof": proof(browser.held), **fields}.items():
        form.add_field(name, value)
    if content is not None:
        form.add_field("file", content, filename="clerks.csv", content_type="text/csv")
    async with browser.http.post(browser.url.join(URL(to)), data=form, allow_redirects=False) as answer:
        return answer.status, await answer.text()


async def supervisor(stores: StoreWorld) -> Staff:
    return await stores.staff.signed_in(await stores.staff.account("supervisor", "mei"))


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_table_is_taken_line_by_line_and_who_did_it_is_told(stores: StoreWorld) -> None:
    mei = await supervisor(stores)
    table = f"{HEAD}N01,小新,信義店,\nN02,小錯,沒有的店,\nN01,小新,信義店,\n"
    status, page = await sent(mei, table.encode())
    assert status == 409
    assert "1 new, 0 changed, 0 as before, 2 refused" in page
    assert "line 3: the playbook has no store" in page
    assert "line 4: this clerk stands in line 2 already" in page
    assert (await stores.staff.stores.clerks.of(["N01"]))["N01"].clerk.name == "小新"
    [deed] = await entries(stores.staff.stores, kinds=["clerks_imported"])
    assert deed.by == "console:mei"
    assert deed.about == "clerks.csv"
    assert deed.after == "new 1, changed 0, refused 2"
    assert (await sent(mei, f"{HEAD}N01,小新,信義店,\n".encode("big5")))[0] == 200, "again: as before"


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "choose a file first"),
        (None, "choose a file first"),
        (b"PK\x03\x04 a workbook", "cannot be read"),
        ("姓名\n小安\n".encode(), "has to name the columns"),
    ],
)
async def test_what_is_no_table_says_why(stores: StoreWorld, content: bytes | None, told: str) -> None:
    status, page = await sent(await supervisor(stores), content)
    assert (status, told in page) == (409, True)
    status, page = await sent(await supervisor_again(stores), HEAD.encode(), until="soon")
    assert (status, "is no date" in page) == (409, True)


async def supervisor_again(stores: StoreWorld) -> Staff:
    return await stores.staff.signed_in(await stores.staff.account("supervisor", "amy"))


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_it_is_bounded_and_of_a_page_of_ours(stores: StoreWorld) -> None:
    mei = await supervisor(stores)
    fits = HEAD.encode() + b"N01,x,xinyi,\n" + b"\n" * (TABLE_MOST - 200)
    assert (await sent(mei, fits))[0] == 200
    for status, content, fields in (
        (400, b"x" * (TABLE_MOST + 1), {}),
        (400, b"", {"until": "x" * FORM_LIMIT}),
        (403, HEAD.encode(), {"proof": ""}),
        (403, HEAD.encode(), {"proof": "0" * 64}),
    ):
        assert (await sent(mei, content, **fields))[0] == status
    assert (await sent(mei, b"x", "/admin/clerk/account", number="A01"))[0] == 400, "no other form has files"
    for kept in await entries(stores.staff.stores, kinds=["clerks_imported"]):
        assert kept.state == "done"


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_head_office_changes_nobody_of_its_like(stores: StoreWorld) -> None:
    head = await stores.signed_in("H01")
    table = f"{HEAD}N01,小新,信義店,\nN02,小升,,總公司\nA01,小安,,總公司\nH01,小總,信義店,店員\n"
    status, page = await sent(head, table.encode())
    assert status == 409
    assert "1 new, 0 changed, 0 as before, 3 refused" in page
    for line in (3, 4, 5):
        assert f"line {line}: somebody else looks after this clerk" in page
    kept = await stores.staff.stores.clerks.of(["N01", "N02", "A01", "H01"])
    assert {number: one.clerk.role for number, one in kept.items()} == {
        "N01": "clerk",
        "A01": "clerk",
        "H01": "head_office",
    }


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_whoever_does_not_look_after_clerks_does_neither(stores: StoreWorld) -> None:
    for number in ("A01", "A02", "G01"):
        browser = await stores.signed_in(number)
        assert (await browser.get(IMPORT))[0] == 403
        assert (await sent(browser, HEAD.encode()))[0] == 403
        assert (await browser.post("/admin/clerk/hand-over", number="A01", to="A02"))[0] == 403
        assert "Bring clerks in" not in (await browser.get("/admin/clerks"))[1]


async def test_people_are_handed_over_after_a_second_press(stores: StoreWorld) -> None:
    mei = await supervisor(stores)
    assert "Hand people over" in (await mei.get("/admin/clerk?number=A01"))[1]
    status, page = await mei.post("/admin/clerk/hand-over", number="A01", to="a02")
    assert (status, "Hand 1 person over" in page) == (200, True)
    inbox = stores.database.collection("inbox")
    assert await inbox.count_documents({}) == 0, "nobody yet"
    status, page = await mei.post("/admin/clerk/hand-over", number="A01", to="A02", yes="yes")
    assert (status, "1 person is handed over" in page) == (200, True)
    assert await inbox.count_documents({}) == 1, "who is told to be with the other one"
    await mei.post("/admin/clerk/hand-over", number="A01", to="A02", yes="yes")
    assert await inbox.count_documents({}) == 1, "once"


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize(
    ("was", "to", "told"),
    [
        ("A01", "X99", "no clerk has the number"),
        ("A01", "H01", "works in no store"),
        ("", "A01", "is no number of a clerk"),
    ],
)
async def test_to_whom_nobody_can_be_given(stores: StoreWorld, was: str, to: str, told: str) -> None:
    status, page = await (await supervisor(stores)).post("/admin/clerk/hand-over", number=was, to=to)
    assert status == 409
    assert told in page
    assert "yes" not in page.partition("<main")[2].partition("<footer")[0]


async def raw(browser: Staff, *parts: bytes) -> tuple[int, str]:
    """Parts as they are given, sent in pieces: nothing says beforehand how much it is."""

    async def body() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="proof"\r\n\r\n'
        yield proof(browser.held).encode()
        for part in parts:
            yield b"\r\n--x\r\n" + part
        yield b"\r\n--x--\r\n"

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    address = browser.url.join(URL(IMPORT))
    async with browser.http.post(address, data=body(), headers=headers) as answer:
        return answer.status, await answer.text()


async def test_the_name_of_a_file_holds_nothing_that_is_obeyed(stores: StoreWorld) -> None:
    """Neither in what is written down, nor so that it cannot be."""
    mei = await supervisor(stores)
    named = b'Content-Disposition: form-data; name="file"; filename="\xff\xe2\x80\xae%22.csv"\r\n\r\n'
    status, page = await raw(mei, named + HEAD.encode() + "N01,小新,信義店,".encode())
    assert (status, TAKEN in page) == (200, True)
    [deed] = await entries(stores.staff.stores, kinds=["clerks_imported"])
    assert (deed.about.isprintable(), deed.about[-7:]) == (True, "%22.csv")


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize(
    "disposition",
    [
        b'form-data; name="a"; \xe5*=x',
        b'form-data; name="a"; b*=x; c*=y',
        b"form-data; name=a; filename*=nothing''%41",
        b'form-data; name="a";;',
        b"form-data; name",
        b"(; name=a",
    ],
)
async def test_a_part_with_another_head_than_browsers_make_is_no_form(
    stores: StoreWorld, disposition: bytes
) -> None:
    """The library warns of each, and every warning is kept for ever: strangers would fill the memory."""
    head = b"Content-Disposition: " + disposition + b"\r\n\r\n"
    assert (await raw(await supervisor(stores), head + b"1"))[0] == 400


async def test_heads_of_parts_are_bounded_too(stores: StoreWorld) -> None:
    head = b'Content-Disposition: form-data; name="a%d"\r\n' + b"X-More: %s\r\n" % (b"x" * 8000) * 100
    parts = [head % number + b"\r\n1" for number in range(3)]
    assert (await raw(await supervisor(stores), *parts))[0] == 400


PART = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'


@pytest.mark.ring("all", "a case for each of many")
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"--x--"),
        ("multipart/form-data; boundary=", b"--x--"),
        ("multipart/form-data; boundary=" + "x" * 80, b"--x--"),
        ("multipart/form-data; boundary=x", b""),
        ("multipart/form-data; boundary=x", b"nothing of the kind"),
        ("multipart/form-data; boundary=x", PART + b"never ends"),
        ("multipart/form-data; boundary=x", PART + b"one\r\n" + PART + b"two\r\n--x--"),
        ("multipart/form-data; boundary=x", PART.replace(b'name="file"', b'name="proof"') + b"1\r\n--x--"),
        ("multipart/form-data; boundary=x", b"--x\r\nno header\r\n\r\n1\r\n--x--"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\r\n--x--',
        ),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\n1\r\n--y--\r\n--x--",
        ),
    ],
)
async def test_what_is_no_form_is_refused_and_the_fault_is_not_ours(
    stores: StoreWorld, kind: str, body: bytes
) -> None:
    mei = await supervisor(stores)
    headers = {"Content-Type": kind}
    address = mei.url.join(URL(IMPORT))
    async with mei.http.post(address, data=body, headers=headers) as answer:
        assert answer.status in (400, 403), await answer.text()


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_clerk_gets_a_new_code_and_the_old_one_is_good_for_a_while_or_not(stores: StoreWorld) -> None:
    mei, clerks = await supervisor(stores), stores.staff.stores.clerks
    assert (await sent(mei, f"{HEAD}N01,小新,信義店,\n".encode()))[0] == 200

    async def codes() -> list[str]:
        return [code.text for code in (await clerks.of(["N01"]))["N01"].clerk.codes]

    [first] = await codes()
    page = "/admin/clerk?number=N01"
    assert "換一組新代碼" in (await mei.get(page, **ZH))[1]
    assert await mei.post("/admin/clerk/renew", number="N01", until="2099-12-31") == (303, page)
    second, old = await codes()
    assert (old == first, second != first) == (True, True)
    assert await mei.post("/admin/clerk/renew", number="N01") == (303, page)
    [third] = await codes()
    assert third not in (first, second)
    assert (await mei.post("/admin/clerk/renew", number="N01", until="soon"))[0] == 409
    assert await codes() == [third]
    assert [one.by for one in await entries(stores.staff.stores, kinds=["clerk_codes"])] == [
        "console:mei"
    ] * 2


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_head_office_gives_no_new_code_to_its_like(stores: StoreWorld) -> None:
    head = await stores.signed_in("H01")
    before = (await stores.staff.stores.clerks.of(["H01"]))["H01"].clerk
    assert (await head.post("/admin/clerk/renew", number="H01"))[0] == 403
    assert (await stores.staff.stores.clerks.of(["H01"]))["H01"].clerk == before


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_browser_left_open_gives_no_clerk_another_role(stores: StoreWorld) -> None:
    """The role of a clerk is that of their account: it is asked who they are, as at the accounts (K1)."""
    mei = await supervisor(stores)
    stores.staff.clock.advance(CONFIRMED_LIFE.total_seconds())
    table = f"{HEAD}A01,小安,,總公司".encode()
    status, page = await sent(mei, table)
    assert (status, 'name="confirmation"' in page) == (403, True)
    assert (await stores.staff.stores.clerks.of(["A01"]))["A01"].clerk.role == "clerk"
    assert await mei.post(IMPORT, confirmation=PASSWORD) == (303, IMPORT)
    assert "Choose the file once more" in (await mei.get(IMPORT))[1]
    assert (await sent(mei, table))[0] == 200
    assert (await stores.staff.stores.clerks.of(["A01"]))["A01"].clerk.role == "head_office"
