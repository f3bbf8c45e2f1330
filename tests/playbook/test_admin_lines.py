"""K1: what decides where data and secrets go is found in a change, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.playbook.admin_lines import RESERVED, admin_lines
from bot.playbook.comparison import ComparedForm
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
    "member_card",
}
"""What supervisors publish: of `privacy` and `attributes` not all. A new section is put into one of both."""


def form(folder: Path, text: str) -> ComparedForm:
    (folder / "bot.yaml").write_text(text, "utf-8")
    return ComparedForm(read(folder, {}, unset="warning").root, {})


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
