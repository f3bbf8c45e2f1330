"""What the bot is connected to: accounts, shops, SMS, stores, hooks, signals, links, alerts (section 10)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import get_args

from bot.connectors.manifest import Manifest, keys_of, secret_keys
from bot.connectors.shops.platforms import ACCESSES, PLATFORMS, USUAL_PLATFORM
from bot.connectors.sms.providers import COMPANIES, PROVIDERS
from bot.model.alert import STAFF_REASONS, TROUBLE_REASONS, AlertWay
from bot.model.channel import GroupPolicy
from bot.playbook.shape.sections import name_in, names_in
from bot.playbook.shape.words import (
    FILLED,
    FIXED,
    NUMBER,
    ON,
    SWITCH,
    TEXT,
    TIME,
    WHOLE,
    Schema,
    Word,
    kinds,
    names_to,
    one_of,
    record,
    ref,
    short_or,
    some,
    text,
)

SECRET_LIKE = re.compile(r"(?i)secr|token|passw|api_?key|(?<![^\W_])keys?\b|金鑰|密鑰|權杖|密碼")
"""What the name of a secret looks like, also with a slip of the pen in it."""

ALERTS = (*STAFF_REASONS, *TROUBLE_REASONS)

_IN_ORDER = ("url", "username", "secret", "password", "account", "token", "webhook_secret")
"""How keys of connectors are listed; others come behind them."""


SECRET_KEYS = frozenset(
    (section, key)
    for section, connectors in (("shops", PLATFORMS), ("sms", PROVIDERS))
    for key in secret_keys(connectors.values())
)
"""Those of connectors that are secret whatever their names look like."""


def _of_connectors(connectors: Iterable[Manifest]) -> dict[str, Word]:
    """The keys by which they are given what they need."""
    words = keys_of(connectors)
    first = [key for key in _IN_ORDER if key in words]
    return {
        key: Word(TEXT if words[key].may_be_empty else FILLED, 2, words[key].says, words[key].example)
        for key in dict.fromkeys((*first, *words))
    }


_LIFF = record(
    "login_channel_id and liff_id",
    {
        "login_channel_id": Word(
            text("channel id"),
            2,
            "Of the LINE Login channel. LINE Login 的 channel id",
            "${LINE_LOGIN_CHANNEL_ID}",
        ),
        "login_channel_secret": Word(
            text("token"),
            2,
            "Revokes LINE's permission when a member unbinds. LINE Login 的 channel secret",
            "${LINE_LOGIN_CHANNEL_SECRET:-}",
        ),
        "liff_id": Word(text("token"), 2, "Of the LIFF app. LIFF id", "${LIFF_ID}"),
        "certified_provider": Word(SWITCH, 2, "Whether the provider is certified. 是否為認證業者", "false"),
        "home": Word(
            name_in("pages"), 2, "The page that the bare LIFF address opens. 預設頁面", "phone_binding"
        ),
    },
    required=["login_channel_id", "liff_id"],
)
_PLAN = record(
    "monthly_fee, included and extra",
    {
        "monthly_fee": Word(NUMBER, 2, "NT$ a month. 月費", "1200"),
        "included": Word(WHOLE, 2, "Messages without extra cost. 免費則數", "6000"),
        "extra": Word(NUMBER, 2, "NT$ for each further message. 加購每則", "0.2"),
    },
    minProperties=1,
)

CHANNEL: dict[str, Word] = {
    "id": Word(text("account id"), 1, "The account's id; the @ may be left out. 官方帳號 ID", '"@forest"'),
    "app_name": Word(FILLED, 1, "Its name in LINE. 名稱", "森活選品"),
    "channel_id": Word(
        text("channel id"), 1, "From the LINE Developers Console. Channel ID", "${LINE_CHANNEL_ID}"
    ),
    "channel_secret": Word(
        FILLED, 1, "From the LINE Developers Console. Channel secret", "${LINE_CHANNEL_SECRET}"
    ),
    "access_token": Word(
        text("token"),
        1,
        "Without it, short-lived tokens are fetched. 長期權杖",
        "${LINE_CHANNEL_ACCESS_TOKEN}",
    ),
    "staff": Word(
        one_of("none", "line_chat", "console"), 2, "Where staff answer. 客服在哪裡回覆", "line_chat"
    ),
    "staff_silence": Word(
        FIXED, 2, "So long after the customer's last message the bot speaks again. 多久後機器人恢復", "12h"
    ),
    "reasons": Word(
        some("text", "a reason, or a list of reasons"),
        2,
        "Staff say one as they end a chat. 結束聊天的原因",
        "[已回答, 訂單問題, 客訴]",
    ),
    "answer_within": Word(
        FIXED, 2, "Staff answer who waits within this; alerts before. 多久內回覆客人", "10m"
    ),
    "answer_hours": Word(name_in("hours"), 2, "It counts in these hours. 只算哪些時間", "客服時間"),
    "mark_read": Word(
        SWITCH,
        2,
        "Whether LINE shows what customers wrote as read once staff open it in the console. 已讀",
        "true",
    ),
    "groups": Word(
        one_of(*get_args(GroupPolicy)),
        1,
        "Leaves groups that it is taken into, or stays there in silence. 群組",
        "leave",
    ),
    "shop": Word(name_in("shops"), 2, "The shop whose members it has. 商店", "forest"),
    "sms": Word(name_in("sms"), 2, "What sends its codes. 簡訊", COMPANIES[0]),
    "liff": Word(_LIFF, 2, "Its pages. 網頁", "{login_channel_id: …, liff_id: …}"),
    "plan": Word(
        _PLAN,
        2,
        "What messages cost, to show money beside them. 費率",
        "{monthly_fee: 1200, included: 6000, extra: 0.2}",
    ),
    "paused": Word(names_in("flows"), 2, "Flows that are paused here. 停用的流程", "[store_referral]"),
    "settings": Word(
        names_to(
            names_to({}, "own name", "settings, each with a value"), "name", "flows, each with settings"
        ),
        2,
        "Settings of flows, other than the flows' own. 這個帳號的設定",
        "{phone_binding: {match: none}}",
    ),
}

_SHOP: dict[str, Word] = {
    "platform": Word(one_of(*PLATFORMS), 2, "Which platform. 平台", USUAL_PLATFORM),
    "access": Word(one_of(*ACCESSES), 2, "How it is reached. 授權方式", ACCESSES[0]),
    **_of_connectors(PLATFORMS.values()),
    "file": Word(text("file", "a file"), 2, "For csv: the members. 會員名單", "members.csv"),
    "channel": Word(
        name_in("channels"), 2, "The account that the shop's LINE login uses. 商店 LINE 登入用的帳號", "main"
    ),
    "attributes": Word(
        names_to(ref("mapped field"), "name", "attributes, each with the shop's field", of="attributes"),
        2,
        "Our attribute: their field. 我們的屬性: 對方的欄位",
        "{tier: vip_info.level_name}",
    ),
    "tags": Word(
        names_to(TEXT, "own name", "tags, each with the shop's yes/no field", of="tags"),
        2,
        "Our tag: their yes/no field. 我們的標籤: 對方的欄位",
        "{VIP: is_vip}",
    ),
    "consent": Word(
        ref("mapped field"), 2, "Their yes/no field for marketing. 對方的行銷同意欄位", "accepts_marketing"
    ),
}
_SMS: dict[str, Word] = {
    "provider": Word(one_of(*PROVIDERS), 2, "Who sends. 簡訊商", COMPANIES[0]),
    **_of_connectors(PROVIDERS.values()),
    "text": Word(TEXT, 2, "With {{ sms.code }} once. 簡訊內容", "驗證碼 {{ sms.code }}"),
    "price": Word(NUMBER, 2, "NT$ each. 每則幾元", "0.85"),
    "warn_below": Word(WHOLE, 2, "Warns when fewer are left. 剩幾則時提醒", "200"),
}
_HOOK: dict[str, Word] = {
    "url": Word(FILLED, 3, "Where it is called. 網址", "${CRM_URL}"),
    "secret": Word(FILLED, 3, "Signs each call. 簽章密鑰", "${CRM_SECRET}"),
    "body": Word(
        names_to({}, "filled", "fields, each with a value"),
        3,
        "What is sent, as JSON. 內容",
        '{line: "{{ contact.line_id }}"}',
    ),
    "headers": Word(
        names_to(TEXT, "filled", "headers, each with a value"), 3, "Further headers. 標頭", "{X-Shop: forest}"
    ),
    "timeout": Word(FIXED, 3, "How long it may take. 逾時", "10s"),
    "tries": Word(WHOLE, 3, "How often it is tried. 次數", "3"),
    "returns": Word(
        names_to(ref("type"), "name", "fields of the answer, each with a type"),
        3,
        "Fields of the answer: event.x. 回應的欄位",
        "{status: text}",
    ),
    "save": Word(
        names_to(TEXT, "name", "attributes, each with a path in the answer", of="attributes"),
        3,
        "Our attribute: path in the answer. 存到屬性",
        "{last_order_status: status}",
    ),
}
_LINK: dict[str, Word] = {
    "title": Word(TEXT, 2, "What people call it. 標題", "門市立牌"),
    "send": Word(TEXT, 2, "Says this text. 替人說這句話", "優惠"),
    "open": Word(TEXT, 2, "Opens this address. 打開網址", "https://forest.example"),
    "add_tags": Word(names_in("tags"), 2, "Put on who opens it. 加標籤", "[來源_門市立牌]"),
}
_ALERT: dict[str, Word] = {
    "to": Word(one_of(*get_args(AlertWay)), 2, "How. 方式", "mail"),
    "who": Word(FILLED, 2, "Address, URL, or a tester. 通知誰", "ops@forest.example"),
    "when": Word(
        some("alert reason", "a reason, or a list of reasons"),
        2,
        "About what. 什麼事",
        "[handed_over, notified]",
    ),
    "digest": Word(TIME, 2, "Yesterday in numbers, each day at this time. 每日摘要，幾點", "09:00"),
    "waiting": Word(FIXED, 2, "Somebody has waited for staff for so long. 客人等客服等多久", "30m"),
    "during": Word(name_in("hours"), 2, "Waiting counts in these hours. 只算哪些時間", "客服時間"),
    "through": Word(FILLED, 2, "The mail server. 郵件伺服器", '"${SMTP_URL}"'),
    "secret": Word(text("token"), 2, "Signs the web hook. 簽章用的密鑰", '"${ALERT_SECRET}"'),
}
_KEEP: dict[str, Word] = {
    "conversations": Word(
        text("days kept", "a number of days, such as 180d, or none"),
        2,
        "What people and bot said. 對話紀錄",
        "180d",
    ),
    "timeline": Word(
        text("days of timeline", "a number of days"),
        2,
        "What happened to somebody. 經過",
        "180d",
    ),
    "traces": Word(
        text("days of traces", "a number of days"),
        2,
        "Why the bot answered as it did. 為什麼這樣回",
        "3d",
    ),
    "dead_letters": Word(
        text("days of dead letters", "a number of days"),
        2,
        "What was given up. 沒送成的",
        "90d",
    ),
    "people_who_left": Word(
        text("days after leaving", "a number of days"),
        2,
        "Who has blocked all accounts is erased so long after the last sign of them. 封鎖後多久刪除這個人",
        "365d",
    ),
}
_OF_NOTICE = Word(FILLED, 2, "Of the notice before a phone is asked for. 隱私權告知")
PRIVACY = (
    "controller",
    "purpose",
    "kinds",
    "period",
    "recipients",
    "rights_contact",
    "url",
    "terms",
    "version",
)
_STORE: dict[str, Word] = {
    "title": Word(FILLED, 3, "Its name. 名稱", "信義店"),
    "group": Word({**name_in("store_groups"), "expected": "a store group"}, 3, "Its group. 分區", "北區"),
}
_LIMITS: dict[str, Word] = {
    "pushes_per_person": Word(
        text("rate", "a rate such as 3 per 7d"),
        2,
        "Over all journeys and broadcasts. 每人推播上限",
        "3 per 7d",
    ),
    "reserved_for_high": Word(WHOLE, 2, "Of these, for what says priority: high. 保留給重要訊息的則數", "1"),
    "sms_per_day": Word(WHOLE, 2, "SMS of one day. 每天簡訊上限", "500"),
}

DEFINITIONS: dict[str, Schema] = {
    "channel": {
        **record("the settings of a channel", CHANNEL, required=["id", "channel_id", "channel_secret"]),
        "title": "channel",
    },
    "mapped field": short_or(
        FILLED,
        record(
            "",
            {
                "from": Word(FILLED, 2, "Their field. 對方的欄位", "bonus_points.total"),
                "write": Word(ON, 2, "We may write it, too. 可以寫回", "true"),
            },
            required=["from"],
        ),
        "a field of the shop, or {from: …, write: true}",
    ),
    "shop": record("a shop", _SHOP, required=["platform"], title="shop"),
    "sms": record("a way to send SMS", _SMS),
    "hook": record("a hook", _HOOK, required=["url"]),
    "signal": {**names_to(ref("type"), "name", "fields, each with a type"), "type": ["object", "null"]},
    "link": record(
        "a link: send or open",
        _LINK,
        **kinds("a link", ["send", "open"], {"add_tags": ["send", "open"], "title": ["send", "open"]}),
    ),
    "alert reason": one_of(*ALERTS),
    "alert": record("an alert: to, who, and when or digest", _ALERT, required=["to", "who"]),
    "store": record("a store", _STORE, required=["title"]),
    "store group": record("a group of stores", {"title": _STORE["title"]}),
    "split": names_to(
        text("percent", "a percentage"), "own name", "groups, each with its percentage", least=1
    ),
    "privacy": {
        **record(
            "the texts of the privacy notice, or keep",
            {
                **dict.fromkeys(PRIVACY, _OF_NOTICE),
                "keep": Word(
                    record("what is kept, each with a number of days", _KEEP, minProperties=1),
                    2,
                    "For how long it is kept. 保存多久",
                    "{conversations: 180d}",
                ),
            },
        ),
        "if": {"required": ["keep"], "maxProperties": 1},
        "else": {"required": list(PRIVACY)},
    },
    "limits": record("limits", _LIMITS, minProperties=1),
    "utm": record(
        "hosts, and perhaps source and medium",
        {
            "hosts": Word(
                some("private host", "a host, or a list"), 2, "The shop's. 哪些網站", "www.forest.example"
            ),
            "source": Word(FILLED, 2, "utm_source; else line. 來源", "line"),
            "medium": Word(FILLED, 2, "utm_medium; else oa. 媒介", "oa"),
        },
        required=["hosts"],
    ),
}
