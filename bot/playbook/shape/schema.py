"""The whole language as one JSON Schema, put together from the tables of this room.

A union's key decides its kind: one flat object per place with the kinds as its properties, so a mistake is
reported where it is and never as "matches none of these". Our own keywords are explained in `words.py`.
"""

from __future__ import annotations

from bot.connectors.shops.platforms import USUAL_PLATFORM
from bot.model.admin import ROLES
from bot.playbook.shape import (
    actions,
    conditions,
    connections,
    flows,
    messages,
    people,
    triggers,
    words,
)
from bot.playbook.shape.formats import LOOSE, STRICT
from bot.playbook.shape.promotions import WORDS_PARTS
from bot.playbook.shape.sections import names_in
from bot.playbook.shape.vocabulary import Vocabulary
from bot.playbook.shape.words import Schema, Word, list_of, names_to, one_of, record, ref, some, text

ACTIONS = tuple(actions.ACTIONS)
"""The keys of the actions."""

DEFINITIONS: dict[str, Schema] = {
    **words.DEFINITIONS,
    **triggers.DEFINITIONS,
    **conditions.DEFINITIONS,
    **actions.DEFINITIONS,
    **messages.DEFINITIONS,
    **flows.DEFINITIONS,
    **triggers.GOAL_DEFINITIONS,
    **people.DEFINITIONS,
    **WORDS_PARTS.table(lambda part: part.definitions),
    **connections.DEFINITIONS,
}

_NEW = "new name"
_OWN = "new own name"


def _named(definition: str, format_: str, expected: str, *, least: int = 0) -> Schema:
    return names_to(ref(definition), format_, expected, least=least)


BOT_SECTIONS: dict[str, Word] = {
    "bot": Word(text("filled"), 1, "The shop's name as people see it. 店名", "店名"),
    "include": Word(
        list_of("path pattern", "a list of path patterns"),
        2,
        "Further files of the playbook. 其他檔案",
        "[shared/*.yaml]",
    ),
    "rule_order": Word(
        list_of("path pattern", "a list of files"),
        2,
        "Files whose rules come first. 規則檔案的先後",
        "[rules/first.yaml]",
    ),
    "private_hosts": Word(
        list_of("private host", "a list of hosts"),
        3,
        "Hosts of one's own network that hooks may call. 可呼叫的內部主機",
        "[crm.internal]",
    ),
    "second_factor": Word(
        some("role of staff", "a role, or a list of roles"),
        3,
        "Roles that have to set up the second step of signing in at /admin; none: nobody has to."
        " 登入後台一定要兩步驟的角色",
        "[admin, supervisor]",
    ),
    "publish": Word(
        record(
            "approval, or from",
            {
                "approval": Word(
                    words.SWITCH, 3, "A second person publishes what one has written. 發布要兩個人", "true"
                ),
                "from": Word(one_of("folder"), 3, "Published by the command alone. 只從資料夾發布", "folder"),
            },
            minProperties=1,
        ),
        3,
        "How drafts of the console are published. 後台的草稿怎麼發布",
        "{approval: true}",
    ),
}
"""Sections that stand in `bot.yaml` only."""

NAMED_SECTIONS: dict[str, Word] = {
    "channels": Word(
        _named("channel", _NEW, "channels, each with a name", least=1),
        1,
        "The official accounts. 官方帳號",
        "{main: {id: …, channel_id: …, channel_secret: …}}",
    ),
    "hours": Word(
        _named("hours", "new solid name", "hours, each with a name"),
        1,
        "Times of day, weekdays, dates. 時段",
        "{客服時間: 09:00-18:00}",
    ),
    "tags": Word(
        _named("tag", _OWN, "tags, each with a name"),
        1,
        "What is known of tags. 標籤",
        "{看過優惠: {expires: 30d}}",
    ),
    "attributes": Word(
        _named("attribute", _NEW, "attributes, each with a type"),
        1,
        "What is known of people, with its type. 屬性",
        "{birthday: date}",
    ),
    "cards": Word(
        _named("card", _NEW, "cards, each with a name"),
        1,
        "Messages with a name. 卡片",
        "{welcome: {text: 歡迎}}",
    ),
    "flows": Word(
        _named("flow", _NEW, "flows, each with a name"),
        1,
        "Questionnaires, journeys, bindings. 流程",
        "{quiz: {states: {…: {end: true}}}}",
    ),
    "audiences": Word(
        _named("audience", _OWN, "audiences, each with a name"),
        1,
        "Conditions and lists with a name. 分眾",
        "{還沒綁定: {if: {not: {bound: phone}}}}",
    ),
    "broadcasts": Word(
        _named("broadcast", _OWN, "broadcasts, each with a name"),
        1,
        "What is sent to an audience. 群發",
        "{週年慶: {to: everyone, push: coupon}}",
    ),
    "forms": Word(
        _named("form", _NEW, "forms, each with a name"),
        2,
        "Pages with questions. 表單",
        "{data: {fields: [{ask: 您的生日, answer: date}], done: {reply: 謝謝}}}",
    ),
    **{kind.section: part.declared for kind, part in WORDS_PARTS.by_kind.items()},
    "links": Word(
        _named("link", _NEW, "links, each with a code"),
        2,
        "Our own short addresses. 連結",
        "{stand: {send: 優惠}}",
    ),
    "splits": Word(
        _named("split", _OWN, "splits, each with groups"),
        2,
        "Groups drawn by lot. 隨機分組",
        "{test: {A: 50, B: 50}}",
    ),
    "shops": Word(
        _named("shop", _NEW, "shops, each with a name"),
        2,
        "The shop's platform. 商店",
        f'{{forest: {{platform: {USUAL_PLATFORM}, username: "${{SHOP_USER}}", secret: "${{SHOP_SECRET}}"}}}}',
    ),
    "sms": Word(
        _named("sms", _NEW, "ways to send SMS, each with a name"),
        2,
        "What sends codes. 簡訊",
        "{console: {provider: console}}",
    ),
    "stores": Word(
        _named("store", _OWN, "stores, each with a title"),
        3,
        "Stores with clerks. 門市",
        "{xinyi: {title: 信義店}}",
    ),
    "store_groups": Word(
        _named("store group", _OWN, "groups of stores"),
        3,
        "Groups of stores. 分區",
        "{北區: {title: 北部門市}}",
    ),
    "hooks": Word(
        _named("hook", _NEW, "hooks, each with a url"),
        3,
        "Systems that are called. 外部系統",
        "{crm: {url: '${CRM_URL}'}}",
    ),
    "signals": Word(
        _named("signal", _NEW, "signals, each with its fields"),
        3,
        "Events of one's own. 訊號",
        "{parcel_arrived: {order_no: text}}",
    ),
}
"""Sections of names; in several files, their names are joined."""

LISTED_SECTIONS: dict[str, Word] = {
    "rules": Word(
        {**list_of("rule", 'a list of rules, each beginning with "- "')},
        1,
        "What the bot does; the first rule that hears a message takes it. 規則",
        "[{when: follow, reply: 歡迎}]",
    ),
    "rich_menus": Word(
        list_of("rich menu", 'a list of rich menus, each beginning with "- "'),
        1,
        "The first one that holds is shown. 圖文選單",
        "[{menu: 訪客, image: cards/a.png, grid: [優惠], areas: {優惠: {send: 優惠}}}]",
    ),
    "alerts": Word(
        list_of("alert", "a list of alerts"),
        2,
        "Who is told of troubles. 警示",
        '[{to: mail, who: ops@forest.example, when: [quota], through: "${SMTP_URL}"}]',
    ),
    "testers": Word(list_of("text", "a list of names"), 2, "May get test sends. 測試人員", '["@amy"]'),
}
"""Sections that are lists; in several files, they are put one behind the other."""

SINGLE_SECTIONS: dict[str, Word] = {
    "timezone": Word(text("timezone", "a time zone"), 1, "Of all times. 時區", "Asia/Taipei"),
    "language": Word(words.FILLED, 1, "Of built-in texts. 語言", "zh-TW"),
    "database": Word(
        text("database", 'a text: "embedded" or an address'),
        1,
        "embedded, or the address of a MongoDB. 資料庫",
        "embedded",
    ),
    "privacy": Word(
        ref("privacy"),
        2,
        "The privacy notice. 隱私權告知",
        f"{{{', '.join(f'{key}: …' for key in connections.PRIVACY)}}}",
    ),
    "consent_from": Word(
        one_of("shop", "here", "strictest"), 2, "Who decides about marketing. 行銷同意以誰為準", "strictest"
    ),
    "conversation_ends_after": Word(
        words.FIXED, 2, "Silence that ends a conversation. 多久沒往來算新對話", "24h"
    ),
    "limits": Word(
        ref("limits"), 2, "Over all journeys and broadcasts. 上限", "{pushes_per_person: 3 per 7d}"
    ),
    "utm": Word(
        ref("utm"), 2, "Parameters on addresses of the shop. 網址參數", "{hosts: www.forest.example}"
    ),
    "member_card": Word(ref("member card"), 2, "The member card. 會員卡", "{fields: [{show: contact.name}]}"),
    "keys": Word(
        words.FILLED, 3, "The keys of personal data in the database. 個資金鑰", "${OAFLOW_KEYS:-generated}"
    ),
    "api_token": Word(
        words.TEXT, 3, "For events from outside; empty means closed. 事件權杖", "${EVENTS_TOKEN:-}"
    ),
}
"""Sections that stand once in a playbook."""

SECTIONS: dict[str, Word] = {**BOT_SECTIONS, **SINGLE_SECTIONS, **NAMED_SECTIONS, **LISTED_SECTIONS}
FILE_CHANNEL = Word(
    {**names_in("channels"), "expected": "a channel, or a list of channels"},
    2,
    "All rules, menus, journeys and broadcasts of this file are for it. 這個檔案屬於哪個官方帳號",
    "outlet",
)

DEFINITIONS["path pattern"] = text("file", "a path")
DEFINITIONS["role of staff"] = one_of(*ROLES, "none")
DEFINITIONS["private host"] = text("private host", "a host")

FILE: Schema = {
    "title": "playbook",
    "description": "A bot for LINE, as oaflow reads it.",
    **record('sections such as "bot", "channels" and "rules"', {**SECTIONS, "channel": FILE_CHANNEL}),
}
"""One file of a playbook; what the whole must have is looked at when the files are joined."""


PLAYBOOK = Vocabulary(FILE, DEFINITIONS, STRICT, LOOSE, SECTIONS)
KEYS = PLAYBOOK.keys
"""Every key of the language."""
