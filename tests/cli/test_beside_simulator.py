"""Every command works on the folder of `make run` while its simulator runs, with no account anywhere (L4)."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.cli import database_settings, menu_import, richmenu
from bot.cli.playbook import publish
from bot.playbook.load import Loaded, load
from tests.cli.oaflow import ROOT, ended, serving
from tests.cli.test_commands import commands

SET_UP = ("OAFLOW_PUBLIC_URL", "OAFLOW_LINE_API", "is not set", " not set;", "is empty")
"""What a command says that lacks an account."""

NEEDS_ACCOUNT = {"publish": "LINE_CHANNEL_ID"}
"""What is about the real account, and says what that lacks."""

ELSEWHERE = {
    "run": "it is the simulator",
    "new": "it is about another folder: tests/cli/test_new.py",
    "test": "tests/cli/test_scenarios.py runs it on this folder",
    "backup": "it needs snapshots, which these tests keep off: tests/cli/test_backup.py",
    "restore": "nobody may use its database: tests/cli/test_backup.py",
}


def _leaves() -> set[str]:
    """The commands that do something, `contact show` and not `contact`."""
    return {
        name
        for name, command in commands().items()
        if not any(isinstance(one, argparse._SubParsersAction) for one in command._actions)
    }


def _lines(friend: str, other: str, picture: str, files: Path) -> list[tuple[str, str, int]]:
    """Every command with what is written after it, and its exit code: 1 where there is nothing to be done."""
    clerks, members = str(files / "clerks.csv"), str(files / "members.csv")
    Path(clerks).write_text("number,name,store\nA01,王小明,信義店\nA02,陳小華,信義店\n", "utf-8")
    codes = str(files / "codes.csv")
    Path(codes).write_text("code\nTEA-0001\n", "utf-8")
    Path(members).write_text("phone,name\n0987654321,林小玉\n", "utf-8")
    return [
        ("check", "", 0),
        ("doctor", "", 1),
        ("channel status", "", 0),
        ("channel link", "main", 0),
        ("channel rotate", "main", 1),
        ("explain", "--text 營業時間", 0),
        ("graph", "welcome_series --live", 0),
        ("schema", "", 0),
        ("link", "member_card", 0),
        ("link", "keyword store_stand", 0),
        ("link", "webhook", 0),
        ("publish", "", 1),
        ("versions", "", 0),
        ("diff", "", 1),
        ("rollback", "", 1),
        ("contact note", f"{friend} 對花生過敏", 0),
        ("contact notes", friend, 0),
        ("contact change-note", f"{friend} gone 對堅果過敏", 1),
        ("contact remove-note", f"{friend} gone", 1),
        ("contact find", friend, 0),
        ("contact name", f"{friend} @amy", 0),
        ("contact name", f"{other} @boss", 0),
        ("contact testers", "", 0),
        ("contact tag", f"{friend} VIP", 0),
        ("contact untag", f"{friend} VIP", 0),
        ("contact untag", f"{friend} VIP", 0),
        ("contact set", f"{friend} skin 油性", 0),
        ("contact clear", f"{friend} skin", 0),
        ("contact clear", f"{friend} skin", 0),
        ("chat save-view", "客訴 --list done --reason 客訴", 0),
        ("chat views", "", 0),
        ("chat remove-view", "none", 0),
        ("ready write", "營業時間 每天 --shortcut hours", 0),
        ("ready list", "", 0),
        ("ready remove", "none", 0),
        ("chat take", friend, 0),
        ("chat write", f"{friend} 馬上為您查 --may-cost", 0),
        ("chat note", f"{friend} 很急", 0),
        ("chat hand-over", f"{friend} nobody", 1),
        ("chat follow-up", f"{friend} 2026-11-01T10:00", 1),
        ("chat list", "--list mine", 0),
        ("chat report", "--days 7 --csv", 0),
        ("chat show", friend, 0),
        ("chat finish", friend, 0),
        ("contact hand-back", friend, 1),
        ("contact many", "", 0),
        ("contact many add", "VIP --everybody --yes", 0),
        ("contact many remove", "VIP --everybody --yes", 0),
        ("contact many undo", "gone --yes", 1),
        ("contact many stop", "gone", 1),
        ("contact leave", f"{friend} gone --yes", 1),
        ("contact restart", f"{friend} gone --yes", 1),
        ("contact matches", "", 0),
        ("contact matches confirm", "gone --yes", 1),
        ("contact matches refuse", "gone", 1),
        ("friends import", "--channel main", 0),
        ("members import", members, 0),
        ("contact merge", f"{friend} 0987654321", 0),
        ("contact show", friend, 0),
        ("contact show", f"{friend} --save {picture} --into {files}", 0),
        ("contact undo-merge", friend, 0),
        ("contact unbind", f"{friend} phone", 1),
        ("audience list", "", 0),
        ("audience size", "還沒綁定", 0),
        ("audience estimate", "還沒綁定", 0),
        ("audience by-day", "", 0),
        ("audience people", "還沒綁定", 0),
        ("audience export", "還沒綁定", 0),
        ("broadcast list", "", 0),
        ("broadcast calendar", "", 0),
        ("broadcast check", "邀請綁定", 0),
        ("broadcast test", "邀請綁定", 0),
        ("broadcast pause", "邀請綁定", 0),
        ("broadcast resume", "邀請綁定", 0),
        ("broadcast send", "邀請綁定", 0),
        ("broadcast status", "邀請綁定", 0),
        ("broadcast report", "邀請綁定", 0),
        ("broadcast agree", "邀請綁定", 1),
        ("broadcast cancel", "喚醒沉睡VIP", 0),
        ("richmenu import", "--channel main", 0),
        ("richmenu plan", "", 0),
        ("richmenu sync", "", 0),
        ("richmenu relink", "", 0),
        ("richmenu counts", "", 0),
        ("richmenu list", "", 0),
        ("richmenu image", "", 0),
        ("journey list", "", 0),
        ("journey status", "", 0),
        ("journey figures", "welcome_series", 0),
        ("journey counts", "welcome_series", 0),
        ("journey report", "welcome_series", 1),
        ("journey close", "welcome_series --reason 暫停", 0),
        ("journey limits", "", 0),
        ("journey open", "welcome_series", 0),
        ("journey pause", "welcome_series --reason 暫停", 0),
        ("journey resume", "welcome_series", 0),
        ("richmenu pause", "none --reason 暫停", 1),
        ("richmenu resume", "none", 1),
        ("channel unlink", "outlet", 0),
        ("places", "", 0),
        ("coupon list", "", 0),
        ("coupon import", f"新朋友折100 {codes}", 1),
        ("coupon confirm", "新朋友折100 --yes", 1),
        ("coupon give", f"{friend} 新朋友折100", 0),
        ("coupon redeem", "AAAAA-BBBBB", 1),
        ("coupon undo", "AAAAA-BBBBB --reason 刷錯", 1),
        ("attribution report", "", 0),
        ("attribution cohorts", "", 0),
        ("stamp list", "", 0),
        ("stamp put", f"{friend} 集點", 1),
        ("stamp take", f"{friend} 集點", 1),
        ("appointment list", "", 0),
        ("appointment book", f"{friend} 剪髮 --start 2030-01-01T14:00", 1),
        ("appointment move", f"{friend} a1b2 --start 2030-01-01T15:00", 1),
        ("appointment cancel", f"{friend} a1b2", 1),
        ("links", "", 0),
        ("form list", "", 0),
        ("form answers", "none", 1),
        ("draw list", "", 0),
        ("draw winners", "每日抽獎", 0),
        ("referral list", "", 0),
        ("referral inviters", "好友一起來", 0),
        ("referral friends", f"{friend} 好友一起來", 0),
        ("sms status", "", 0),
        ("sms cap", "600 --today", 0),
        ("sms free", "0912345678", 0),
        ("shop link", "forest", 0),
        ("shop sync", "forest", 0),
        ("shop status", "forest", 0),
        ("shop fields", "forest", 0),
        ("shop unlink", "forest", 0),
        ("store clerks import", clerks, 0),
        ("store clerks add", "A03 小新 --store 信義店", 0),
        ("store clerks change", "A03 --phone 0912345678", 0),
        ("store clerks list", "", 0),
        ("store clerks codes", "", 0),
        ("store clerks counts", "", 0),
        ("store clerks hand-over", "A01 A02", 0),
        ("store clerks renew", "A01", 0),
        ("store clerks suspend", "A01", 0),
        ("deadletters list", "", 0),
        ("deadletters show", "none", 1),
        ("deadletters resend", "none", 1),
        ("deadletters drop", "none", 1),
        ("stop pushes", "", 0),
        ("stop status", "", 0),
        ("stop resume", "", 0),
        ("admin add", "mei --role supervisor", 0),
        ("admin list", "", 0),
        ("admin role", "mei --role agent", 0),
        ("admin reset", "mei", 0),
        ("token make", "warehouse --role agent", 0),
        ("token list", "", 0),
        ("token revoke", "warehouse", 0),
        ("admin unlock", "mei", 0),
        ("admin suspend", "mei", 0),
        ("contact stop", friend, 0),
        ("contact allow-marketing", friend, 0),
        ("contact unname", friend, 0),
        ("contact export", f"{friend} --into {files / 'hers'}", 0),
        ("export", f"--into {files / 'all'}", 0),
        ("contact erase", friend, 0),
        ("contact certificate", "AAAA-BBBB-CCCC", 1),
        ("privacy status", "", 0),
        ("today", "", 0),
        ("attention", "", 0),
        ("unanswered", "", 0),
        ("status", "", 0),
        ("binding status", "", 0),
        ("binding pause", "", 0),
        ("binding resume", "", 0),
        ("privacy confirm", "", 1),
        ("audit", "", 0),
        ("incident", "--from 2026-01-01", 0),
        ("keys new", "", 0),
        ("keys list", "", 0),
        ("keys rotate", "", 0),
    ]


@pytest.fixture
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The files stay as they are meanwhile, and reading them is most of what commands do."""
    known = dict[object, Loaded]()

    def once(folder: Path, environment: Mapping[str, str], **how: Any) -> Loaded:
        read = (folder, frozenset(environment.items()), frozenset(how.items()))
        if read not in known:
            known[read] = load(folder, environment, **how)
        return known[read]

    for module in (database_settings, menu_import, publish, richmenu):
        monkeypatch.setattr(module, "load", once)


@pytest.mark.usefixtures("read_once")
async def test_every_command_works_beside_a_running_simulator(data: Path, tmp_path: Path) -> None:
    """A1, L4: nothing is set, as in the READMEs, and no command says that something has to be."""
    shop = {"OAFLOW_DATA": str(data)}
    async with serving(str(ROOT), "--simulator", **shop) as served, ClientSession() as http:
        api = f"{served.address}/simulator/api"

        async def does(path: str, body: object) -> dict[str, str]:
            async with http.post(f"{api}/{path}", json=body) as answer:
                assert answer.status == 200, await answer.text()
                return dict(await answer.json())

        friends = [
            (await does("friends", {"channel": "main", "name": name}))["id"] for name in ("小美", "大明")
        ]
        for friend in friends:
            await does(f"friends/{friend}/follow", {})
        png = (ROOT / "cards" / "menu_guest.png").read_bytes()
        async with http.post(
            f"{api}/friends/{friends[0]}/pictures", data=png, headers={"Content-Type": "image/png"}
        ) as sent:
            picture = (await sent.json())["message"]
        await does(f"friends/{friends[0]}/say", {"text": "找客服"})
        await does("clock", {"by": "0s"})  # everything so far is decided
        lines = _lines(friends[0], friends[1], picture, tmp_path)
        assert {name for name, _, _ in lines} | ELSEWHERE.keys() == _leaves()
        wrong: list[str] = []
        for name, words, code in lines:
            end = await ended(*name.split(), *words.split(), *_yes(name), **shop)
            said = end.out + end.err
            lacking = [one for one in SET_UP if one in end.err]
            if name in NEEDS_ACCOUNT:
                assert (end.code, NEEDS_ACCOUNT[name] in end.err) == (code, True), said
            elif end.code != code or lacking:
                wrong.append(f"oaflow {name} {words}\n-> {end.code} {lacking}\n{said[-600:]}")
        assert not wrong, "\n".join(wrong)


def _yes(name: str) -> list[str]:
    """A command that asks before it does something is answered."""
    return ["--yes"] if "--yes" in commands()[name]._option_string_actions else []


TYPING_MISTAKE = "rules:\n  - when: {txet: 嗨}\n    reply: 哈囉\n"


async def test_a_typing_mistake_in_the_folder_stops_no_command(shop: Path) -> None:
    """L4: the simulator goes on with what it took over last, and commands beside it do, too."""
    async with serving(str(shop), "--simulator") as served, ClientSession() as http:
        api = f"{served.address}/simulator/api"
        async with http.post(f"{api}/friends", json={"channel": "main", "name": "小美"}) as made:
            friend = (await made.json())["id"]
        async with http.post(f"{api}/friends/{friend}/follow", json={}) as followed:
            assert followed.status == 200
        async with http.post(f"{api}/clock", json={"by": "0s"}):
            pass
        with (shop / "bot.yaml").open("a", encoding="utf-8") as file:
            file.write(TYPING_MISTAKE)
        for words, code in (
            (("check",), 1),
            (("contact", "find", friend), 0),
            (("contact", "show", friend), 0),
            (("contact", "stop", friend), 0),
            (("stop", "pushes"), 0),
            (("stop", "status"), 0),
            (("stop", "resume"), 0),
            (("sms", "status"), 0),
            (("status",), 0),
            (("doctor",), 1),
            (("channel", "status"), 0),
        ):
            name, *more = words
            end = await ended(*words[:2] if more else (name,), str(shop), *words[2:])
            assert end.code == code, (words, end)
            if name in ("contact", "stop", "sms", "status"):
                assert "what the simulator still plays" in end.err, (words, end)
        told = await ended("doctor", str(shop), "--json")
        assert '"playbook"' in told.out
