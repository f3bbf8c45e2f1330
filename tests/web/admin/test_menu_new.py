"""G1, L8: a rich menu by a form, which becomes an entry of one's own draft, with its picture."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from aiohttp import FormData
from yarl import URL

from bot.model.channel import Channel
from bot.model.settings import Settings
from bot.operations.drafts.draft import add, save
from bot.operations.drafts.publishing import DraftContext
from bot.web.admin.cookies import proof
from bot.web.admin.draft_form import form_handlers
from tests.pictures import png
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.playbook_world import draft_context, handlers, live_playbook, read
from tests.web.admin.staff_world import Staff, StaffWorld

NEW = "/admin/menus/new?channel=main"
MENUS = """\
rules:
  - when: {text: 你好}
    reply: 哈囉
# 由上往下
rich_menus:
  - menu: 活動
    from: 2027-11-01 00:00
    until: 2027-11-12 00:00
    image: cards/guest.png
    grid: [你好]
    areas: {你好: {send: 你好}}
  # 會員
  - menu: 會員
    if: {bound: phone}
    image: cards/guest.png
    grid: [你好]
    areas: {你好: {send: 你好}}
  # 大家
  - menu: 訪客
    image: cards/guest.png
    grid: [你好]
    areas: {你好: {send: 你好}}
"""
VIP = {
    "name": "VIP",
    "viewers": "tag",
    "tag": "VIP",
    "layout": "2",
    "label_1": "選購",
    "does_1": "open",
    "to_1": "https://forest.example/vip",
    "label_2": "你好",
    "does_2": "send",
    "chat_bar": "VIP 專區",
}


@dataclass
class Making:
    """The form over a live playbook, and what the account `mei` has opened."""

    staff: StaffWorld
    who: Staff
    drafts: DraftContext

    async def send(
        self, file: tuple[str, bytes] | None = None, /, of: str = "", **fields: str
    ) -> tuple[int, str]:
        """The form with these fields, that of the menu `of` or a new one's; the page, or where it leads."""
        form = FormData()
        for name, value in {**fields, "proof": proof(self.who.held)}.items():
            form.add_field(name, value)
        content = BytesIO(b"" if file is None else file[1])
        form.add_field("file", content, filename="" if file is None else file[0])
        to = self.who.url.join(URL(NEW).update_query({"menu": of} if of else {}))
        async with self.who.http.post(to, data=form, allow_redirects=False) as answer:
            return answer.status, answer.headers.get("Location") or await answer.text()

    async def draft(self) -> dict[str, bytes]:
        return {one.path: one.content for one in await self.staff.stores.drafts.of("mei")}


@pytest.fixture
async def making(worlds: StaffWorlds, tmp_path: Path) -> Making:
    stores = worlds.stores
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards/guest.png").write_bytes(png(800, 270))
    await live_playbook(stores, worlds.clock, tmp_path, {"rules/first.yaml": MENUS})
    playbook = read(tmp_path / "bot.yaml").playbook
    assert playbook is not None
    drafts = draft_context(stores, worlds.clock, tmp_path)
    console = worlds.console(lambda: playbook, Settings({"main": Channel("main", "@forest", "1", "x")}))
    staff = await worlds({**form_handlers(console, drafts), **handlers(drafts)}, channels={"main": "森活"})
    return Making(staff, await staff.signed_in(await staff.account("admin", "mei")), drafts)


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_who_has_the_tag_sees_it_though_they_are_bound(making: Making) -> None:
    """In front of all menus that last; its picture is drawn of the labels, its tag is one for staff."""
    status, page = await making.who.get(NEW)
    assert (status, '<option value="訪客">' in page) == (200, True)
    assert 'href="/admin/menus?channel=main">Do not<' in page
    assert await making.send(**VIP) == (303, "/admin/playbook/review")
    draft = await making.draft()
    made = """\
  - menu: VIP
    if: {tag: VIP}
    image: cards/menu_VIP.png
    chat_bar: VIP 專區
    grid: [選購 你好]
    areas: {選購: {open: https://forest.example/vip}, 你好: {send: 你好}}
"""
    text = draft["rules/first.yaml"].decode()
    assert text.replace(made, "", 1) == MENUS + "tags:\n  VIP: {added_by: staff}\n"
    assert f"{made}  # 會員\n" in text
    assert draft["cards/menu_VIP.png"].startswith(b"\x89PNG")
    _, review = await making.who.get("/admin/playbook/review")
    assert "keeps it from being published" not in review
    assert "never shown" not in review
    assert 'src="/admin/playbook/picture?file=cards%2Fmenu_VIP.png"' in review


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_who_is_bound_sees_theirs_before_the_one_for_everybody(making: Making) -> None:
    fields = {**VIP, "name": "綁定後", "viewers": "bound"}
    assert (await making.send(**fields))[0] == 303
    text = (await making.draft())["rules/first.yaml"].decode()
    assert text.index("- menu: 會員") < text.index("- menu: 綁定後") < text.index("# 大家")


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_one_that_would_be_hidden_is_said_before_it_is_published(making: Making) -> None:
    everybody = {**VIP, "name": "全部", "viewers": "everyone"}
    assert (await making.send(**everybody))[0] == 303
    _, review = await making.who.get("/admin/playbook/review")
    assert "never shown" in review
    assert (await making.send(**{**everybody, "before": "訪客"}))[0] == 303
    assert "- menu: 全部_2\n" in (await making.draft())["rules/first.yaml"].decode().partition("# 大家")[0]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_ones_own_picture_is_taken_and_one_that_line_refuses_is_not(making: Making) -> None:
    own = png(2500, 843)
    assert (await making.send(("VIP.PNG", own), **VIP))[0] == 303
    assert (await making.draft())["cards/menu_VIP.png"] == own
    for name, content, says in (
        ("a.png", png(300, 300), "mend this first"),
        ("a.png", b"text", "mend this first"),
        ("a.svg", b"<svg>", "PNG or JPEG"),
    ):
        status, page = await making.send((name, content), **{**VIP, "name": "另一份"})
        assert (status, says in page, 'value="另一份"' in page) == (422, True, True), name
    assert "另一份" not in (await making.draft())["rules/first.yaml"].decode()


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_what_is_missing_or_too_long_is_said_and_nothing_is_lost(making: Making) -> None:
    status, page = await making.send(**{**VIP, "label_2": ""})
    assert status == 422
    assert "area 2: write what stands on it" in page
    assert "forest.example/vip" in page
    status, page = await making.send(**{**VIP, "label_2": "字" * 30})
    assert (status, "mend this first" in page) == (422, True)
    assert await making.draft() == {}


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_mistake_elsewhere_in_the_draft_hinders_nobody(making: Making) -> None:
    wrong = b"rules:\n  - whem: {}\n"
    await add(making.staff.stores, making.drafts.live, "mei", "rules/wrong.yaml", wrong, making.drafts.now())
    assert (await making.send(**VIP))[0] == 303


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize("file", ["rules/first.yaml", "rules/other.yaml"])
async def test_a_mistake_in_the_words_of_one_elsewhere_is_said(making: Making, file: str) -> None:
    """Of another menu, in the same file or not: the form's own is one more."""
    label, stores, now = "字" * 30, making.staff.stores, making.drafts.now()
    wrong = f"""\
  - menu: 太長
    if: {{tag: VIP}}
    image: cards/guest.png
    grid: [a]
    areas: {{a: {{send: a, label: {label}}}}}
"""
    text = f"{MENUS}{wrong}" if file == "rules/first.yaml" else f"rich_menus:\n{wrong}"
    opened = (await making.drafts.draft("mei")).opened(file)
    await save(stores, making.drafts.live, "mei", file, text.encode(), opened, now)
    assert (await making.send(**VIP))[0] == 303
    status, page = await making.send(**{**VIP, "name": "另一份", "label_2": label})
    assert (status, "mend this first" in page) == (422, True)


async def test_a_list_between_brackets_is_left_to_the_editor(making: Making) -> None:
    live, now = making.drafts.live, making.drafts.now()
    written = (
        b"rich_menus: [{menu: a, image: cards/guest.png, chat_bar: a, grid: [a], areas: {a: {send: a}}}]\n"
    )
    await add(making.staff.stores, live, "mei", "cards/a.yaml", written, now)
    status, page = await making.send(**{**VIP, "before": "a"})
    assert (status, "cards/a.yaml is written so that only the editor can change it" in page) == (422, True)


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_published_it_leads_to_the_menus(making: Making) -> None:
    """G3: there they are compared with LINE, and synced."""
    await making.send(**VIP)
    _, review = await making.who.get("/admin/playbook/review")
    seen = review.partition('name="seen" value="')[2].partition('"')[0]
    status, to = await making.who.post("/admin/playbook/publish", seen=seen)
    assert (status, to) == (303, "/admin/menus")


VISITOR = {
    "name": "訪客",
    "viewers": "everyone",
    "layout": "1",
    "label_1": "你好",
    "does_1": "send",
    "to_1": "你好",
    "chat_bar": "選單",
}


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_menu_is_changed_in_its_place(making: Making) -> None:
    """Its neighbours, comments and its picture stay, also where its form is sent as it is."""
    status, page = await making.who.get(f"{NEW}&menu=訪客")
    assert (status, 'value="訪客" required maxlength' in page) == (200, True)
    assert await making.send(of="訪客", **VISITOR, picture="same") == (303, "/admin/playbook/review")
    assert "".join(one.decode() for one in (await making.draft()).values()).count("menu: 訪客") == 1
    changed = {**VISITOR, "layout": "2", "label_2": "找我們", "does_2": "send", "viewers": "bound"}
    assert (await making.send(of="訪客", **changed, picture="drawn"))[0] == 303
    draft = await making.draft()
    text = draft["rules/first.yaml"].decode()
    assert text.startswith(MENUS.partition("  - menu: 訪客")[0])
    assert "cards/menu_訪客.png" in draft
    assert text.count("cards/menu_訪客.png") == 1
    assert "找我們" in text
    assert (await making.who.get("/admin/playbook/review"))[0] == 200


async def test_a_menu_is_taken_out(making: Making) -> None:
    assert await making.send(of="會員", act="remove") == (303, "/admin/playbook/review")
    text = (await making.draft())["rules/first.yaml"].decode()
    assert "menu: 會員" not in text
    assert [name in text for name in ("menu: 活動", "menu: 訪客")] == [True, True]
    assert (await making.send(of="會員", act="remove"))[0] == 409, "it is out already"
    assert (await making.who.get(f"{NEW}&menu=會員"))[0] == 404


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_what_the_form_does_not_know_is_for_the_editor(making: Making) -> None:
    """A term, for one."""
    status, page = await making.who.get(f"{NEW}&menu=活動")
    assert (status, "more than the form knows" in page, "/admin/playbook?file=" in page) == (200, True, True)
    assert 'name="layout"' not in page
    assert 'href="/admin/menus?channel=main">Do not<' in page


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_menu_is_renamed_with_all_that_names_it(making: Making) -> None:
    """A scenario of the draft, for one; its picture stays."""
    scenario = b"scenario: a\nsteps:\n  - menu: \xe8\xa8\xaa\xe5\xae\xa2\n"
    stores, now = making.staff.stores, making.staff.clock.now()
    await add(stores, making.drafts.live, "mei", "tests/scenarios/a.yaml", scenario, now)
    done = await making.send(of="訪客", **{**VISITOR, "name": "新朋友"}, picture="same")
    assert done == (303, "/admin/playbook/review")
    draft = {path: content.decode() for path, content in (await making.draft()).items()}
    assert draft["tests/scenarios/a.yaml"] == scenario.decode().replace("訪客", "新朋友")
    assert [name in draft["rules/first.yaml"] for name in ("menu: 訪客", "menu: 新朋友")] == [False, True]
    assert (await making.who.get(f"{NEW}&menu=新朋友"))[0] == 200
    status, page = await making.send(of="新朋友", **{**VISITOR, "name": "會員"}, picture="same")
    assert (status, "there is a rich menu 會員 already" in page) == (422, True)


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_menu_that_live_rules_pin_stays_as_it_is_called(making: Making, tmp_path: Path) -> None:
    """Who has it pinned has it by its name."""
    rules = f"{MENUS}  # once more\n".replace("    reply: 哈囉\n", "    pin_menu: 訪客\n")
    stores, clock = making.staff.stores, making.staff.clock
    await live_playbook(stores, clock, tmp_path, {"rules/first.yaml": rules})
    status, page = await making.send(of="訪客", **{**VISITOR, "name": "新朋友"}, picture="same")
    assert (status, "The name stays: live rules pin 訪客" in page) == (422, True)
    assert await making.draft() == {}
