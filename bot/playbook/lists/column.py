"""What stands in the column of a list: a phone, a LINE user id, a member number, or why it is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from unicodedata import category

from bot.engine.conditions.people import ListColumn
from bot.engine.texts.typed import phone
from bot.model.message import USER_ID
from bot.model.plain_text import cleaned
from bot.model.said import Said, say
from bot.playbook.csv_table import cell_text

Reader = Callable[[str], "str | Said"]
"""The entry that a cell means, or why it means none; nothing of the cell is in that."""

CALLED: Mapping[ListColumn, tuple[str, ...]] = {
    "phone": (
        "phone", "mobile", "mobile_phone", "phone_number", "mobile_number", "cellphone", "cell_phone", "tel",
        "telephone", "手機", "手機號碼", "行動電話", "會員手機", "顧客手機", "電話", "電話號碼", "聯絡電話",
    ),
    "line_id": (
        "line_id", "lineid", "line_user_id", "line_uid", "user_id", "userid", "uid", "line_使用者_id",
        "line使用者id", "使用者id",
    ),
    "member_no": (
        "member_no", "member_no.", "member_id", "memberid", "member_number", "customer_id", "會員編號",
        "會員號碼", "會員_id", "會員id", "會員代號", "顧客編號", "客戶編號",
    ),
}  # fmt: skip
"""What the column may be called above it, as `column_name` has it; the first of them that is there is it."""

LONGEST = 100
"""Characters of a member number."""
_BETWEEN = str.maketrans("", "", " \t\u00a0-‐‑‒–—−().")
_LANDLINE = re.compile(r"(?:(?:\+|00)?8860?|0)[2-8]\d{6,9}(?:#\d+)?", re.ASCII)
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?e\+?\d+", re.IGNORECASE)
_WHOLE = re.compile(r"(\+?\d+)\.0+", re.ASCII)
_FORMULA = tuple("=@")


def read_cell(column: ListColumn, cell: str) -> str | Said:
    """The entry in a cell, or why there is none."""
    plain = cell_text(cleaned(cell))
    if not plain:
        return say("nothing stands there")
    if plain.startswith(_FORMULA):
        return say("it is a formula")
    if _ROUNDED.fullmatch(plain):
        return say("the spreadsheet has rounded it (as 8.86E+11): give the column the format text")
    return _READ[column](plain)


def _phone(plain: str) -> str | Said:
    if (whole := _WHOLE.fullmatch(plain)) is not None:
        plain = whole[1]
    if (number := phone(plain)) is not None:
        return number
    if _LANDLINE.fullmatch(plain.translate(_BETWEEN)):
        return say("it is a landline: only mobile numbers are bound")
    return say("it is no mobile number")


def _line_id(plain: str) -> str | Said:
    lower = plain[:1] + plain[1:].lower()
    return lower if USER_ID.fullmatch(lower) else say("it is no LINE user id: U and 32 of 0-9 and a-f")


def _member_no(plain: str) -> str | Said:
    if (whole := _WHOLE.fullmatch(plain)) is not None:
        plain = whole[1]
    if len(plain) > LONGEST or any(category(sign) == "Cc" for sign in plain):
        return say("it is no member number")
    return plain


_READ: Mapping[ListColumn, Reader] = {"phone": _phone, "line_id": _line_id, "member_no": _member_no}
