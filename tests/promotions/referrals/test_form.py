"""N4, L8: a referral campaign by a form, which becomes entries of one's own draft with the rules about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.model.translatable import Refusal
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.referrals.engine.declared import REFERRALS
from bot.promotions.referrals.operations.form import PART as REFERRAL
from bot.web.admin.draft_form import form_handlers
from tests.playbooks import codes, compiled
from tests.web.admin import filled_forms
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.playbook_world import FILES, PAGE, editing
from tests.web.admin.staff_world import ZH, StaffWorld

NEW = "/admin/referrals/new"
FORM = {
    "title": "好友 一起來",
    "terms": "好友綁定後，兩位都有禮",
    "asked": "邀請好友，推薦",
    "deed": "bound",
    "within": "30",
    "until": "2027-12-31",
    "friend": "見面禮 50 元",
    "inviter": "謝禮 50 元",
    "days": "30",
    "most": "10",
}
WRITTEN = {"title": "好友 一起來", "friend": "見面禮 50 元", "inviter": "謝禮 50 元"}
BOOK = """\
bot: 森活
channels:
  main: {id: forest, channel_id: "1", channel_secret: s, liff: {login_channel_id: "5", liff_id: 5-a}}
rules:
  - when: {text: 你好}
    reply: 哈囉
  - when: {text: any}
    reply: 再說一次
"""


LIFF = '    liff: {login_channel_id: "5", liff_id: 5-a}\n'


async def shop(worlds: StaffWorlds, folder: Path, bot: str) -> StaffWorld:
    """With this `bot.yaml`."""
    files = {"bot.yaml": bot}
    playbook = compiled(bot.replace("${SECRET}", "s"))
    console = worlds.console(lambda: playbook)
    return await editing(worlds, folder, files, lambda desk: form_handlers(console, desk))


@pytest.fixture
async def world(worlds: StaffWorlds, tmp_path: Path) -> StaffWorld:
    return await shop(worlds, tmp_path, FILES["bot.yaml"] + LIFF)


def written(**other: str) -> dict[str, str]:
    """The files, with these fields in place of those of `WRITTEN`."""
    made = filled_forms.written(REFERRAL, {"bot.yaml": BOOK}, **{**WRITTEN, **other})
    return {"bot.yaml": BOOK, **made.texts}


def whole(files: dict[str, str]) -> str:
    """The files as one playbook."""
    return "\n".join(files.values())


def test_it_is_a_campaign_with_two_coupons_and_nothing_is_left_unsaid() -> None:
    files = written()
    playbook = compiled(whole(files))
    one = REFERRALS.of(playbook)["好友_一起來"]
    assert (one.title, one.goal, one.most) == ("好友 一起來", "bound", 10)
    assert (one.friend, one.inviter) == ("見面禮_50_元", "謝禮_50_元")
    assert COUPONS.of(playbook)["謝禮_50_元"].per_person == 10
    assert codes(whole(files)) == []
    text = whole(files)
    assert text.index("邀請好友") < text.index("text: any"), "before the rule for all the rest"


def test_one_reward_is_enough_and_none_is_refused() -> None:
    one = REFERRALS.of(compiled(whole(written(friend=""))))["好友_一起來"]
    assert (one.friend, one.inviter) == (None, "謝禮_50_元")
    for wrong in ({"friend": "", "inviter": ""}, {"title": "{{ contact.phone }}"}):
        with pytest.raises(Refusal):
            written(**wrong)


def test_what_counts_at_once_has_no_days_within() -> None:
    one = REFERRALS.of(compiled(whole(written(deed="followed"))))["好友_一起來"]
    assert (one.goal, one.within) == ("followed", None)


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_it_is_in_the_draft_or_what_is_wrong_is_said(world: StaffWorld) -> None:
    mei = await world.signed_in(await world.account("supervisor", "mei"))
    status, page = await mei.post(NEW, ZH, **{**FORM, "days": "many"})
    assert (status, "像 100" in page, "兩位都有禮" in page) == (422, True, True)
    status, page = await mei.post(NEW, None, **FORM)
    assert (status, page) == (303, f"{PAGE}/review"), page
    _, text = await mei.get(f"{PAGE}?file=rules/referrals.yaml")
    assert "per_person: 10" in text


async def test_without_liff_it_is_said_and_nothing_is_saved(worlds: StaffWorlds, tmp_path: Path) -> None:
    world = await shop(worlds, tmp_path, FILES["bot.yaml"])
    mei = await world.signed_in(await world.account("supervisor", "mei"))
    status, page = await mei.post(NEW, ZH, **FORM)
    assert (status, "LIFF" in page, "兩位都有禮" in page) == (422, True, True)


async def test_the_message_is_looked_at_while_the_form_is_filled_in(world: StaffWorld) -> None:
    mei = await world.signed_in(await world.account("supervisor", "mei"))
    status, side = await mei.post(NEW, None, **{**FORM, "days": "many"}, act="look", part="side")
    assert (status, "<form" in side) == (200, False)
    assert "my_invites?by=" in side
    assert "邀請好友" in side
