"""Whose phone it is: found, missing, taken, reserved, moved, merged (language, 6 and 8.3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.model.contact import Contact, Identity
from bot.model.effects import FindMember, MoveMember
from bot.model.event import Origin, Outcome
from bot.scenario.members import PhonesInMemory, ShopInMemory, found_member, moved_member, refreshed_member
from bot.scenario.result import in_words
from bot.scenario.world import Member
from tests.scenario import playing

NOW = datetime(2026, 9, 1, 6, tzinfo=UTC)
PHONE = "+886912345678"
ORIGIN = Origin("binding", "main", 3)
MEMBER = Member(PHONE, "M1", {"n.points": 120}, {"黑名單": False}, True, "1990-05-20", "U1")
ME = Contact("main:U1", identities=(Identity("main", "U1"),))
HERE = Contact("main:U2", identities=(Identity("main", "U2"),))
ELSEWHERE = Contact("outlet:U3", identities=(Identity("outlet", "U3"),))
PEOPLE = {contact.id: contact for contact in (ME, HERE, ELSEWHERE)}


def find(how: str, phones: PhonesInMemory, shop: ShopInMemory, contact: Contact = ME) -> Outcome:
    asked = FindMember(how, None if how == "line" else PHONE, ORIGIN)  # type: ignore[arg-type]
    return found_member(asked, contact, shop, phones, PEOPLE, NOW)


@pytest.fixture
def shop() -> ShopInMemory:
    return ShopInMemory([MEMBER])


def test_a_member_is_found_with_what_the_shop_knows_and_the_phone_is_reserved(shop: ShopInMemory) -> None:
    phones = PhonesInMemory()
    for how in ("shop", "line"):
        outcome = find(how, phones, shop)
        assert (outcome.asked, outcome.result, outcome.origin) == ("member", "found", ORIGIN)
        found = outcome.found
        assert found
        assert (found.phone, found.member_no, found.values) == (PHONE, "M1", MEMBER.values)
        assert (found.consent, found.until) == (True, NOW + timedelta(minutes=2))
    assert find("shop", phones, shop, HERE).result == "taken", "meanwhile for everybody else"
    assert not phones.reserved_by_other(PHONE, HERE.id, NOW + timedelta(minutes=2)), "it lapses"


def test_nobody_at_the_shop() -> None:
    empty = ShopInMemory([])
    assert find("shop", PhonesInMemory(), empty).result == "missing"
    assert find("line", PhonesInMemory(), empty).result == "missing"
    assert find("none", PhonesInMemory(), empty).result == "found"


def test_a_phone_of_somebody_here_is_taken_of_somebody_elsewhere_the_same_person(shop: ShopInMemory) -> None:
    assert find("shop", PhonesInMemory({PHONE: HERE.id}), shop).result == "taken"
    for who, other in ((ELSEWHERE, ELSEWHERE.id), (ME, None)):
        found = find("shop", PhonesInMemory({PHONE: who.id}), shop).found
        assert found
        assert found.other == other


def test_a_phone_is_moved_if_the_birthday_is_right(shop: ShopInMemory) -> None:
    phones = PhonesInMemory({PHONE: HERE.id})

    def move(birthday: str | None, contact: Contact = ME) -> Outcome:
        return moved_member(MoveMember(PHONE, birthday, ORIGIN), contact, shop, phones, PEOPLE, NOW)

    assert move("1990-05-21").result == "missing"
    moved = move("1990-05-20").found
    assert moved
    assert moved.other == HERE.id
    assert move(None).result == "found"
    assert move(None, ELSEWHERE).result == "taken", "reserved for who was first"


def test_a_shop_that_fails(shop: ShopInMemory) -> None:
    shop.fails = True
    assert find("shop", PhonesInMemory(), shop).result == "shop_failed"
    assert find("none", PhonesInMemory(), shop).result == "found", "it is not asked"
    move = MoveMember(PHONE, None, ORIGIN)
    assert moved_member(move, ME, shop, PhonesInMemory(), PEOPLE, NOW).result == "shop_failed"
    assert refreshed_member(None, ME, "U1", shop).result == "shop_failed"


def test_a_member_is_read_anew(shop: ShopInMemory) -> None:
    shop.change(MEMBER, {"n.points": 300}, {}, consent=False, phone=None)
    facts = refreshed_member(None, ME, "U1", shop).facts
    assert facts
    assert (facts.values, facts.marketing) == ({"n.points": 300}, False)
    assert refreshed_member(None, HERE, "U2", shop).result == "missing"


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


def test_a_phone_on_this_channel_moves_and_the_other_account_loses_it() -> None:
    playing.holds(PLAYBOOK, "as: 大明", BIND, "as: 小美", "contact: {bound: nothing}", given=TWO)


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
