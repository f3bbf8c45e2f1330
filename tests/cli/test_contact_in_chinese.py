"""`oaflow contact` and `oaflow explain --event` speak Chinese as the other commands do. J1, L3"""

from __future__ import annotations

import re
from getpass import getuser as user
from pathlib import Path
from typing import get_args

import pytest

from bot.model.asked import ASKED
from bot.model.audit import AuditEntryKind, AuditKind
from bot.model.instance import HeldBy
from bot.model.outgoing import OutgoingKind
from bot.operations.call_outcomes import KINDS, REASONS, outcome_words
from bot.operations.contact_words import DONE, HELD
from tests.catalogue import ENGLISH_WORDS, ours
from tests.cli.commands import Run, Said
from tests.cli.people import AMY, LINE_ID, LOST
from tests.depth import one_of

WHO = "請寫手機、會員編號、LINE 使用者 ID，或「帳號:使用者 ID」（例如 main:U0123…）"


def in_chinese(run: Run, *words: str, code: int = 0) -> Said:
    """What a command says that is told to speak Chinese."""
    return run(*words, "--language", "zh-TW", code=code)


def test_all_that_is_known(people: Path, run: Run) -> None:
    told = in_chinese(run, "contact", "show", "M1001").out
    assert told == (
        f"main:{LINE_ID}\n"
        "  姓名        王小美\n"
        "  語言        zh-TW\n"
        f"  LINE        main  {LINE_ID}  好友，從 2026-11-20 12:00 起  最近互動 2026-11-20 12:03\n"
        "              outlet  U9  不是好友  從未互動\n"
        "  手機        09••••••78\n"
        "  電子郵件    a•••@forest.example\n"
        "  會員編號    M1001\n"
        "  綁定        手機  2026-11-20 12:00  phone_binding  標籤：已綁定\n"
        "  第一次綁定  2026-11-20 12:00\n"
        "  標籤        已綁定  2026-11-20 12:00  由以前的規則（flows.phone_binding.states.first_time）  "
        "共 3 次，最近 2026-11-21 12:00\n"
        "  屬性        points（點數）：1200  2026-11-20 12:00\n"
        "              allergy：••••  2026-11-20 12:00\n"
        "  行銷訊息    不要  本人在這裡說：願意收到  商店的會員資料：不要\n"
        "  隱私權同意  2026-08  2026-11-20 12:00  main，在網頁上\n"
        "  第一次來自  連結 poster  2026-11-20 12:00\n"
        "  最近來自    連結 stand  2026-11-20 12:02\n"
        "  流程        main  survey：問膚質  從 2026-11-20 12:00 起，暫緩：勿擾時段，到 2026-11-21 09:00\n"
        "  最近發生    2026-11-20 12:01  記了一筆  ••••\n"
        "              2026-11-20 12:00  加入好友  符合規則\n"
        "              2026-11-20 11:59  驗證碼正確  回覆 1 則\n"
        "                                → 回覆：已送出，2026-11-20 12:00:01\n"
        "                                → 推播：沒有送出，2026-11-20 12:00:02："
        "本月訊息則數用完了（quota）：no more  "
        "（X-Line-Request-Id request-2）\n"
        "              2026-11-20 11:58  流程結束  流程「survey」；在「結束」；2026-11-19 12:00 開始\n"
    )
    assert not ENGLISH_WORDS.search(ours(told))


def test_it_follows_the_environment(people: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    monkeypatch.setenv("LC_ALL", "zh_TW.UTF-8")
    assert run("contact", "find", "M1001").out == (
        f"main:{LINE_ID}  王小美  09••••••78  會員 M1001  已綁定：手機  main、outlet\n"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    one_of(
        2,
        [
            (["show", "U404"], f"找不到「U404」；{WHO}"),
            (["show", LINE_ID, "--channel", "outlet"], f"在 outlet 找不到「{LINE_ID}」；{WHO}"),
            (["show", "王小美"], f"找不到這個人；{WHO}"),
            (["show", "M1001", "--channel", "mian"], "沒有叫做「mian」的官方帳號；有一個很像的：「main」"),
            (
                ["show", "0912345678"],
                f"09••••••78 有 2 個聯絡人：main:{LINE_ID}、outlet:U2；請寫其中一個，或加上  --channel NAME",
            ),
            (["tag", "M1001", "VPI"], "沒有叫做「VPI」的標籤；有一個很像的：「VIP」"),
            (
                ["tag", "M1001", "團購主"],
                "沒有叫做「團購主」的標籤；請先寫進劇本：  tags: {團購主: {added_by: staff}}",
            ),
            (["set", "M1001", "skn", "油性"], "沒有叫做「skn」的屬性；有一個很像的：「skin」"),
            (["set", "M1001", "points", "很多"], "「points」要填數字（例如 1500），不能填「很多」"),
            (["set", "M1001", "skin", "乾"], "「skin」不能是「乾」，可以寫的有 乾性、油性"),
            (["unbind", "M1001", "--binding", "shop"], f"「main:{LINE_ID}」沒有「shop」這種綁定"),
            (["undo-merge", "outlet:U2"], "「outlet:U2」沒有可以復原的合併，也沒有移過手機"),
            (["merge", "main:U2", "outlet:U2"], "沒有確認就不會動作：請加上  --yes"),
            (
                ["merge", "main:U2", "main:U5", "--yes"],
                "「main:U2」和「main:U5」是官方帳號「main」上的兩個 LINE 帳號，不能合成一個",
            ),
        ],
    ),
)
def test_what_is_refused(words: list[str], said: str, people: Path, run: Run) -> None:
    out, err = in_chinese(run, "contact", *words, code=1)
    assert (out, err.endswith(f"oaflow: {said}\n")) == ("", True)  # above it is what is asked


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["tag", "M1001", "VIP"], "已記下：{amy} 貼上標籤 VIP，等 oaflow 執行時生效"),
        (["untag", "M1001", "已綁定"], "已記下：{amy} 拿掉標籤 已綁定，等 oaflow 執行時生效"),
        (["set", "M1001", "points", "1500"], "已記下：{amy} 的 points 改成 1500，等 oaflow 執行時生效"),
        (["set", "M1001", "allergy", "蝦"], "已記下：{amy} 改好 allergy，等 oaflow 執行時生效"),
        (["clear", "M1001", "skin"], "已記下：{amy} 清掉 skin，等 oaflow 執行時生效"),
        (
            ["unbind", "M1001"],
            "已記下：{amy} 解除手機綁定，等 oaflow 執行時生效\n綁定時貼的標籤會一起拿掉",
        ),
        (
            ["merge", "outlet:U2", "main:U2", "--yes"],
            "已合併：main:U2 現在是 outlet:U2 的一部分\n要復原：oaflow contact undo-merge outlet:U2",
        ),
    ],
)
def test_what_was_done(words: list[str], said: str, people: Path, run: Run) -> None:
    assert in_chinese(run, "contact", *words).out == f"{said.format(amy=AMY.id)}\n"


def test_what_was_done_is_on_record(people: Path, run: Run) -> None:
    run("contact", "merge", "outlet:U2", "main:U2", "--yes")
    run("contact", "undo-merge", "main:U2")
    run("contact", "unbind", "M1001", "--keep-tags")
    told = in_chinese(run, "contact", "show", "main:U2").out
    assert "  操作紀錄    " in told
    assert f"  合併  outlet:U2  由 {user()}（終端機）" in told
    assert "  已復原\n" in told
    told = in_chinese(run, "contact", "show", "M1001").out
    assert "  待處理      1 件事，等 oaflow 執行時處理\n" in told
    assert f"  解除綁定  手機、標籤保留  由 {user()}（終端機）" in told


def test_every_kind_of_call_and_of_audit_line_has_its_word() -> None:
    assert set(KINDS) == {*get_args(OutgoingKind)}
    assert set(DONE) == {*get_args(AuditKind)} - {*get_args(AuditEntryKind)}, (
        "a deed is done to no one contact"
    )
    assert set(HELD) == {*get_args(HeldBy)}


def test_a_stored_event(people: Path, run: Run) -> None:
    out, err = in_chinese(run, "explain", "--event", LOST.name, code=2)
    assert out == (
        "    事件  main:e5\n"
        f"  聯絡人  main:{LINE_ID}\n"
        "    時間  2026-11-20 11:59:00\n"
        "    內容  code: right\n"
        "\n"
        "後來：\n"
        "  回覆：已送出，2026-11-20 12:00:01  （X-Line-Request-Id request-1；訊息 461）\n"
        "  推播：沒有送出，2026-11-20 12:00:02：本月訊息則數用完了（quota）：no more  "
        "（X-Line-Request-Id request-2）\n"
    )
    assert err == "oaflow: 處理過程只留 7 天；main:e5 只知道是 code: right\n"
    said = in_chinese(run, "explain", "--event", "01NIX", code=2)
    assert said.err == ("oaflow: 沒有存過「01NIX」這個事件；編號在 LINE 送來的 webhook 裡\n")


def test_all_that_may_come_of_a_call_has_its_words() -> None:
    """No row of the timeline ends in a word of oaflow's own."""
    for asked in ASKED.values():
        assert not any(isinstance(outcome_words(outcome, asked.answer), str) for outcome in asked.outcomes)
    documented = Path(__file__).parents[2] / "docs" / "operations" / "troubles.md"
    table = documented.read_text("utf-8").partition("| reason | meaning | do |")[2].partition("\n\n")[0]
    named = {
        name
        for line in table.splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`([a-z-]+)`", line.split("|")[1])
    }
    assert set(REASONS) == named
