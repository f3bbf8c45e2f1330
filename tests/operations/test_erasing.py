"""Erasing as staff ask for it: menus at LINE, lists of the playbook, a file of people (J2)."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.model.audit import AuditRow
from bot.model.channel import Channel
from bot.model.contact import Binding, Contact, Identity
from bot.operations.contact_changes import merge, undo_merge
from bot.operations.erasing import ListPlace, PersonalMenus, PlaybookLists, erase
from bot.operations.find_contacts import one
from bot.services.rewrites import RewriteRefused
from bot.store.stores import Stores
from tests.conftest import NOW
from tests.fakes.fake_line import Answers, FakeLine
from tests.people import come
from tests.playbooks import compiled

USER = "U" + "1" * 32
AMY = Contact(
    f"main:{USER}",
    identities=(Identity("main", USER, menu="members"),),
    phone="+886912345678",
    bindings={"phone": Binding(NOW)},
)
BOB = Contact("outlet:U2", identities=(Identity("outlet", "U2"),), phone="+886922333444")
CHANNEL = Channel("main", "@a", "1", "secret", "token")
PLAYBOOK = compiled("""
channels:
  main: {id: "@a", channel_id: "1", channel_secret: x}
  outlet: {id: "@b", channel_id: "2", channel_secret: x}
""")


@pytest.fixture
async def stores(stores: Stores) -> Stores:
    """With these two in it."""
    await come(stores.contacts, AMY, BOB)
    return stores


@pytest.mark.parametrize(("status", "became"), [(202, "removed"), (400, "removed"), (500, "failed")])
async def test_her_own_menu_at_line_is_taken_off(
    stores: Stores, line: FakeLine, status: int, became: str
) -> None:
    """LINE knows no such user (400): nothing is left to take off; not now (500): it is tried again later."""
    path = "/v2/bot/richmenu/bulk/unlink"
    line.script(path, Answers(status), Answers(status))
    menus = PersonalMenus({"main": CHANNEL}, line.url, line.url)
    [done] = await erase(stores, {AMY.id: []}, "command:test", menus)
    asked, *_ = line.of(path)
    assert asked.json == {"userIds": [USER]}
    assert (done.state, done.menu) == ("done" if became == "removed" else "began", became)


async def test_without_the_channels_values_line_is_not_asked(stores: Stores) -> None:
    [done] = await erase(stores, {AMY.id: []}, "command:test", PersonalMenus({}, "", ""))
    assert (done.state, done.menu) == ("began", "failed"), "a process may have them"


def test_a_list_that_names_her_is_told_with_its_line(tmp_path: Path) -> None:
    csv = "name,phone\n林,0922 333 444\n王,0912-345-678\n王,+886912345678\n"
    text = "audiences: {展場名單: {csv: rules/expo.csv, column: phone}}\n"
    playbook = compiled(
        f"{text}rules: [{{when: {{text: 嗨}}, if: {{audience: 展場名單}}, reply: 您好}}]\n",
        rules__expo_csv=csv,
    )
    assert PlaybookLists(playbook, tmp_path).naming(AMY) == [ListPlace("展場名單", "rules/expo.csv", 0)]
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/expo.csv").write_text(csv, "utf-8")
    assert [one.line for one in PlaybookLists(playbook, tmp_path).naming(AMY)] == [3, 4]
    assert PlaybookLists(playbook, tmp_path).naming(Contact("main:U9")) == []


async def test_who_was_merged_goes_as_one_and_nothing_is_undone_afterwards(stores: Stores) -> None:
    kept, gone = [await one([stores], PLAYBOOK, who.id, None) for who in (AMY, BOB)]
    await merge(kept, gone, PLAYBOOK, "command:test")
    found = await one([stores], PLAYBOOK, AMY.id, None)
    [done] = await erase(stores, {AMY.id: []}, "command:test", PersonalMenus({}, "", ""))
    assert done.counts["contacts"] == 2
    assert await stores.contacts.person(BOB.id) is None
    with pytest.raises(RewriteRefused):
        await undo_merge(found, PLAYBOOK, "command:test")
    [line] = [row async for row in stores.database.collection("audit").find({"what": "merged"})]
    assert (line["contact"], line["other"]) == (done.number, done.number)
    assert not line.keys() & {"details", "before"}


async def test_what_was_done_to_both_is_not_undone_for_who_stays(stores: Stores) -> None:
    """A phone that moved between the two: the other's line is there, and is nothing to be undone."""
    await stores.audit.add(AuditRow("m", NOW, "member", "phone_moved", BOB.id, AMY.id, ("+886",)))
    [done] = await erase(stores, {AMY.id: []}, "command:test", PersonalMenus({}, "", ""))
    [line] = await stores.audit.of(BOB.id)
    assert (line.contact, line.other, line.details) == (BOB.id, done.number, ())
    assert not line.can_be_undone
    with pytest.raises(RewriteRefused, match="no merge and no moved phone"):
        await undo_merge(await one([stores], PLAYBOOK, BOB.id, None), PLAYBOOK, "command:test")
