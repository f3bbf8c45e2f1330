"""Menus, broadcasts, channels, shops and the other nouns (language, sections 9 and 10)."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time

import pytest

from bot.engine.actions.tags import AddTags
from bot.engine.compiled.broadcast import WHOLE as EVERYBODY
from bot.engine.compiled.broadcast import Rhythm
from bot.engine.compiled.goal import Goal
from bot.engine.compiled.member_card import MemberCardField
from bot.engine.compiled.outside import Link
from bot.engine.compiled.playbook import AttributeInfo, ChannelRules, Playbook, Rate, Store, TagInfo
from bot.engine.compiled.rule import FieldTest, OnNews
from bot.engine.conditions.around import OnChannel
from bot.engine.conditions.comparisons import Order
from bot.engine.conditions.condition import All
from bot.engine.conditions.people import SEEDS
from bot.engine.conditions.values import HasTag
from bot.engine.texts.template import Placeholder, Template
from bot.engine.times.local_time import Duration
from bot.model.channel import Channel, Liff, PricePlan
from bot.model.settings import Alert, HookSettings, MappedField, Settings, ShopSettings, SmsSettings
from tests.playbooks import codes, compiled, loaded

WHOLE = """
bot: 森活選品
timezone: Europe/Berlin
language: zh-TW
conversation_ends_after: 12h
consent_from: shop
api_token: let-me-in
limits: {pushes_per_person: 3 per 7d, reserved_for_high: 1, sms_per_day: 500}
testers: ["@amy"]
channels:
  main:
    id: forest
    app_name: 森活
    channel_id: "1234"
    channel_secret: opaque
    staff: line_chat
    staff_silence: 6h
    mark_read: true
    groups: silent
    shop: forest
    sms: own
    liff: {login_channel_id: "99", liff_id: 99-abc, home: quiz, certified_provider: true}
    plan: {monthly_fee: 1200, included: 6000, extra: 0.2}
    paused: [quiz]
tags: {看過: {expires: 30d, category: 興趣, moved_from: 看}, 已綁定: {}}
attributes: {tier: text, note: {type: text, title: 備註, moved_from: memo}, points: number, last: text}
shops:
  forest:
    platform: cyberbiz
    access: api_secret
    username: shop
    secret: hush-shop
    channel: main
    attributes: {tier: vip.level, note: {from: note, write: true}}
    tags: {VIP: is_vip}
    consent: accepts_marketing
sms:
  own:
    provider: mitake
    username: u
    password: hush-sms
    text: 驗證碼 {{ sms.code }}
    price: 0.85
    warn_below: 200
hooks:
  erp:
    url: https://erp.example/in
    secret: hush-hook
    timeout: 5s
    tries: 2
    headers: {X-A: b}
    returns: {eta: date}
    save: {last: state}
alerts: [{to: mail, who: ops@forest.example, when: [quota], through: "smtp://mail.example"}]
links: {stand: {title: 立牌, send: 查, add_tags: [看過]}}
signals: {parcel: {order_no: text}}
stores: {xinyi: {title: 信義店, group: 北區}}
store_groups: {北區: {title: 北部門市}}
member_card:
  colour: "#2f6b4f"
  barcode: code128
  fields: [{show: contact.name}, {show: attribute.points, title: 點數}]
  unbound: quiz
flows:
  quiz:
    page: true
    states: {問: {ask: 好嗎, answer: [好], give_up_after: {1m: 完}, next: 完}, 完: {end: true}}
rules:
  - {when: {text: 查}, do: [{call: erp}, {add_tags: [已綁定]}]}
  - {when: {text: 是}, if: {tag: [看過, VIP]}, reply: 好}
  - {when: {signal: parcel}, push: 到了}
"""


@pytest.fixture(scope="module")
def playbook() -> Playbook:
    return compiled(WHOLE)


@pytest.fixture(scope="module")
def settings() -> Settings:
    return loaded(WHOLE).settings


def test_what_decisions_know_of_a_channel(playbook: Playbook) -> None:
    paused = playbook.channels["main"].paused
    assert {flow: place.path for flow, place in paused.items()} == {"quiz": "channels.main.paused[0]"}
    assert playbook.channels["main"] == ChannelRules(
        name="main",
        title="森活",
        groups="silent",
        staff="line_chat",
        staff_silence=Duration(seconds=6 * 3600),
        liff_id="99-abc",
        home="quiz",
        has_sms=True,
        sms="own",
        shop="forest",
        paused=paused,
    )


def test_what_opens_a_channel(settings: Settings) -> None:
    assert settings.channels["main"] == Channel(
        "main",
        "@forest",
        "1234",
        "opaque",
        app_name="森活",
        groups="silent",
        liff=Liff("99", "99-abc", certified_provider=True),
        plan=PricePlan(1200, 6000, 0.2),
        shop="forest",
        sms="own",
        mark_read=True,
    )


def test_what_the_bot_is_connected_to(settings: Settings) -> None:
    assert settings.shops["forest"] == ShopSettings(
        "forest",
        "cyberbiz",
        "api_secret",
        {"username": "shop", "secret": "hush-shop"},
        channel="main",
        attributes={"tier": MappedField("vip.level"), "note": MappedField("note", write=True)},
        tags={"VIP": "is_vip"},
        consent="accepts_marketing",
    )
    assert settings.sms["own"] == SmsSettings(
        "own", "mitake", {"username": "u", "password": "hush-sms"}, 0.85, 200
    )
    assert settings.hooks["erp"] == HookSettings(
        "erp", "https://erp.example/in", "hush-hook", {"X-A": "b"}, 5.0, 2
    )
    assert settings.alerts == (Alert("mail", "ops@forest.example", ("quota",), "smtp://mail.example"),)
    assert settings.api_token == "let-me-in"


def test_no_secret_is_shown(settings: Settings) -> None:
    shown = repr(settings)
    for secret in ("opaque", "hush", "let-me-in", "smtp", "erp.example"):
        assert secret not in shown


def test_what_is_known_of_people(playbook: Playbook) -> None:
    assert playbook.attributes["tier"] == AttributeInfo(
        "tier", "text", "t.tier", title="tier", shop="forest", writable=False
    )
    note = playbook.attributes["note"]
    assert (note.title, note.shop, note.writable, note.moved_from) == ("備註", "forest", True, "memo")
    assert playbook.tags["看過"] == TagInfo("看過", Duration(30), "興趣", "看")
    assert playbook.tags["VIP"] == TagInfo("VIP")
    assert playbook.shop_tags == {"VIP"}


def test_the_other_nouns(playbook: Playbook) -> None:
    assert str(playbook.zone) == "Europe/Berlin"
    assert playbook.pushes_per_person == playbook.push_limit("high") == Rate(3, Duration(7))
    assert playbook.push_limit("normal") == Rate(2, Duration(7))
    assert (playbook.sms_per_day, playbook.consent_from, playbook.testers) == (500, "shop", ("@amy",))
    assert playbook.conversation_ends_after == Duration(seconds=12 * 3600)
    assert playbook.links["stand"] == Link("stand", "立牌", "查", None, ("看過",))
    assert playbook.stores["xinyi"] == Store("xinyi", "信義店", "北區")
    assert playbook.store_groups == {"北區": "北部門市"}
    assert playbook.signals == {"parcel": {"order_no": "text"}}
    assert playbook.hooks["erp"].save == {"last": ("t.last", "text", "state")}
    assert playbook.sms_texts["own"] == Template(("驗證碼 ", Placeholder("sms", "code")))
    assert playbook.member_card is not None
    assert playbook.member_card.unbound == "quiz"
    assert playbook.member_card.fields == (
        MemberCardField("姓名", Placeholder("contact", "name", "")),
        MemberCardField("點數", Placeholder("attribute", "points", "", "number", "number", "n.points")),
    )


MENUS = """
channels:
  main: {id: a, channel_id: "1", channel_secret: x}
  other: {id: b, channel_id: "2", channel_secret: x}
rich_menus:
  - menu: 週年慶
    from: 2026-11-01 00:00
    until: 2026-11-12 00:00
    if: {channel: main}
    open: true
    image: cards/menu.png
    chat_bar: 週年慶
    grid: [大 大, 左 右]
    areas:
      大: {label: 看看, open: "https://forest.example"}
      左: {send: 查}
      右: {add_tags: [看過]}
  - menu: 會員
    chat_bar: 專區
    paused: true
    tabs:
      選購: {image: cards/menu.png, grid: [服務], areas: {服務: {tab: 服務}}}
      服務: {image: cards/menu.png, areas: {返回: {tab: 選購, box: [0, 0, 100, 200]}}}
broadcasts:
  邀請:
    to: {tag: 看過}
    channel: other
    push: 您好！不想收到請輸入「停止推播」
    at: 2027-03-01 12:00
    quiet_hours: 21:00-09:00
    add_tags: [邀過]
    status: draft
rules: [{when: {text: 查}, reply: 好}]
"""


def test_menus() -> None:
    playbook = compiled(MENUS)
    sale, member = playbook.menus
    assert isinstance(sale.condition, OnChannel)
    assert (sale.since, sale.open, sale.paused) == (datetime(2026, 10, 31, 16, tzinfo=UTC), True, False)
    (tab,) = sale.tabs.values()
    assert (tab.name, tab.chat_bar, tab.grid) == ("週年慶", "週年慶", (("大", "大"), ("左", "右")))
    assert [area.tap.key for area in tab.areas] == [
        "週年慶/週年慶/大",
        "週年慶/週年慶/左",
        "週年慶/週年慶/右",
    ]
    assert isinstance(playbook.taps["週年慶/週年慶/右"].do[0], AddTags)
    assert member.paused
    assert [(name, face.chat_bar) for name, face in member.tabs.items()] == [
        ("選購", "專區"),
        ("服務", "專區"),
    ]
    assert member.tabs["服務"].areas[0].box == (0, 0, 100, 200)
    assert member.tabs["選購"].areas[0].tap.action["tab"] == "服務"


def test_broadcasts() -> None:
    sent = compiled(MENUS).broadcasts["邀請"]
    assert isinstance(sent.to, HasTag)
    assert (sent.channel, sent.list, sent.add_tags) == ("other", None, ("邀過",))
    assert sent.at == datetime(2027, 3, 1, 4, tzinfo=UTC)
    assert sent.status == "draft"


GROUPS = """
attributes: {skin: text}
splits: {雙11測試: {甲: 45, 乙: 45, 不發: 10}}
cards: {coupon_a: {text: 85 折！不想收到？輸入「停止推播」}}
broadcasts:
  雙11:
    title: 雙11 優惠
    to: everyone
    split: 雙11測試
    push: {不發: nothing, 乙: [買一送一。, 不想收到？輸入「停止推播」], 甲: coupon_a}
    every: week on mon-wed,sun at 10:00
    until: 2027-12-01 00:00
    if_quota_short: send_part
    goal: {shop: order_paid, at_least: 1000, within: 7d}
  月底: {to: everyone, push: coupon_a, every: month on 31 at 09:30}
flows:
  care:
    when: {tag_added: 老客}
    once_per: person
    goal: {form_sent: data, within: 1d}
    states: {一: {push: 不想收到？輸入「停止推播」, end: true}}
forms: {data: {fields: [{ask: 您好, answer: text, save: skin}], done: {add_tags: 老客}}}
"""


def test_a_broadcast_with_a_split_and_a_goal() -> None:
    """I7: each group has its messages, in the order of the split; who is in it is who the condition means."""
    playbook = compiled(GROUPS)
    sent = playbook.broadcasts["雙11"]
    assert [(group, len(cards)) for group, cards in sent.messages.items()] == [
        ("甲", 1),
        ("乙", 2),
        ("不發", 0),
    ]
    assert len(list(sent.cards)) == 3
    drawn = Counter(sent.group_of(seed) for seed in range(SEEDS))
    assert {group: round(100 * count / SEEDS) for group, count in drawn.items()} == {
        "甲": 45,
        "乙": 45,
        "不發": 10,
    }
    assert (sent.title, sent.split, sent.if_quota_short, sent.status) == (
        "雙11 優惠",
        "雙11測試",
        "send_part",
        "live",
    )
    assert sent.every == Rhythm("week on mon-wed,sun at 10:00", time(10), frozenset({0, 1, 2, 6}))
    amount = (FieldTest("amount", "number", (Order("at_least", 1000),)),)
    assert sent.goal == Goal(OnNews("shop", ("order_paid",), amount), Duration(days=7))
    plain = playbook.broadcasts["月底"]
    assert (list(plain.messages), plain.group_of(5), plain.split) == ([EVERYBODY], EVERYBODY, None)
    assert plain.every == Rhythm("month on 31 at 09:30", time(9, 30), day=31)
    assert playbook.flows["care"].goal == Goal(OnNews("form_sent", ("data",)), Duration(days=1))


def test_a_broadcast_names_its_channel_where_there_are_several() -> None:
    assert codes(MENUS.replace("    channel: other\n", "")) == ["missing-key"]


def test_the_order_of_files_and_their_channels() -> None:
    """§2: a file's channel goes in front of each of its conditions."""
    playbook = compiled(
        MENUS, rules__b="channel: other\nrules: [{when: {text: 查}, if: {tag: 看過}, reply: 這裡}]\n"
    )
    assert [len(rule.do) for rule in playbook.rules] == [1, 1]
    condition = playbook.rules[1].condition
    assert isinstance(condition, All)
    assert [type(part) for part in condition.parts] == [OnChannel, HasTag]


def test_a_field_whose_attribute_is_misspelt_is_not_told_to_keep_its_answer() -> None:
    """E1: the attribute is what is wrong, and that is said."""
    fields = (
        "forms: {data: {fields: [{ask: 您的生日, answer: date, save: birthdayy}], done: {reply: 謝謝}}}\n"
    )
    tap = "rules:\n  - {when: {text: 填寫}, reply: {text: 請, quick_replies: [{label: 填, page: data}]}}\n"
    found = codes(f"attributes: {{birthday: date}}\n{fields}{tap}")
    assert "unknown-attribute" in found
    assert "answer-not-kept" not in found
