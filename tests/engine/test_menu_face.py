"""Rich menus as LINE has them: areas in pixels, actions, names that tell what they look like. G1, G3, B1."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.engine.compiled.own_address import tap_code
from bot.engine.compiled.playbook import Playbook
from bot.engine.menus.menu_face import Face, alias_of, default_menu, faces_of, label_in, label_of
from bot.line.objects.faults import faults_of
from bot.line.objects.rich_menu import MENU
from tests.playbooks import compiled

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
CODE = tap_code("訪客/訪客/甲")
LIFF = """\
channels:
  main: {id: forest, channel_id: "1234", channel_secret: opaque, liff: {login_channel_id: "1", liff_id: 1-a}}
  outlet: {id: outlet, channel_id: "1235", channel_secret: opaque}
tags: {VIP: {}, 看過: {}}
links: {stand: {title: 門市, send: 優惠}}
rules:
  - {when: {text: 優惠}, reply: 好}
"""


def playbook(menus: str) -> Playbook:
    """With these `rich_menus`, and a picture of 800 × 540 for each."""
    return replace(compiled(LIFF + "rich_menus:\n" + menus), public="https://bot.example")


def faces(menus: str, channel: str = "main") -> tuple[Face, ...]:
    return faces_of(playbook(menus), channel, NOW)


def action(area: str, channel: str = "main") -> Any:
    (face,) = faces(
        f"  - {{menu: 訪客, image: cards/menu.png, grid: [甲], areas: {{甲: {area}}}}}\n", channel
    )
    return [one["action"] for one in face.form["areas"]]


def test_a_grid_lies_in_the_picture_without_gap_and_overlap() -> None:
    (face,) = faces(
        "  - menu: 訪客\n    image: cards/menu.png\n    open: true\n    chat_bar: 選單\n"
        "    grid: [大 大 小, 一 二 二]\n"
        "    areas: {大: {label: 大, send: 優惠}, 小: {label: 小, send: 優惠},"
        " 一: {label: 一, send: 優惠}, 二: {label: 二, send: 優惠}}\n"
    )
    width, height = face.form["size"]["width"], face.form["size"]["height"]
    boxes = [tuple(area["bounds"].values()) for area in face.form["areas"]]
    third, half = width // 3, height // 2
    assert boxes[0] == (0, 0, width * 2 // 3, half)
    assert boxes[2] == (0, half, third, height - half)
    assert sum(box[2] * box[3] for box in boxes) == width * height
    assert (face.form["selected"], face.form["chatBarText"]) == (True, "選單")
    assert list(faults_of({"name": face.name, **face.form}, MENU)) == []


@pytest.mark.parametrize(
    ("area", "wanted"),
    [
        ("{label: 查, send: 優惠}", {"type": "message", "label": "查", "text": "優惠"}),
        ("{label: 查, reply: 好}", {"type": "postback", "label": "查", "data": "~訪客/訪客/甲"}),
        (
            '{label: 查, open: "https://a.example/{{ channel.name }}"}',
            {"type": "uri", "label": "查", "uri": f"https://bot.example/o/main/{CODE}"},
        ),
        (
            '{label: 買, open: "https://shop.line.me/@forest"}',
            {"type": "uri", "label": "買", "uri": "https://shop.line.me/@forest"},
        ),
        (
            '{label: 打, open: "tel:0212345678"}',
            {"type": "uri", "label": "打", "uri": "tel:0212345678"},
        ),
        (
            '{label: 查, open: "{{ link.stand }}"}',
            {"type": "uri", "label": "查", "uri": "https://bot.example/l/main/stand"},
        ),
        (
            "{label: 解, page: unbind}",
            {"type": "uri", "label": "解", "uri": f"https://liff.line.me/1-a/unbind?_tap={CODE}"},
        ),
        (
            '{label: 查, do: [{add_tags: [看過]}], open: "https://a.example"}',
            {"type": "uri", "label": "查", "uri": f"https://liff.line.me/1-a/o/{CODE}"},
        ),
    ],
)
def test_what_an_area_does(area: str, wanted: dict[str, Any]) -> None:
    """B1: the binding page; F7: short addresses; G5: what is opened is counted, by a redirect of ours.

    What does something goes through LIFF, which knows who taps. What LINE or the phone opens itself stays.
    """
    assert action(area) == [wanted]


def test_where_the_world_does_not_reach_us_an_address_stands_as_it_is() -> None:
    """G5: without `OAFLOW_PUBLIC_URL` it is not counted, and opens all the same."""
    area = '{label: 查, open: "https://a.example"}'
    menu = f"  - {{menu: 訪客, image: cards/menu.png, grid: [甲], areas: {{甲: {area}}}}}\n"
    (face,) = faces_of(replace(playbook(menu), public=""), "main", NOW)
    assert face.form["areas"][0]["action"]["uri"] == "https://a.example"


VIP = """\
  - menu: VIP
    if: {tag: VIP}
    tabs:
      選購: {image: cards/menu.png, grid: [甲], areas: {甲: {label: 服務, tab: 服務}}}
      服務: {image: cards/menu.png, grid: [乙], areas: {乙: {label: 選購, tab: 選購}}}
"""
GUEST = "  - {menu: 訪客, image: cards/menu.png, grid: [甲], areas: {甲: {label: 查, send: 優惠}}}\n"


def test_a_tab_switches_to_the_alias_of_another() -> None:
    shop, service, guest = faces(VIP + GUEST)
    assert (shop.alias, service.alias, guest.alias) == (
        alias_of("VIP", "選購"),
        alias_of("VIP", "服務"),
        None,
    )
    (area,) = shop.form["areas"]
    assert area["action"]["richMenuAliasId"] == service.alias
    assert area["action"] == {
        "type": "richmenuswitch",
        "label": "服務",
        "richMenuAliasId": service.alias,
        "data": "~VIP/選購/甲",
    }
    for face in (shop, service, guest):
        assert list(faults_of({"name": face.name, **face.form}, MENU)) == []


def test_the_name_tells_what_it_looks_like() -> None:
    """The same playbook gives the same names, so a sync makes nothing twice."""
    (face,) = faces(GUEST)
    assert faces(GUEST) == (face,)
    assert label_in(face.name) == face.label == "訪客/訪客"
    others = [
        faces(GUEST.replace("優惠", "優惠 "))[0],
        faces(GUEST.replace("訪客", "客人"))[0],
        replace(face, picture=replace(face.picture, sha256="0" * 64)),
    ]
    assert others[0].name == face.name  # the space is no text
    assert len({face.hash, *(other.hash for other in others[1:])}) == 3


@pytest.mark.parametrize(
    "name",
    ["", "Sale", "oaflow", "oaflow a/b", "oaflow a/b 0123456789abcdeg", "oaflow  0123456789abcdef"],
)
def test_names_that_we_have_not_given(name: str) -> None:
    assert label_in(name) is None


def test_a_long_name_has_room_at_line() -> None:
    (face,) = faces(GUEST)
    long = replace(face, menu="選" * 400)
    assert len(long.name) == 300
    assert label_in(long.name) == label_of("選" * 400, face.tab)


def test_a_channel_has_the_menus_that_it_can_show() -> None:
    """A8; a page without an address on a channel is left out there."""
    only = GUEST.replace("menu: 訪客,", "menu: 暢貨, if: {channel: outlet},")
    assert [face.menu for face in faces(only + GUEST)] == ["訪客"]
    assert [face.menu for face in faces(only + GUEST, "outlet")] == ["暢貨", "訪客"]
    assert action("{label: 查, send: 優惠}", "outlet") == action("{label: 查, send: 優惠}")


def test_what_is_paused_or_over_rests() -> None:
    """G3"""
    menus = (
        GUEST.replace("menu: 訪客,", "menu: 停, paused: true,")
        + GUEST.replace("menu: 訪客,", "menu: 完, until: 2026-11-20 12:00,")
        + GUEST.replace("menu: 訪客,", "menu: 來, from: 2026-11-21 12:00,")
        + GUEST
    )
    resting = {face.menu: face.resting for face in faces(menus)}
    assert resting == {"停": True, "完": True, "來": False, "訪客": False}
    assert default_menu(playbook(menus), "main") == "訪客"


@pytest.mark.parametrize(
    ("condition", "main", "outlet"),
    [
        ("if: {channel: main}, ", "訪客", None),
        ("unless: {channel: main}, ", None, "訪客"),
        ("if: [{channel: main}, {channel: [main, outlet]}], ", "訪客", None),
        ("if: {tag: VIP}, ", None, None),
        ("if: [{channel: main}, {tag: VIP}], ", None, None),
        ("", "訪客", "訪客"),
    ],
)
def test_the_default_is_the_first_for_everybody_on_a_channel(
    condition: str, main: str | None, outlet: str | None
) -> None:
    """The first without a term, and with no condition left there."""
    found = playbook(VIP + GUEST.replace("menu: 訪客, ", f"menu: 訪客, {condition}"))
    assert (default_menu(found, "main"), default_menu(found, "outlet")) == (main, outlet)
