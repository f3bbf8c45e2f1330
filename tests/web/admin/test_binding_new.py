"""B1, L8: binding a phone by a form, which becomes files of one's draft, with the conversation beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.model.channel import Channel
from bot.model.settings import Settings
from bot.operations.drafts.draft import add, save
from bot.operations.drafts.forms.binding import BINDING, NEW
from bot.operations.drafts.publishing import DraftContext
from bot.web.admin.draft_form import form_handlers
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.playbook_world import FILES, draft_context, handlers, live_playbook, published
from tests.web.admin.staff_world import PLAYBOOK, ZH, Staff, StaffWorld

REVIEW = "/admin/playbook/review"
WRITTEN = {
    **BINDING.usual(),
    "question": "手機幾號呢？",
    "thanks": "綁好囉: {謝謝} 🎉",
    "invitation": "來綁定吧",
    "controller": "森活選品",
    "url": "https://forest.example/privacy",
    "rights_contact": "privacy@forest.example",
}
SETTINGS = Settings(channels={"main": Channel("main", "@forest", "1", "x", shop="forest")})


@dataclass
class Binding:
    """The form over a live playbook, and what the account `mei` has opened."""

    staff: StaffWorld
    who: Staff
    drafts: DraftContext

    async def draft(self) -> dict[str, str]:
        return {one.path: one.text for one in await self.staff.stores.drafts.of("mei")}


async def _binding(worlds: StaffWorlds, folder: Path, *, pretends: bool) -> Binding:
    stores = worlds.stores
    await live_playbook(stores, worlds.clock, folder)
    drafts = draft_context(stores, worlds.clock, folder)
    console = worlds.console(lambda: PLAYBOOK, SETTINGS, phone="/simulator/" if pretends else "")
    staff = await worlds({**form_handlers(console, drafts), **handlers(drafts)}, channels={"main": "森活"})
    return Binding(staff, await staff.signed_in(await staff.account("admin", "mei")), drafts)


@pytest.fixture
async def binding(worlds: StaffWorlds, tmp_path: Path) -> Binding:
    return await _binding(worlds, tmp_path, pretends=True)


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_from_the_form_to_published(binding: Binding) -> None:
    status, page = await binding.who.get(NEW, **ZH)
    assert (status, "請輸入您的手機號碼" in page, 'value="森活選品"' in page) == (200, True, True)
    assert 'name="provider"' not in page
    assert await binding.who.post(NEW, None, **WRITTEN) == (303, REVIEW)
    draft = await binding.draft()
    assert {*draft} == {
        "bot.yaml",
        "flows/phone_binding.yaml",
        "rules/first.yaml",
        "tests/scenarios/綁定手機.yaml",
        "tests/scenarios/綁定手機_打錯.yaml",
        "tests/scenarios/綁定手機_解除.yaml",
    }
    assert "綁好囉: {謝謝} 🎉" in draft["flows/phone_binding.yaml"]
    _, review = await binding.who.get(REVIEW)
    assert "keeps it from being published" not in review
    assert "Scenarios that were played and hold: 3" in review
    status, page = await binding.who.get(NEW)
    assert ("Binding is in your draft" in page, f'href="{REVIEW}"' in page) == (True, True)
    assert await published(binding.who) == (303, "/admin/binding")
    for status, page in (await binding.who.get(NEW), await binding.who.post(NEW, None, **WRITTEN)):
        assert (status, "Customers can bind their phone already" in page) == (200, True)
    assert await binding.draft() == {}


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_its_words_are_changed_by_the_form(binding: Binding) -> None:
    """Before it is published, and afterwards; what somebody else has written is for the editor."""
    assert (await binding.who.post(NEW, None, **WRITTEN))[0] == 303
    status, page = await binding.who.get(f"{NEW}?change=1")
    assert (status, "綁好囉: {謝謝} 🎉" in page, 'name="url"' in page) == (200, True, False)
    assert "驗證碼不對，還可以再試 4 次。" in page, "its tests are played"
    changed = {"change": "1", "question": "幾號？", "thanks": "好了", "invitation": "來吧"}
    assert (await binding.who.post(NEW, None, **{**changed, "thanks": " "}))[0] == 422
    assert await binding.who.post(NEW, None, **changed) == (303, REVIEW)
    assert "binding_done: {text: 好了, staff: false}\n" in (await binding.draft())["flows/phone_binding.yaml"]
    assert (await published(binding.who))[0] == 303
    assert await binding.who.post(NEW, None, **{**changed, "thanks": "謝謝"}) == (303, REVIEW)
    assert {*await binding.draft()} == {"flows/phone_binding.yaml"}
    assert (await published(binding.who))[0] == 303
    about = (binding.staff.stores, binding.drafts.live, "mei", "flows/phone_binding.yaml")
    text = (await binding.drafts.draft("mei")).text("flows/phone_binding.yaml") or ""
    opened = (await binding.drafts.draft("mei")).opened("flows/phone_binding.yaml")
    await save(*about, text.replace("text: 謝謝", "image: a.png").encode(), opened, binding.drafts.now())
    status, page = await binding.who.get(f"{NEW}?change=1")
    assert (status, 'name="thanks"' in page, "/admin/playbook?file=flows" in page) == (200, False, True)


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_where_there_is_none_to_be_changed_the_form_of_a_new_one_opens(binding: Binding) -> None:
    """Also where it was taken out of the draft meanwhile: what was written stays."""
    status, page = await binding.who.get(f"{NEW}?change=1")
    assert (status, 'value="森活選品"' in page, f'action="{NEW}"' in page) == (200, True, True)
    changed = {"change": "1", "question": "幾號？", "thanks": "好了", "invitation": "來吧"}
    status, page = await binding.who.post(f"{NEW}?change=1", None, **changed)
    assert (status, "幾號？" in page, 'id="wrong-controller"' in page) == (422, True, True)
    assert "會員管理、客戶服務與行銷" in page, "the rest is as usual"
    assert await binding.draft() == {}


async def test_the_conversation_stands_beside_it_before_it_is_saved(binding: Binding) -> None:
    """As it was played, with what is written so far; the rest is filled in."""
    looked = await binding.who.post(
        NEW, act="look", part="side", question="手機幾號呢？", thanks="綁好 <b>囉"
    )
    assert (looked[0], "手機幾號呢？" in looked[1], "綁好 &lt;b&gt;囉" in looked[1]) == (200, True, True)
    assert "https://www.example.com/privacy" in looked[1]
    assert "驗證碼不對，還可以再試 4 次。" in looked[1]
    assert "<form" not in looked[1]
    status, page = await binding.who.post(NEW, act="look", thanks="")
    assert (status, "<form" in page, "歡迎成為會員" in page) == (200, True, True)
    assert await binding.draft() == {}


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_what_is_missing_or_cannot_be_written_is_said_and_nothing_is_lost(binding: Binding) -> None:
    for field, text, says in (
        ("rights_contact", " ", "nothing is written there"),
        ("url", "forest.example", "begins with https://"),
        ("thanks", "{{ contact.name }}", "means something in a playbook"),
    ):
        status, page = await binding.who.post(NEW, None, **{**WRITTEN, field: text})
        assert status == 422, field
        assert (says in page, f'id="wrong-{field}"' in page) == (True, True), field
        assert 'value="https://forest.example/privacy"' in page or field == "url", field
        assert text in page
    assert await binding.draft() == {}


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_mistake_of_the_draft_is_mended_first(binding: Binding) -> None:
    about = (binding.staff.stores, binding.drafts.live, "mei")
    await add(*about, "rules/wrong.yaml", b"rules:\n  - whem: {}\n", binding.drafts.now())
    status, page = await binding.who.post(NEW, None, **WRITTEN)
    assert (status, "mend this first" in page, "whem" in page) == (422, True, True)
    assert {*await binding.draft()} == {"rules/wrong.yaml"}


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_elsewhere_somebody_has_to_send_the_codes(worlds: StaffWorlds, tmp_path: Path) -> None:
    """B1: the variables are named, no password is asked for, and an administrator publishes it."""
    binding = await _binding(worlds, tmp_path, pretends=False)
    mei = await binding.staff.signed_in(await binding.staff.account("supervisor", "tom"))
    _, page = await mei.get(NEW)
    assert "MITAKE_USERNAME" in page
    assert 'type="password"' not in page
    assert "/admin/shops" in page
    status, page = await mei.post(NEW, None, **WRITTEN)
    assert (status, "choose who sends the codes" in page) == (422, True)
    assert (await mei.post(NEW, None, **{**WRITTEN, "provider": "console"}))[0] == 422
    assert (await mei.post(NEW, None, **{**WRITTEN, "provider": "every8d"}))[0] == 303
    [bot] = [one.text for one in await binding.staff.stores.drafts.of("tom") if one.path == "bot.yaml"]
    assert 'username: "${EVERY8D_USERNAME}"' in bot
    assert bot.startswith(FILES["bot.yaml"])
    _, review = await mei.get(REVIEW)
    assert "Only an administrator publishes this" in review
    assert (await published(mei))[0] == 422
