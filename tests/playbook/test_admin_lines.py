"""K1: what decides where data and secrets go is found in a change, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.playbook.admin_lines import RESERVED, admin_lines
from bot.playbook.comparison import ComparedForm
from bot.playbook.personal_addresses import flex_files
from bot.playbook.read import read
from bot.playbook.shape.schema import SECTIONS

BEFORE = """\
bot: 森活選品
channels:
  main: {id: "@forest", channel_id: "1234567890", channel_secret: "${SECRET}", access_token: "${TOKEN}"}
hooks:
  crm: {url: "https://crm.forest.example", secret: "${CRM_SECRET}"}
private_hosts: [crm.internal]
privacy: {keep: {timeline: 180d}}
attributes: {birthday: {type: date, private: true}, skin: text, size: {type: text, private: false}}
alerts: [{to: mail, who: ops@forest.example, when: [handed_over]}]
testers: ["@amy", "${TESTER}"]
"""
FREE = {
    *("bot", "include", "rule_order", "hours", "tags", "attributes", "cards", "flows", "audiences"),
    *("broadcasts", "forms", "links", "splits", "stores", "store_groups", "signals", "rules", "rich_menus"),
    *("testers", "timezone", "language", "privacy", "consent_from", "conversation_ends_after", "limits"),
    *("member_card", "coupons", "stamp_cards", "draws", "referrals", "appointments", "utm"),
}
"""What supervisors publish: of `privacy` and `attributes` not all. A new section is put into one of both."""

FLEX = """\
{"type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": [{"type": "text", "text": "看",
 "action": {"type": "uri", "label": "看", "uri": "https:\\/\\/elsewhere.example/?p={{ contact.phone }}"}}]}}
"""
"""Slashes as JSON may write them."""


def form(folder: Path, text: str) -> ComparedForm:
    (folder / "cards").mkdir(exist_ok=True)
    (folder / "cards" / "a.json").write_text(FLEX, "utf-8")
    (folder / "bot.yaml").write_text(text, "utf-8")
    root = read(folder, {}, unset="warning").root
    return ComparedForm(root, {}, flex_files(root, folder))


def paths(folder: Path, text: str) -> list[str]:
    return [one.path for one in admin_lines(form(folder, BEFORE), form(folder, text))]


def test_every_section_is_decided_about() -> None:
    assert FREE | RESERVED.keys() == SECTIONS.keys()
    assert not FREE & RESERVED.keys()


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("https://crm.forest.example", "https://elsewhere.example", "hooks.crm.url"),
        ("${CRM_SECRET}", "${KEYS}", "hooks.crm.secret"),
        ("hooks:\n", "hooks:\n  new: {url: 'https://b.example'}\n", "hooks.new.url"),
        ("[crm.internal]", "[crm.internal, 10.0.0.5]", "private_hosts[1]"),
        ("private_hosts: [crm.internal]\n", "", "private_hosts[0]"),
        ("180d", "1d", "privacy.keep.timeline"),
        ("ops@forest.example", "me@elsewhere.example", "alerts[0].who"),
        ("private: true", "private: false", "attributes.birthday.private"),
        ("{type: date, private: true}", "date", "attributes.birthday.private"),
        ("skin: text", "skin: {type: date, moved_from: birthday}", "attributes.skin.moved_from"),
        ("bot: 森活選品", "bot: ${SECRET}", "bot"),
        ("bot: 森活選品", "bot: '森活 ${SHOP:-x}'", "bot"),
        ('"@amy", ', '"${SECRET}", ', "testers[0]"),
        ('"@forest"', '"@other"', "channels.main.id"),
        ("bot: 森活選品", "bot: 森活選品\npublish: {approval: false}", "publish.approval"),
        ("bot: 森活選品", "bot: 森活選品\nkeys: ${MINE}", "keys"),
        ("bot: 森活選品", "bot: 森活選品\nsecond_factor: none", "second_factor"),
        ("bot: 森活選品", "bot: 森活選品\ndatabase: mongodb://x.example", "database"),
        ("bot: 森活選品", "bot: 森活選品\napi_token: ${T}", "api_token"),
        ("bot: 森活選品", "bot: 森活選品\nsms: {a: {provider: mitake}}", "sms.a.provider"),
        ("bot: 森活選品", "bot: 森活選品\nshops: {a: {platform: cyberbiz}}", "shops.a.platform"),
    ],
)
def test_what_an_administrator_decides(tmp_path: Path, old: str, new: str, path: str) -> None:
    assert BEFORE.count(old) == 1
    assert path in paths(tmp_path, BEFORE.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("bot: 森活選品", "bot: 森活\nrules: [{when: follow, reply: 歡迎}]"),
        ("bot: 森活選品", "# ${SECRET}\nbot: 森活選品"),
        ('"${TOKEN}"}', '"${TOKEN}", app_name: 森活, staff_silence: 2h}'),
        ("skin: text", "skin: {type: text, private: true}"),
        ("private: false", "private: true"),
        ("skin: text", "skin: text\n  , pet: {type: text, private: true}"),
        ('["@amy", "${TESTER}"]', '["${TESTER}", "@amy", "@bo"]'),
    ],
)
def test_what_supervisors_publish(tmp_path: Path, old: str, new: str) -> None:
    assert BEFORE.count(old) == 1
    assert paths(tmp_path, BEFORE.replace(old, new)) == []


def test_a_variable_says_so_wherever_it_stands(tmp_path: Path) -> None:
    changed = BEFORE.replace("https://crm.forest.example", "https://crm.forest.example/${KEYS}")
    (line,) = admin_lines(form(tmp_path, BEFORE), form(tmp_path, changed))
    assert "a variable of the server" in str(line.why)


LEAKS = "https://elsewhere.example/?p={{ contact.phone }}"
PLACES = [
    f'rules: [{{when: follow, reply: "請看 {LEAKS}"}}]',
    f'cards: {{a: {{buttons: {{text: a, taps: [{{label: 看, open: "{LEAKS}"}}]}}}}}}',
    "cards: {a: {buttons: {text: a, taps: [{label: 看, open:"
    ' "https://elsewhere.example/a b?p={{ contact.phone }}"}]}}}',
    "rules: [{when: follow, reply: {flex: {alt: a, contents: {type: bubble, hero: {type: image, url:"
    f' "{LEAKS}"}}}}}}}}}}]',
    "rules: [{when: follow, reply: {flex: {alt: a, file: cards/a.json}}}]",
    'rules: [{when: follow, reply: "elsewhere.example/{{ contact.name }}"}]',
    'rules: [{when: follow, reply: "HTTPS://crm.forest.example.elsewhere.example/{{ contact.name }}"}]',
    'rules: [{when: follow, reply: "https://crm.forest.example@elsewhere.example/{{ contact.name }}"}]',
    "rules: [{when: follow, reply: 'https://elsewhere.example\\@crm.forest.example/{{ contact.name }}'}]",
    'rules: [{when: follow, reply: "https://{{ attribute.skin }}/{{ attribute.birthday }}"}]',
    'rules: [{when: follow, reply: "https://line.me/R/oaMessage/@other/?{{ contact.member_no }}"}]',
    'cards: {a: {buttons: {text: a, taps: [{label: 看, open: "{{ attribute.skin }}{{ contact.phone }}"}]}}}',
    'cards: {a: {image: "https://elsewhere.example/a b/{{ contact.phone }}.png"}}',
    'flows: {f: {settings: {site: "https://elsewhere.example/?p="},'
    ' states: {s: {reply: "看 {{ setting.site }}{{ contact.phone }}", end: true}}}}',
    "flows: {f: {states: {s: {ask: 手機, answer: phone, next: t},"
    ' t: {reply: "https://a.example/{{ answer.s }}", end: true}}}}',
]


@pytest.mark.parametrize("place", PLACES)
def test_an_address_that_takes_personal_data_away_is_an_administrators(tmp_path: Path, place: str) -> None:
    """K1: also where the draft names its host under `links`, which anybody publishes."""
    text = f'{BEFORE}links: {{x: {{open: "https://elsewhere.example/"}}}}\n{place}\n'
    assert len(paths(tmp_path, text)) == 1


@pytest.mark.parametrize(
    "address",
    [
        "https://crm.forest.example/me?no={{ contact.member_no }}",
        "https://elsewhere.example/?skin={{ attribute.skin }}&lang={{ contact.language }}",
        "{{ contact.name }} 您好 https://elsewhere.example/sale，{{ contact.name }}",
        "tel:{{ contact.phone }}",
    ],
)
def test_other_addresses_are_anybodys(tmp_path: Path, address: str) -> None:
    assert paths(tmp_path, f'{BEFORE}rules: [{{when: follow, reply: "{address}"}}]\n') == []


def test_a_host_that_is_given_it_already_is_given_it_elsewhere_too(tmp_path: Path) -> None:
    rule = f'{{when: follow, reply: "{LEAKS}"}}'
    before = form(tmp_path, f"{BEFORE}rules: [{rule}]\n")
    again = f'{{when: unfollow, reply: "看 {LEAKS}"}}'
    assert admin_lines(before, form(tmp_path, f"{BEFORE}rules: [{rule}, {again}]\n")) == []
    other = again.replace("contact.phone", "contact.name")
    (line,) = admin_lines(before, form(tmp_path, f"{BEFORE}rules: [{rule}, {other}]\n"))
    assert str(line.why) == "an address that hands something about customers to another host"
