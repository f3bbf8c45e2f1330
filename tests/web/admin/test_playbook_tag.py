"""L8: a tag by a form, declared in one's own draft."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.model.translatable import Refusal
from bot.operations.drafts.forms.tag import TAG
from bot.web.admin.draft_form import form_handlers
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.filled_forms import LIVE, written
from tests.web.admin.playbook_world import FILES, PAGE, editing
from tests.web.admin.staff_world import StaffWorld


@pytest.fixture
async def world(worlds: StaffWorlds, tmp_path: Path) -> StaffWorld:
    console = worlds.console(lambda: LIVE)
    return await editing(worlds, tmp_path, forms=lambda context: form_handlers(console, context))


def test_it_stands_where_tags_are_declared() -> None:
    text = "tags:\n  VIP: {category: 會員}  # 熟客\nrules: []\n"
    made = written(TAG, {"bot.yaml": "bot: 甲\n", "rules/data.yaml": text}, tag=" 常客 ")
    assert [*made.texts] == ["rules/data.yaml"]
    assert made.texts["rules/data.yaml"].replace("  常客: {added_by: staff}\n", "") == text


@pytest.mark.parametrize(("name", "why"), [(" ", "has a name"), ("長" * 51, "50"), ("VIP", "already")])
def test_no_name_and_a_name_that_is_taken_are_refused(name: str, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        written(TAG, {"rules/data.yaml": "tags:\n  VIP: {}\n"}, tag=name)


async def test_it_is_in_the_draft_and_has_no_mistake(world: StaffWorld) -> None:
    mei = await world.signed_in(await world.account("supervisor", "mei"))
    assert "tags:" not in "".join(FILES.values())
    assert (await mei.post(f"{PAGE}/tag", tag="常客")) == (303, f"{PAGE}/review")
    assert "常客: {added_by: staff}" in (await mei.get(f"{PAGE}?file=rules/tags.yaml"))[1]
    status, page = await mei.post(f"{PAGE}/tag", tag="常客")
    assert (status, 'value="常客"' in page) == (422, True)
    status, checked = await mei.post(f"{PAGE}/check")
    assert (status, '"level":"error"' in checked) == (200, False), checked
