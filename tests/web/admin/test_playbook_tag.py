"""L8: a tag by a form, declared in one's own draft."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.model.translatable import Refusal
from bot.operations.drafts.new_tag import with_tag_declared
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.playbook_world import FILES, PAGE, editing
from tests.web.admin.staff_world import StaffWorld


@pytest.fixture
async def world(worlds: StaffWorlds, tmp_path: Path) -> StaffWorld:
    return await editing(worlds, tmp_path)


def test_it_stands_where_tags_are_declared() -> None:
    text = "tags:\n  VIP: {category: 會員}  # 熟客\nrules: []\n"
    path, written = with_tag_declared({"bot.yaml": "bot: 甲\n", "rules/data.yaml": text}, " 常客 ")
    assert path == "rules/data.yaml"
    assert written.replace("  常客: {added_by: staff}\n", "") == text


@pytest.mark.parametrize(("name", "why"), [(" ", "has a name"), ("長" * 51, "50"), ("VIP", "already")])
def test_no_name_and_a_name_that_is_taken_are_refused(name: str, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        with_tag_declared({"rules/data.yaml": "tags:\n  VIP: {}\n"}, name)


async def test_it_is_in_the_draft_and_has_no_mistake(world: StaffWorld) -> None:
    mei = await world.signed_in(await world.account("supervisor", "mei"))
    assert "tags:" not in "".join(FILES.values())
    assert (await mei.post(f"{PAGE}/tag", tag="常客")) == (303, f"{PAGE}/review")
    assert "常客: {added_by: staff}" in (await mei.get(f"{PAGE}?file=rules/tags.yaml"))[1]
    status, page = await mei.post(f"{PAGE}/tag", tag="常客")
    assert (status, 'value="常客"' in page) == (422, True)
    status, checked = await mei.post(f"{PAGE}/check")
    assert (status, '"level":"error"' in checked) == (200, False), checked
