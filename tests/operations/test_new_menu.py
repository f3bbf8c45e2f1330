"""G1, L8: a rich menu by a form, as an entry of the playbook in its place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.operations.drafts.forms.menu import MENU, fields_of, menu_of
from bot.operations.drafts.forms.written import FieldRefused
from bot.operations.drafts.menu_form import (
    LAYOUTS,
    FormArea,
    FormMenu,
    Viewers,
    entry_of,
    form_of,
    grid_of,
)
from bot.operations.drafts.new_menu import menu_places
from tests.web.admin.filled_forms import filled, written

SHOP = FormArea("逛逛 {VIP}", "open", "shop.example/vip")
VIP = FormMenu(
    "VIP 專區",
    "tag",
    "VIP",
    "VIP",
    "3",
    (SHOP, FormArea("會員卡", "page", "member_card"), FormArea("會員卡", "send", "")),
)
FILES = {
    "rules/outlet.yaml": "channel: outlet\nrich_menus:\n  - menu: 暢貨\n",
    "rules/b.yaml": """\
rich_menus:
  - {menu: 活動, until: 2027-01-01 00:00}
  - {menu: 所有人, if: {channel: main}}
""",
    "rules/a.yaml": """\
rich_menus:
  - {menu: 別處, if: [{channel: outlet}, {tag: x}]}
  - {menu: 會員, if: {bound: phone}}
""",
    "bot.yaml": "bot: x\nrule_order: [rules/b.yaml]\n",
    "tests/scenarios/a.yaml": "rich_menus: [{menu: x}]\n",
}


def test_an_entry_as_people_write_it() -> None:
    assert entry_of(VIP, "VIP 專區", "cards/a.png", "") == {
        "menu": "VIP 專區",
        "if": {"tag": "VIP"},
        "image": "cards/a.png",
        "chat_bar": "VIP",
        "grid": ["逛逛VIP 會員卡 會員卡3"],
        "areas": {
            "逛逛VIP": {"label": "逛逛 {VIP}", "open": "https://shop.example/vip"},
            "會員卡": {"page": "member_card"},
            "會員卡3": {"label": "會員卡", "send": "會員卡"},
        },
    }
    everybody = replace(VIP, viewers="everyone")
    assert "if" not in entry_of(everybody, "a", "cards/a.png", "")
    assert entry_of(everybody, "a", "cards/a.png", "main")["if"] == {"channel": "main"}
    both = entry_of(replace(VIP, viewers="!bound"), "a", "cards/a.png", "main")["if"]
    assert both == [{"channel": "main"}, {"not": {"bound": "phone"}}]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_layout_has_its_areas(layout: str) -> None:
    labels = [f"區{number}" for number in range(1, 7)]
    menu = replace(VIP, layout=layout, areas=tuple(map(FormArea, labels)))
    cells = {cell for row in grid_of(menu) for cell in row}
    assert cells == set(labels[: len(menu.shown)])
    assert menu_of(filled(MENU, {}, **fields_of(menu))).shown == menu.shown


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"name": ""}, "name", "give it a name"),
        ({"viewers": "tag"}, "tag", "write the tag of those who see it"),
        ({"label_1": "a", "does_1": "open"}, "to_1", "area 1: write the address that it opens"),
        ({"label_1": "a"}, "label_2", "area 2: write what stands on it"),
    ],
)
def test_what_is_missing_is_said_at_its_field(wrong: dict[str, str], field: str, says: str) -> None:
    with pytest.raises(FieldRefused, match=says) as refused:
        written(MENU, {}, **{"name": "VIP", "layout": "2", **wrong})
    assert refused.value.field == field


def test_the_menus_of_an_account_in_the_order_of_the_playbook() -> None:
    found = [
        (one.name, one.file, one.index, one.is_lasting, one.is_for_all) for one in menu_places(FILES, "main")
    ]
    assert found == [
        ("活動", "rules/b.yaml", 0, False, False),
        ("所有人", "rules/b.yaml", 1, True, True),
        ("會員", "rules/a.yaml", 1, True, False),
    ]
    outlet = [(one.name, one.is_narrow) for one in menu_places(FILES, "outlet")]
    assert outlet == [("活動", False), ("別處", False), ("會員", False), ("暢貨", True)]


@pytest.mark.parametrize("viewers", ["everyone", "tag", "bound", "!bound"])
@pytest.mark.parametrize("only", ["", "main"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_the_form_has_written_it_reads(layout: str, only: str, viewers: Viewers) -> None:
    labels = [FormArea(f"區 {number}", "send", "x") for number in range(1, 7)]
    menu = replace(VIP, layout=layout, areas=tuple(labels), viewers=viewers)
    entry = entry_of(menu, "VIP 專區", "cards/a.png", only)
    found = form_of(entry, "main")
    assert found is not None
    assert entry_of(found, found.name, "cards/a.png", only) == entry


@pytest.mark.parametrize(
    "more",
    [
        {"until": "2027-01-01 00:00"},
        {"unless": {"tag": "x"}},
        {"if": {"any": [{"tag": "x"}]}},
        {"if": [{"tag": "x"}, {"bound": "phone"}]},
        {"grid": ["a a", "b c"]},
        {"areas": {"逛逛VIP": {"do": []}}},
        {"areas": "x"},
        {"grid": None},
    ],
)
def test_what_says_more_than_the_form_is_not_read(more: dict[str, object]) -> None:
    assert form_of({**entry_of(VIP, "VIP", "cards/a.png", ""), **more}, "main") is None
