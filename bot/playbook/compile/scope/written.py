"""A placeholder as it is written, before anybody has looked up what it names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Written:
    """`{{ group.name as FORMAT or TEXT }}` taken apart; `written` is the whole of it as it stands.

    `name` is empty where there is no dot.
    """

    group: str
    name: str
    format: str | None
    default: str | None
    written: str


ELSEWHERE = {
    **dict.fromkeys(
        ("nickname", "name", "displayname", "display_name", "username", "user_name", "line_name"),
        "contact.name",
    ),
    **dict.fromkeys(
        (
            "姓名",
            "名字",
            "暱稱",
            "客人",
            "客人姓名",
            "顧客",
            "會員名稱",
            "顧客姓名",
            "會員姓名",
            "好友名稱",
            "用戶名稱",
        ),
        "contact.name",
    ),
    **dict.fromkeys(("phone", "mobile", "手機", "電話"), "contact.phone as masked or 未綁定"),
    **dict.fromkeys(("member_no", "會員編號", "會員號碼"), "contact.member_no or 未綁定"),
}
"""What other tools call what is filled in here."""
