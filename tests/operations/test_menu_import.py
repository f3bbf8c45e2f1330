"""Whatever another system has made at LINE, the files that are made of it pass `check`. M3, G1."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.translatable import ENGLISH
from bot.operations.menu_import.imported import (
    ImportedMenus,
    NewNames,
    PlaybookAround,
    box_in,
    grid_of,
    imported_menus,
)
from bot.operations.menu_import.line_menus import LineMenu, MenusAtAccount
from bot.operations.menu_import.line_tap import imported_tap
from bot.operations.menu_import.menu_files import MenusNotWritten, menu_files, write, yaml_of
from bot.playbook.compile.values.grids import GridBox
from bot.playbook.compile.values.pictures import header_of
from bot.playbook.load import Loaded, load
from bot.playbook.report import render
from tests.pictures import png

BOT = 'bot: 森活選品\nchannels: {main: {id: forest, channel_id: "1234", channel_secret: opaque}}\n'
SIZE = {"width": 800, "height": 540}
NOTHING = PlaybookAround((), (), has_default=False)


def area(action: Any, bounds: Any = None) -> dict[str, Any]:
    return {"bounds": bounds or {"x": 0, "y": 0, "width": 800, "height": 540}, "action": action}


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pictures") / "0"
    path.write_bytes(png(800, 540))
    return path


def menu(picture: Path | None, id: str, name: str, areas: Any, **other: Any) -> LineMenu:
    content = b"" if picture is None else picture.read_bytes()
    form = {"size": SIZE, "selected": False, "chatBarText": "選單", "areas": areas, **other}
    return LineMenu(id, name, form, picture, header_of(BytesIO(content)))


def account(*menus: LineMenu, default: str | None = None, **aliases: str) -> MenusAtAccount:
    return MenusAtAccount(menus, aliases, default, None, 0)


def checked(folder: Path, done: ImportedMenus) -> Loaded:
    """The playbook with the files of an import, which has no mistakes."""
    (folder / "bot.yaml").write_text(BOT, "utf-8")
    write(folder, menu_files(folder, "rules/line-main", done.menus, None))
    loaded = load(folder, {})
    assert loaded.playbook is not None, render(loaded.problems, loaded.sources, ENGLISH)
    return loaded


TAPS: list[tuple[Mapping[str, Any], Mapping[str, str], list[str]]] = [
    ({"type": "message", "text": "找客服"}, {"send": "找客服"}, []),
    ({"type": "uri", "uri": "tel:0212345678"}, {"open": "tel:0212345678"}, []),
    ({"type": "clipboard", "clipboardText": "FOREST8"}, {"copy": "FOREST8"}, []),
    ({"type": "richmenuswitch", "richMenuAliasId": "b", "data": "x"}, {"tab": "服務"}, []),
    (
        {"type": "richmenuswitch", "richMenuAliasId": "gone", "data": "x"},
        {},
        ['the alias "gone" leads to no other menu here; it does nothing'],
    ),
    (
        {"type": "uri", "uri": "http://forest.example/{a}"},
        {"open": "https://forest.example/%7Ba%7D"},
        ['"https://forest.example/%7Ba%7D" was http://; see whether it opens'],
    ),
    (
        {"type": "uri", "uri": "https://forest.example", "altUri": {"desktop": "https://pc.example"}},
        {"open": "https://forest.example"},
        ['computers opened "https://pc.example"; here all open the same'],
    ),
    (
        {"type": "uri", "uri": "mailto:shop@forest.example"},
        {},
        ['no tap opens "mailto:shop@forest.example" here; it does nothing'],
    ),
    (
        {"type": "uri", "uri": "line://app/123-ours/card"},
        {"open": "line://app/123-ours/card"},
        [
            "\"line://app/123-ours/card\" was the former system's page in this account's LIFF app: name"
            " one of the playbook,  page: …"
        ],
    ),
    (
        {"type": "uri", "uri": "https://liff.line.me/123-theirs"},
        {"open": "https://liff.line.me/123-theirs"},
        ['"https://liff.line.me/123-theirs" is a LIFF app that ends with the system it belongs to'],
    ),
    (
        {"type": "postback", "data": "d", "inputOption": "openKeyboard", "fillInText": "查訂單 "},
        {"type": "查訂單 "},
        ['the former system heard the data "d" as well'],
    ),
    (
        {"type": "postback", "data": "d" * 200, "inputOption": "closeRichMenu"},
        {},
        [
            f'the former system heard the data "{"d" * 100}…"; here it does nothing yet: write what, such as'
            "  reply: …",
            'the tap also did "closeRichMenu", which none does here',
        ],
    ),
    (
        {"type": "datetimepicker", "data": "d", "mode": "datetime", "min": "2026-01-01T00:00"},
        {"pick": "date_time"},
        [
            'the former system heard the data "d" with what was picked; here it comes as  event.date_time:'
            " write what is done with it",
            "the picker had min: 2026-01-01T00:00; here a question has such bounds",
        ],
    ),
    ({"type": "message", "text": "{{ a }}"}, {"send": r"\{{ a }}"}, []),
    (
        {"type": "message", "text": "{contact.name} ${HOME}"},
        {"send": "{contact .name} $ {HOME}"},
        ['"{contact.name} ${HOME}" would be filled in here: a space was put in'],
    ),
    (
        {"type": "camera"},
        {},
        ['an action of the kind "camera", which no area has here; it does nothing'],
    ),
    ({}, {}, ['an action of the kind "None", which no area has here; it does nothing']),
]


@pytest.mark.parametrize(("action", "keys", "lost"), TAPS)
def test_what_a_tap_does_and_loses(
    action: Mapping[str, Any], keys: Mapping[str, str], lost: Sequence[str], picture: Path, tmp_path: Path
) -> None:
    tap = imported_tap(action, {"b": "服務"}, "123-ours")
    assert (tap.keys, [str(one) for one in tap.lost]) == (keys, lost)
    one = menu(picture, "m-1", "甲", [area(action)])
    two = menu(picture, "m-2", "乙", [area({"type": "richmenuswitch", "richMenuAliasId": "a"})])
    done = imported_menus(account(one, two, a="m-1", b="m-2"), NOTHING, None)
    checked(tmp_path, done)
    text = yaml_of(done.menus, "rules", None)
    assert (f"# LINE: {json.dumps(action, ensure_ascii=False)}\n" in text) == bool(lost)


HOSTILE = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            *("../../etc/passwd", "CON", "sat,sun", "09:00-18:00", "everyone", "yes", "null", "2026-11-01"),
            *("{{ x }}", "{{{contact.name}}", "{event.x}", "${X}", "# a", "- b", "a: b", "a\nb", "\u202e名"),
            *("字" * 300, " ", "", "A", "a", "選單", "$ABC", "{ABC}", "%ABC%", "’", '"', "・", ".", "~"),
            "👨\u200d👩\u200d👧" * 9,
        ]
    ),
)
KINDS = ["message", "postback", "uri", "clipboard", "datetimepicker", "richmenuswitch"]
NUMBER = st.one_of(st.integers(-100, 3000), st.none(), st.just("9"), st.floats(0, 900))
ACTION = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {"type": st.sampled_from(KINDS)},
        optional={
            "label": HOSTILE,
            "text": HOSTILE,
            "data": HOSTILE,
            "displayText": HOSTILE,
            "uri": st.one_of(HOSTILE, HOSTILE.map(lambda text: f"https://forest.example/{text}")),
            "clipboardText": HOSTILE,
            "mode": st.sampled_from(["date", "time", "datetime", "year"]),
            "richMenuAliasId": st.sampled_from(["0", "1", "2", "x"]),
            "inputOption": st.sampled_from(["openKeyboard", "openVoice"]),
            "fillInText": HOSTILE,
        },
    ),
)
BOUNDS = st.fixed_dictionaries({"x": NUMBER, "y": NUMBER, "width": NUMBER, "height": NUMBER})
AREAS = st.lists(st.fixed_dictionaries({"bounds": BOUNDS, "action": ACTION}), max_size=25)


@pytest.mark.ring("test", "a law")
@given(st.lists(st.tuples(HOSTILE, AREAS, HOSTILE, st.booleans()), max_size=3), st.integers(0, 3))
def test_what_is_written_passes_check_whatever_line_has(
    picture: Path,
    tmp_path_factory: pytest.TempPathFactory,
    menus: list[tuple[str, Any, str, bool]],
    default: int,
) -> None:
    there = [
        menu(picture, f"m-{n}", name, areas, chatBarText=bar, selected=selected)
        for n, (name, areas, bar, selected) in enumerate(menus)
    ]
    aliases = {str(n): f"m-{n}" for n in range(len(there))}
    folder = tmp_path_factory.mktemp("shop")
    done = imported_menus(account(*there, default=f"m-{default}", **aliases), NOTHING, None)
    if done.menus:
        loaded = checked(folder, done)
        again = menu_files(folder, "rules/line-main", done.menus, None)
        assert {file.state for file in again} == {"same"}
        assert loaded.playbook is not None
        assert len(loaded.playbook.menus) == len(done.menus)


THIRDS = {"甲": GridBox(0, 0, 833, 843), "乙": GridBox(833, 0, 834, 843), "丙": GridBox(1667, 0, 833, 843)}


def test_boxes_that_are_rows_and_columns_become_a_grid() -> None:
    assert grid_of(THIRDS, (2500, 843)) == [["甲", "乙", "丙"]]
    right = {"上": GridBox(1667, 0, 833, 843), "下": GridBox(1667, 843, 833, 843)}
    large = {"大": GridBox(0, 0, 1667, 1686), **right}
    assert grid_of(large, (2500, 1686)) == [["大", "大", "上"], ["大", "大", "下"]]
    for other in (
        {**THIRDS, "丁": GridBox(0, 0, 10, 10)},  # over another one
        {"甲": THIRDS["甲"], "乙": THIRDS["乙"]},  # a part of the picture is no area's
        {"甲": GridBox(0, 0, 1000, 843), "乙": GridBox(1007, 0, 1493, 843)},  # further than rounding
    ):
        assert grid_of(other, (2500, 843)) is None


def test_bounds_are_in_pixels_of_the_picture_and_inside_of_it() -> None:
    def box(x: int, y: int, width: int, height: int) -> tuple[GridBox | None, bool]:
        bounds = {"x": x, "y": y, "width": width, "height": height}
        return box_in(bounds, (2500, 1686), (1250, 843))

    assert box(833, 0, 834, 843) == (GridBox(416, 0, 417, 421), False)
    assert box(2000, -5, 900, 105) == (GridBox(1000, 0, 250, 50), True)
    assert box(2500, 0, 9, 9) == (None, True)
    assert box_in({"x": 0, "y": 0, "width": 1}, (2500, 1686), (1250, 843)) == (None, True)


def test_names_are_given_once_and_are_names() -> None:
    names = NewNames(["vip"])
    given = [names.new(one, "選單") for one in ("VIP", "vip 2", "", "everyone", "a/b: {c}", "字" * 50)]
    assert given == ["VIP 2", "vip 2 2", "選單", "選單 2", "a b c", "字" * 34]
    assert NewNames().new("看 看，再說", "A", solid=True) == "看_看_再說"


def test_menus_that_cannot_be_are_left_out_and_told(picture: Path, tmp_path: Path) -> None:
    large, narrow = tmp_path / "large", tmp_path / "narrow"
    large.write_bytes(png(800, 540, more=1_000_000))
    narrow.write_bytes(png(800, 600))
    one = area({"type": "richmenuswitch", "richMenuAliasId": "b"})
    bare, big, high, last = (
        menu(file, f"m-{n}", name, [one])
        for n, (file, name) in enumerate(
            [(None, "沒圖"), (large, "太大"), (narrow, "太高"), (picture, "留下")]
        )
    )
    done = imported_menus(account(bare, big, high, last, default="m-0", b="m-0"), NOTHING, None)
    assert [(one.where, str(one.text)) for one in done.notes] == [
        ("沒圖", "LINE has no picture of it and shows it to nobody: left out"),
        ("太大", "its picture has more than 1 MB: left out; save it smaller, write it by hand"),
        ("太高", "its picture is of no kind or size that LINE takes today: left out"),
        ("留下/A", 'the alias "b" leads to no other menu here; it does nothing'),
    ]
    assert [(one.name, one.tag) for one in done.menus] == [("留下", "選單 留下")], "LINE shows no default"


def test_tabs_are_one_menu_by_whatever_way(picture: Path) -> None:
    """A switches to B, C to B: the default is the first of them; another menu stays by itself."""

    def to(alias: str) -> list[Any]:
        return [area({"type": "richmenuswitch", "richMenuAliasId": alias})]

    a, b, c, d = (
        menu(picture, id, id, areas, selected=id == "b")
        for id, areas in {"a": to("to-b"), "b": [], "c": to("to-b"), "d": to("to-d")}.items()
    )
    aliases = {"to-b": "b", "to-d": "d"}
    done = imported_menus(account(a, b, c, d, default="c", **aliases), NOTHING, None)
    assert [(one.name, one.tag, [tab.name for tab in one.tabs]) for one in done.menus] == [
        ("d", "選單 d", ["d"]),
        ("c", None, ["c", "a", "b"]),
    ]
    unfolded = "LINE unfolds some of its tabs and others not; here all are as the first"
    assert ("c", unfolded) in [(one.where, str(one.text)) for one in done.notes]
    synced = MenusAtAccount((a, b, c, d), aliases, None, "c/c", 4)
    again = imported_menus(synced, NOTHING, None)
    assert yaml_of(again.menus, "rules", None) == yaml_of(done.menus, "rules", None)


def test_what_was_broken_off_is_gone_on_with(
    picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No menu is there without its picture, at whichever file it ends; the second time all are."""
    there = [menu(picture, f"m-{n}", f"選單{n}", [area({"type": "message", "text": "好"})]) for n in (1, 2)]
    done = imported_menus(account(*there), NOTHING, None)
    (tmp_path / "bot.yaml").write_text(BOT, "utf-8")
    left: list[int] = []

    def replace(source: Path, target: Path) -> None:
        if not left:
            raise OSError(28, "No space left on device")
        left.pop()
        source.rename(target)

    monkeypatch.setattr(os, "replace", replace)
    for number in range(3):
        left[:] = [0] * min(number, 1)  # what was written before is there already
        with pytest.raises(MenusNotWritten, match="the disk is full"):
            write(tmp_path, menu_files(tmp_path, "rules/line-main", done.menus, None))
        loaded = load(tmp_path, {})
        assert loaded.playbook is not None
        assert not loaded.playbook.menus
    monkeypatch.undo()
    checked(tmp_path, done)
