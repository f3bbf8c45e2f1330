"""`oaflow richmenu import`: what another system has made at LINE becomes files of the playbook. M3, G1."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.line.outcome import LineError
from bot.line.rich_menus import RichMenus
from bot.store.database.mongo import Database
from bot.store.sealing.keyring import generate
from tests.cli.oaflow import Ended, ended
from tests.pictures import jpeg, png
from tests.runtime.menus_at_line import MenuLine, menu_line

BOT = """\
bot: 森活選品
database: "DATABASE"
channels:
  main: {id: forest, channel_id: "1234", channel_secret: opaque, access_token: token-of-main}
rules:
  - {when: {text: 好}, reply: 好}
  - {when: {text: 找客服}, reply: 好}
"""
FILE = "rules/line-main/rich_menus.yaml"
PICTURES = ["rules/line-main/VIP_服務.png", "rules/line-main/VIP_選購.jpg", "rules/line-main/訪客.png"]


@pytest.fixture
async def line(
    database: Database, mongod: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[MenuLine]:
    """A playbook without menus, and LINE with those of another system."""
    (tmp_path / "bot.yaml").write_text(BOT.replace("DATABASE", mongod), "utf-8")
    monkeypatch.setenv("OAFLOW_KEYS", generate())
    async with menu_line(database, tmp_path) as found:
        monkeypatch.setenv("OAFLOW_LINE_API", found.url)
        yield found


def area(x: int, y: int, width: int, height: int, **action: Any) -> dict[str, Any]:
    return {"bounds": {"x": x, "y": y, "width": width, "height": height}, "action": action}


def form(name: str, *areas: dict[str, Any], **other: Any) -> dict[str, Any]:
    whole = {"size": {"width": 2500, "height": 843}, "selected": False, "name": name, "chatBarText": "看選單"}
    return {**whole, "areas": list(areas), **other}


async def made(line: MenuLine, picture: bytes, *given: Any, **other: Any) -> str:
    """A menu of another system at LINE, with this picture."""
    id = await line.menus.create(form(*given, **other))
    await line.menus.upload(id, "image/png" if picture.startswith(b"\x89") else "image/jpeg", picture)
    return id


async def of_another_system(line: MenuLine) -> dict[str, str]:
    """A default menu in thirds, and a member's menu of two tabs."""
    guest = await made(
        line,
        png(1250, 422),  # half as large as the menu says
        "訪客",
        area(0, 0, 833, 843, type="message", label="找客服", text="找客服"),
        area(833, 0, 834, 843, type="uri", uri="https://forest.example/sale"),
        area(1667, 0, 833, 843, type="postback", data="action=card&id=7"),
    )
    service = await made(
        line,
        png(2500, 843),
        "VIP 服務",
        area(0, 0, 1250, 843, type="richmenuswitch", richMenuAliasId="vip-a", data="to=a"),
        area(1300, 100, 900, 600, type="postback", data="ask", displayText="找客服"),
        selected=True,
    )
    shop = await made(
        line,
        jpeg(2500, 843),
        "VIP 選購",
        area(0, 0, 2500, 843, type="richmenuswitch", richMenuAliasId="vip-b", data="to=b"),
        selected=True,
    )
    await line.menus.create_alias("vip-a", shop)
    await line.menus.create_alias("vip-b", service)
    await line.menus.set_default(guest)
    return {"guest": guest, "service": service, "shop": shop}


async def imported(line: MenuLine, *words: str, typed: str | None = None) -> Ended:
    return await told("richmenu", "import", str(line.folder), *words, typed=typed)


async def told(*words: str, typed: str | None = None) -> Ended:
    """A command beside this LINE."""
    ours = {name: os.environ[name] for name in ("OAFLOW_KEYS", "OAFLOW_LINE_API")}
    return await ended(*words, typed=typed, **ours)


WRITTEN = """\
# LINE → oaflow richmenu import

tags:
  選單 VIP 服務: {added_by: staff}

rich_menus:
  - menu: VIP 服務
    if: {tag: 選單 VIP 服務}
    open: true
    tabs:
      VIP_服務:
        image: "rules/line-main/VIP_服務.png"
        chat_bar: 看選單
        areas:
          A: {tab: VIP_選購, box: [0, 0, 1250, 843]}
          # LINE: {"type": "postback", "data": "ask", "displayText": "找客服"}
          找客服: {send: 找客服, box: [1300, 100, 900, 600]}
      VIP_選購:
        image: "rules/line-main/VIP_選購.jpg"
        chat_bar: 看選單
        grid:
          - A
        areas:
          A: {tab: VIP_服務}
  - menu: 訪客
    image: "rules/line-main/訪客.png"
    chat_bar: 看選單
    grid:
      - 找客服 B C
    areas:
      找客服: {send: 找客服}
      B: {open: "https://forest.example/sale"}
      # LINE: {"type": "postback", "data": "action=card&id=7"}
      C: {label: C}
"""


@pytest.mark.ring("all", "a command from beginning to end")
async def test_menus_of_another_system_become_the_playbooks(line: MenuLine) -> None:
    ids = await of_another_system(line)
    end = await imported(line, "--yes")
    assert (end.code, end.err) == (0, ""), end
    assert (line.folder / FILE).read_text("utf-8") == WRITTEN
    assert [(line.folder / one).read_bytes() for one in PICTURES] == [
        png(2500, 843),
        jpeg(2500, 843),
        png(1250, 422),
    ]
    assert end.out.splitlines() == [
        "main: rich menus of other systems at LINE: 3",
        "  VIP 服務 (tabs: 2, areas: 3): for who has the tag 選單 VIP 服務",
        "  訪客 (areas: 3): for everybody else",
        "  menus made in LINE's manager are not among them: LINE's API has none of those. Look for them in"
        " manager.line.biz, Rich menus, and write them by hand",
        '  VIP 服務/VIP_服務/找客服: the former system heard the data "ask"; here the person says "找客服":'
        " write a rule for it",
        '  訪客/C: the former system heard the data "action=card&id=7"; here it does nothing yet:'
        " write what, such as  reply: …",
        *(f"  new: {file}" for file in (*PICTURES, FILE)),
        "files written: 4",
        "once they are live,  oaflow richmenu sync  makes them at LINE (3 menus); the others stay",
    ]
    check = await told("check", str(line.folder))
    assert (check.code, check.out.splitlines()[0]) == (0, "no mistakes in 2 files")

    again = await imported(line)
    assert (again.code, again.out.splitlines()[-1]) == (0, "nothing to do")
    plan = await told("richmenu", "plan", str(line.folder), "--json")
    (channel,) = json.loads(plan.out)["channels"]
    assert [step["do"] for step in channel["steps"]] == ["create"] * 3 + ["alias"] * 2 + ["default"]
    assert channel["foreign"] == len(ids)
    assert (await told("richmenu", "sync", str(line.folder))).code == 0
    assert len(await line.menus.listed()) == 2 * len(ids)
    again = await imported(line)
    assert (again.code, again.out.splitlines()[-1]) == (0, "nothing to do"), "LINE's default is ours by now"
    assert "oaflow's own, which the playbook has: 3" in again.out


@pytest.mark.ring("all", "a command from beginning to end")
async def test_nothing_is_written_before_somebody_agrees(line: MenuLine) -> None:
    await of_another_system(line)
    end = await imported(line)
    assert (end.code, end.out) == (1, "")
    assert "new: rules/line-main/訪客.png" in end.err
    assert end.err.endswith("nothing is written without a confirmation: add  --yes\n")
    end = await imported(line, typed="n\n")
    assert (end.code, end.out) == (1, "")
    assert end.err.endswith("write the files? 4 [y/N] oaflow: nothing was written\n")
    assert not (line.folder / "rules").exists()
    end = await imported(line, "--language", "zh-TW", typed="y\n")
    assert (end.code, end.out.splitlines()[0]) == (0, "寫好了 4 個檔案")
    assert "訪客/C：以前的系統會收到資料「action=card&id=7」；這裡點了還不會怎樣" in end.err


@pytest.mark.ring("all", "a command from beginning to end")
async def test_a_file_that_was_edited_is_replaced_by_who_agrees(line: MenuLine) -> None:
    await of_another_system(line)
    assert (await imported(line, "--yes")).code == 0
    edited = WRITTEN.replace("{label: C}", "{label: 會員卡, reply: 您的會員卡}")
    (line.folder / FILE).write_text(edited, "utf-8")
    end = await imported(line, typed="n\n")
    assert end.code == 1
    assert f"in place of what is there: {FILE}\n" in end.err
    assert "write the files? 1, in place of what is there 1 [y/N]" in end.err
    assert (line.folder / FILE).read_text("utf-8") == edited
    assert (await imported(line, typed="y\n")).code == 0
    assert (line.folder / FILE).read_text("utf-8") == WRITTEN
    assert {path.name for path in (line.folder / FILE).parent.iterdir()} == {
        Path(one).name for one in (FILE, *PICTURES)
    }


async def test_for_programs(line: MenuLine) -> None:
    ids = await of_another_system(line)
    end = await imported(line, "--yes", "--json", "--into", "flows/old/menus")
    payload = json.loads(end.out)
    assert payload["menus"][1] == {
        "menu": "訪客",
        "tag": None,
        "tabs": [{"tab": "訪客", "line": ids["guest"], "image": "訪客.png", "areas": 3}],
    }
    assert [one["where"] for one in payload["notes"]] == ["VIP 服務/VIP_服務/找客服", "訪客/C"]
    assert payload["files"][-1] == {"file": "flows/old/menus/rich_menus.yaml", "state": "new"}
    assert (await told("check", str(line.folder))).code == 0


@pytest.mark.parametrize(
    "into", ["menus", "../rules", "rules/../..", "rules/.hidden", "/tmp/rules", "link/x"]
)
async def test_files_go_where_the_playbook_is_read(line: MenuLine, into: str) -> None:
    (line.folder / "rules").mkdir()
    (line.folder / "link").symlink_to("/tmp")
    await of_another_system(line)
    end = await imported(line, "--yes", "--into", into)
    assert (end.code, end.out) == (1, "")
    assert "is no folder of the playbook: one lies in cards/, flows/ or rules/" in end.err
    assert list((line.folder / "rules").iterdir()) == []


OWN = """\
tags: {選單 訪客: {added_by: staff}}
rich_menus:
  - {menu: 訪客, image: a.png, chat_bar: 選單, grid: [甲], areas: {甲: {send: 好}}}
"""


async def test_menus_of_the_playbook_come_before_those_that_are_imported(line: MenuLine) -> None:
    """No name is taken twice, and nobody sees another menu until they have a tag."""
    await of_another_system(line)
    (line.folder / "a.png").write_bytes(png(800, 540))
    bot = line.folder / "bot.yaml"
    bot.write_text(bot.read_text("utf-8") + OWN, "utf-8")
    end = await imported(line, "--yes")
    assert "訪客 2 (areas: 3): for who has the tag 選單 訪客 2" in end.out
    assert end.code == 0
    check = await told("check", str(line.folder), "--format", "json")
    found = [problem["code"] for problem in json.loads(check.out)["problems"]]
    assert (check.code, found) == (0, ["menu-unreachable"] * 2), "the first menu is for everybody"
    assert "2 warnings in 1 file: see  oaflow check" in end.err


async def test_nothing_is_written_where_line_breaks_off(
    line: MenuLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another system deletes a menu, or LINE fails, while it is read."""

    async def broken(self: RichMenus, menu: str) -> bytes | None:
        raise LineError(403, "Forbidden")

    await of_another_system(line)
    monkeypatch.setattr(RichMenus, "picture", broken)
    end = await imported(line, "--yes")
    assert (end.code, end.out) == (1, "")
    assert "Forbidden" in end.err
    assert "nothing was written" in end.err
    assert not (line.folder / "rules").exists()


@pytest.mark.ring("all", "a command from beginning to end")
async def test_who_has_which_menu_gets_its_tag(line: MenuLine) -> None:
    """G1, M2: as a list for `members import`, whatever has become of the files."""
    ids = await of_another_system(line)
    assert (await imported(line, "--yes")).code == 0
    friends = [await line.friend(name) for name in ("小美", "阿明", "小華")]
    (line.folder / "friends.txt").write_text("\n".join(friends), "utf-8")
    end = await told("friends", "import", str(line.folder), str(line.folder / "friends.txt"), "--no-profiles")
    assert end.code == 0, end
    await line.menus.link(friends[0], ids["shop"])
    await line.menus.link(friends[1], ids["guest"])
    held = line.folder / "held.csv"
    end = await imported(line, "--people", str(held))
    assert (end.code, end.err) == (0, "")
    assert end.out.splitlines() == [
        f"friends who have a menu with a tag: 1 of 3, in {held}",
        f"they get the tags by  oaflow members import {held} --channel main",
    ]
    assert held.read_text("utf-8-sig").splitlines() == ["line_id,tags", f"{friends[0]},選單 VIP 服務"]
    assert held.stat().st_mode & 0o777 == 0o600
    again = await imported(line, "--people", str(held))
    assert (again.code, again.out) == (1, "")
    assert "is there already: name another one" in again.err

    end = await told("members", "import", str(line.folder), str(held), "--channel", "main", "--json")
    assert (json.loads(end.out)["changed"], end.code) == (1, 0)
    audit = await told("audit", str(line.folder), "--json")
    kinds = [one["kind"] for one in json.loads(audit.out)["entries"]]
    assert kinds.count("data_exported") == 1


SECOND = (
    '  second: {id: two, channel_id: "5678", channel_secret: opaque, access_token: token-of-second}\nrules:'
)


async def test_of_several_accounts_one_is_named(line: MenuLine) -> None:
    """Its menus are for its friends alone."""
    await of_another_system(line)
    bot = line.folder / "bot.yaml"
    bot.write_text(bot.read_text("utf-8").replace("rules:", SECOND, 1), "utf-8")
    end = await imported(line, "--yes")
    assert (end.code, end.out) == (1, "")
    assert "say whose menus, of one channel: main, second" in end.err
    assert (await imported(line, "--yes", "--channel", "main")).code == 0
    text = (line.folder / FILE).read_text("utf-8")
    assert text == WRITTEN.replace("\n\n", "\nchannel: main\n\n", 1)
    assert (await told("check", str(line.folder))).code == 0
    assert (await imported(line, "--channel", "main")).out.endswith("nothing to do\n")


async def test_where_line_has_no_menus_of_others(line: MenuLine) -> None:
    end = await imported(line)
    assert (end.code, end.err) == (0, "")
    assert end.out.splitlines()[0] == "main: rich menus of other systems at LINE: 0"
    assert "manager.line.biz" in end.out
    assert end.out.splitlines()[-1] == "nothing to do"
    assert not (line.folder / "rules").exists()
