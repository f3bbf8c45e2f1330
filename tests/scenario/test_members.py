"""Members of the shop in scenarios: a phone on two channels, or moved; what stands in the shop's record."""

from __future__ import annotations

from bot.scenario.result import in_words
from tests.scenario import playing

PLAYBOOK = """
channels:
  main:
    id: "@a"
    channel_id: "1"
    channel_secret: opaque
    sms: s
    shop: f
    liff: {login_channel_id: "2", liff_id: 2-a}
  outlet:
    id: "@b"
    channel_id: "3"
    channel_secret: opaque
    sms: s
    shop: f
    liff: {login_channel_id: "2", liff_id: 2-b}
sms: {s: {provider: console}}
shops: {f: {platform: csv, channel: main, attributes: {points: p}}}
attributes: {points: number, skin: text}
privacy:
  version: "1"
  controller: a
  purpose: b
  kinds: c
  period: d
  recipients: e
  rights_contact: f@g.example
  url: https://a.example
  terms: https://a.example
rules:
  - {when: {text: 綁定}, start: binding}
flows:
  binding:
    page: true
    states:
      phone: {ask: 手機？, answer: phone, give_up_after: {30m: bye}, next: sending}
      sending:
        do: [{send_code: "{{ answer.phone }}"}]
        rules: [{when: {code: sent}, to: code}, {when: {code: [too_soon, refused, failed]}, to: bye}]
        give_up_after: {1m: bye}
      code: {ask: 驗證碼？, answer: code, give_up_after: {5m: bye}, next: checking}
      checking:
        do: [{check_code: "{{ answer.code }}"}]
        rules: [{when: {code: right}, to: finding}, {when: {code: [wrong, locked, expired]}, to: bye}]
        give_up_after: {1m: bye}
      finding:
        do: [{find_member: none}]
        rules:
          - {when: {member: found}, to: done}
          - {when: {member: taken}, to: moving}
          - {when: {member: [missing, shop_failed]}, to: bye}
        give_up_after: {1m: bye}
      moving:
        do: [move_member]
        rules: [{when: {member: found}, to: done}, {when: {member: [missing, taken, shop_failed]}, to: bye}]
        give_up_after: {1m: bye}
      done: {do: [bind_member, {reply: {message: 好了, or_push: true}}], end: true}
      bye: {end: true}
"""
BIND = """
    user: {opens: binding}
    user: {answers: 0912345678}
    user: {answers: code_from_sms}
    bot: 好了
    contact: {bound: phone}
"""
TWO = "{now: 2026-09-01 14:00, people: {小美: {bound: phone, phone: 0912345678}, 大明: {}}}"


def test_a_phone_on_another_channel_is_the_same_person() -> None:
    """Identities, tags and attributes are joined; there is one contact behind both phones."""
    here = "{tags: [甲], attributes: {skin: 油性}, bound: phone, phone: 0912345678}"
    people = f"{{小美: {here}, 另一支: {{channel: outlet, tags: [乙]}}}}"
    playing.holds(
        PLAYBOOK,
        "as: 另一支",
        BIND,
        "contact: {tags_exactly: [甲, 乙], attributes: {skin: 油性}}",
        "as: 小美",
        "contact: {tags_exactly: [甲, 乙], bound: phone}",
        given=f"{{now: 2026-09-01 14:00, people: {people}}}",
    )


WRITES = """
shops:
  f:
    platform: hook
    url: https://erp.example/o
    secret: opaque
    attributes: {points: p, skin: {from: s, write: true}}
    consent: {from: m, write: true}
channels: {main: {id: "@a", channel_id: "1", channel_secret: opaque, shop: f}}
api_token: 0f1e0f1e0f1e0f1e0f1e0f1e0f1e0f1e
attributes: {points: number, skin: text}
rules:
  - {when: {text: 乾性}, set: {skin: 乾性}}
  - {when: {text: 忘了}, clear: skin}
  - {when: {text: 要收}, allow_marketing: true}
  - {when: {text: 不收}, stop_marketing: true}
"""
BOUND = (
    "{contact: {bound: phone, phone: 0912345678}, shop: {phone: 0912345678, points: 120, marketing: true}}"
)


def test_what_is_written_stands_in_the_shops_record() -> None:
    """C10: attributes and consent, where the mapping says so; what only the shop says stands there, too."""
    playing.holds(
        WRITES,
        "contact: {at_shop: {skin: , points: 120, marketing: true}}",
        "user: 乾性",
        "contact: {at_shop: {skin: 乾性}}",
        "user: 不收",
        "contact: {marketing: false, at_shop: {marketing: false}}",
        "user: 要收",
        "contact: {marketing: true, at_shop: {marketing: true}}",
        "user: 忘了",
        "contact: {at_shop: {skin: , points: 120}}",
        given=BOUND,
    )


def test_what_is_not_written_does_not_stand_there() -> None:
    """Without  write: true  the shop hears nothing; while it is away it keeps what it had."""
    only_read = WRITES.replace("{from: m, write: true}", "m").replace("{from: s, write: true}", "s")
    only_read = only_read.replace("set: {skin: 乾性}", "reply: 好").replace("clear: skin", "reply: 好")
    stopped_here = ("user: 不收", "contact: {marketing: false, at_shop: {marketing: true}}")
    playing.holds(only_read, *stopped_here, given=BOUND)
    playing.holds(WRITES, "fails: shop", *stopped_here, given=BOUND)


def test_another_record_than_expected_is_told() -> None:
    others = ("user: 不收", "contact: {at_shop: {marketing: true, points: 7}}")
    told = in_words(playing.steps(WRITES, *others, given=BOUND))
    assert "at the shop, marketing: expected true, it is false" in told
    assert "at the shop, points: expected 7, it is 120" in told
    nobody = in_words(playing.steps(WRITES, "contact: {at_shop: {points: 120}}"))
    assert "at the shop: the person is no member there" in nobody


def test_an_undone_binding_frees_the_phone() -> None:
    undone = ("staff: {unbinds: phone}", "contact: {bound: nothing}")
    playing.holds(PLAYBOOK, *undone, "as: 大明", BIND, "flow: {binding: done}", given=TWO)


def test_who_had_the_phone_hears_it_on_their_own_channel() -> None:
    """B15, semantics 33: what they lose is news to them, and a push of its rules goes to them."""
    told = PLAYBOOK.replace("rules:", "rules:\n  - {when: {tag_removed: 會員}, push: 不再是會員}", 1)
    told = told.replace("[bind_member, {reply", "[bind_member, {add_tags: 會員}, {reply")
    playing.holds(
        told,
        "as: 另一支",
        BIND,
        "wait: 100d",
        "as: 小美",
        BIND,
        "as: 另一支",
        "bot: 不再是會員",
        "contact: {bound: nothing}",
        given="{now: 2026-09-01 14:00, people: {小美: {}, 另一支: {channel: outlet}}}",
    )


ONE_HAS_A_SHOP = """
channels:
  main: {id: "@a", channel_id: "1", channel_secret: x, shop: f}
  outlet: {id: "@b", channel_id: "2", channel_secret: y}
shops: {f: {platform: csv, channel: main, attributes: {points: p}}}
attributes: {points: number}
rules: [{when: {text: 讀}, start: reading}]
flows:
  reading:
    states:
      asked:
        do: [refresh_member]
        rules:
          - {when: {member: found}, to: there}
          - {when: {member: missing}, to: nobody}
          - {when: {member: shop_failed}, to: away}
        give_up_after: {1m: away}
      there: {end: true}
      nobody: {end: true}
      away: {end: true}
"""


def test_a_channel_without_a_shop_has_nobody_to_ask() -> None:
    """Semantics 34: not that there is no such member."""
    playing.holds(
        ONE_HAS_A_SHOP,
        "user: 讀",
        "flow: {reading: nobody}",
        "as: 另一支",
        "user: 讀",
        "flow: {reading: away}",
        given="{now: 2026-09-01 14:00, people: {小美: {}, 另一支: {channel: outlet}}}",
    )
