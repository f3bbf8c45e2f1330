"""Which word was meant by another (`日期`, `隔天`, `yes`), and which values by one text (`地址、電話`)."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping

from bot.engine.flows.answers import ANSWERS
from bot.model.translatable import Translatable, tr
from bot.playbook.similar import hint_or_some, in_other_characters
from bot.playbook.syntax.nodes import Scalar

_CALLED: Mapping[str, tuple[str, ...]] = {
    **{word: (name,) for name, kind in ANSWERS.items() for word in kind.words},
    # triggers
    **dict.fromkeys(("加入好友", "加好友", "加入", "新好友", "add_friend", "friend"), ("follow",)),
    **dict.fromkeys(
        ("其他", "其他訊息", "沒有符合", "預設", "default", "else", "otherwise", "fallback"),
        ("anything_else",),
    ),
    **dict.fromkeys(("封鎖", "block", "blocked"), ("unfollow",)),
    "貼圖": ("sticker",),
    "影片": ("video",),
    **dict.fromkeys(("語音", "聲音", "voice"), ("audio",)),
    "檔案": ("file",),
    # switches
    **dict.fromkeys(("是", "要", "對", "開", "yes", "on", "True", "TRUE"), ("true",)),
    **dict.fromkeys(("否", "不要", "不是", "關", "no", "off", "False", "FALSE"), ("false",)),
    # what becomes of a journey
    **dict.fromkeys(("隔天", "隔天早上", "早上", "明天早上"), ("next_morning",)),
    **dict.fromkeys(("不發", "不發了", "跳過", "略過"), ("skip",)),
    **dict.fromkeys(("照發", "照樣發", "馬上", "立刻"), ("send",)),
    **dict.fromkeys(("離開", "退出"), ("exit",)),
    **dict.fromkeys(("上線", "執行中", "進行中", "active", "on"), ("live", "true")),
    **dict.fromkeys(("關閉", "close"), ("closed",)),
    **dict.fromkeys(("暫停", "pause"), ("paused",)),
    **dict.fromkeys(("停止", "stop"), ("stopped",)),
    **dict.fromkeys(("恢復", "同意"), ("allowed", "consent")),
    **dict.fromkeys(("草稿",), ("draft",)),
    **dict.fromkeys(("部分", "發一部分", "能發幾個算幾個", "part"), ("send_part",)),
    # what comes of a hook, whom alerts reach and why
    **dict.fromkeys(("成功", "success", "succeeded", "OK", "200"), ("ok",)),
    **dict.fromkeys(("失敗", "錯誤", "error", "fail", "failure"), ("failed",)),
    **dict.fromkeys(("email", "e-mail", "Email", "電子郵件", "信箱", "寄信"), ("email", "mail")),
    "LINE": ("line",),
    **dict.fromkeys(("hook", "api", "url", "網址"), ("webhook",)),
    **dict.fromkeys(("hand_over", "handover", "轉客服", "轉給客服", "找客服", "客服"), ("handed_over",)),
    **dict.fromkeys(("notify_staff", "notify", "通知", "通知客服"), ("notified",)),
    # people, shops, pages
    "會員卡": ("member_card",),
    **dict.fromkeys(("解除綁定", "解綁"), ("unbind",)),
    **dict.fromkeys(("第一次", "首次", "once"), ("first", "person")),
    **dict.fromkeys(("一次", "一生一次", "每人一次", "每個人一次", "一人一次", "只有一次"), ("person",)),
    **dict.fromkeys(("個人", "每人", "每個人", "per_person"), ("person",)),
    **dict.fromkeys(("對話", "每段對話", "每段對話一次", "每次對話"), ("conversation",)),
    **dict.fromkeys(
        ("每天", "每日", "今天", "當天", "today", "每天一次", "每日一次", "一天一次", "daily", "per_day"),
        ("day",),
    ),
    **dict.fromkeys(("每次", "不限", "every_time"), ("always",)),
    "再次": ("again",),
    **dict.fromkeys(("商店", "官網", "網店"), ("shop",)),
    **dict.fromkeys(("擴充服務市集", "市集", "App Store", "app", "oauth", "途徑二"), ("app_store",)),
    **dict.fromkeys(("API Secret", "API", "途徑一"), ("api_secret",)),
    **dict.fromkeys(("自己的系統", "自己的網站", "自架", "POS", "ERP", "own"), ("hook",)),
    **dict.fromkeys(("名單", "會員名單", "excel", "Excel"), ("csv",)),
    **dict.fromkeys(("新會員", "會員註冊", "註冊"), ("member_registered",)),
    **dict.fromkeys(("會員更新", "member_update"), ("member_updated",)),
    **dict.fromkeys(("升等", "會員升等", "等級", "會員 VIP 等級", "tier_change"), ("tier_changed",)),
    **dict.fromkeys(("取消訂單", "訂單取消"), ("order_cancelled",)),
    **dict.fromkeys(("退款", "退貨", "refund"), ("order_refunded",)),
    **dict.fromkeys(("店員", "專員"), ("clerk",)),
    **dict.fromkeys(("付款", "已付款", "paid"), ("order_paid",)),
    **dict.fromkeys(("下單", "訂單成立", "ordered"), ("order_placed",)),
    **dict.fromkeys(("這個月", "本月"), ("this",)),
    **dict.fromkeys(("下個月", "下月"), ("next",)),
    **dict.fromkeys(("複選", "可複選", "multiple"), ("several",)),
}
"""Everyday words for words of the language: the first of these that a place has is meant."""


def suggest_word(word: str, known: Collection[str]) -> str | None:
    """The known word that was meant by another."""
    called = _CALLED.get(word) or _CALLED.get(in_other_characters(word, _CALLED) or "", ())
    return next((meant for meant in called if meant in known), None)


def hint_for_word(word: str, known: Collection[str]) -> Translatable | None:
    """A hint that names the word that was meant, or the nearest of the known ones, or some of them."""
    meant = suggest_word(word, known)
    return tr("write  {meant}", meant=meant) if meant is not None else hint_or_some(word, known)


_BETWEEN = re.compile(
    r"\s*[、，；|｜]\s*|\s+(?:或|or)\s+|\s*(?<!\d)[,;]\s*|\s*[,;](?!\d)\s*|(?<=[\u4e00-\u9fff])[/／](?=[\u4e00-\u9fff])"
)
"""Separators of values in everyday writing; a comma between digits belongs to a number."""
_OF_ONE_TEXT = re.compile("[。？！?!…［］]")
"""Ends of sentences; and full-width brackets, which are reported where the file is read."""
_LONGEST = 10
"""Characters in one of the values: commas in longer pieces are those of a sentence."""
_ASKS_FOR_QUOTES = re.compile(r"[\[\]{}#:,&*!|>'\"%@`]")


def split_values(text: str) -> tuple[str, ...]:
    """The values in a text that looks like several; none where it looks like one."""
    if _OF_ONE_TEXT.search(text):
        return ()
    pieces = tuple(_BETWEEN.split(text.strip()))
    several = len(pieces) > 1 and all(0 < len(piece) <= _LONGEST for piece in pieces)
    return pieces if several else ()


def unquoted_values(node: Scalar) -> tuple[str, ...]:
    """The same of a value in the file: a text in quotes is meant as one."""
    return () if not node.plain or node.unset else split_values(node.value)


def listed(values: Iterable[str]) -> str:
    """The values as a list to paste."""
    return f"[{', '.join(map(pasted, values))}]"


def pasted(value: str) -> str:
    """One value to paste, in quotes where it asks for them."""
    return json.dumps(value, ensure_ascii=False) if _ASKS_FOR_QUOTES.search(value) else value
