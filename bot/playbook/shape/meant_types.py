"""Which type of value or answer somebody meant who wrote it in other words: `日期`, `數字`, `string`."""

from __future__ import annotations

from collections.abc import Collection

from bot.model.said import Said, say
from bot.playbook.similar import hint_or_some

_CALLED = {
    **dict.fromkeys(("文字", "字串", "string"), "text"),
    **dict.fromkeys(("數字", "整數", "金額", "integer", "int"), "number"),
    **dict.fromkeys(("日期", "生日"), "date"),
    "時間": "time",
    "日期時間": "date_time",
    **dict.fromkeys(("是否", "是非", "boolean", "bool"), "yes_no"),
    **dict.fromkeys(("手機", "電話", "手機號碼"), "phone"),
    **dict.fromkeys(("信箱", "電子郵件", "mail"), "email"),
    "驗證碼": "code",
    "照片": "image",
    "位置": "location",
}


def hint_for_type(word: str, known: Collection[str]) -> Said | None:
    """A hint that names the type that was meant, or the nearest of the known words, or some of them."""
    meant = _CALLED.get(word)
    return (
        say("write  {meant}", meant=meant)
        if meant is not None and meant in known
        else hint_or_some(word, known)
    )
