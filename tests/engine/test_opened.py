"""F7: a code of `links` that was opened, and a tap that was opened through our own address, as turns."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.engine.compiled.playbook import NOWHERE
from bot.engine.decide import decide
from bot.engine.members.merge import merged
from bot.model.contact import CameBy, Contact, Identity
from bot.model.counts import OF_GOALS, REACHED
from bot.model.decision import Decision, DecisionInputs, Push, Reply
from bot.model.event import Event, News, ReplyToken, Source, Tapped, TextMessage, What
from bot.model.mark import Mark
from tests.conftest import NOW
from tests.playbooks import compiled

PLAYBOOK = replace(
    compiled(
        """\
channels:
  main: {id: forest, channel_id: "1", channel_secret: x}
  member:
    {id: member, channel_id: "2", channel_secret: x, liff: {login_channel_id: "5", liff_id: 5-a}}
tags: {來源_立牌: {}, 逛過: {}}
attributes: {points: number}
links:
  stand: {send: 優惠, add_tags: [來源_立牌]}
  story: {open: "https://forest.example/story"}
cards:
  shop:
    text: 看看 {{ link.story }}
    quick_replies:
      - {label: 選購, open: "https://forest.example/sale", add_tags: [逛過]}
      - {label: 我的, open: "https://forest.example/?p={{ attribute.points }}", add_tags: [逛過]}
      - {label: 故事, open: "{{ link.story }}"}
rules:
  - {when: {link: stand}, push: 歡迎從立牌來}
  - {when: {text: 優惠}, reply: shop}
  - {when: anything_else, reply: 聽不懂}
"""
    ),
    public="https://bot.example",
)


def after(what: What, contact: Contact | None = None, minutes: int = 0) -> Decision:
    now = NOW + timedelta(minutes=minutes)
    token = ReplyToken("t", now) if isinstance(what, TextMessage) else None
    event = Event(f"main:{minutes}", "main", Source("user", "U1"), now, what, token=token)
    return decide(PLAYBOOK, contact or Contact("main:U1"), event, now, DecisionInputs())


def test_a_link_gives_its_tags_is_heard_and_remembered() -> None:
    decision = after(News("link", "stand"))
    contact = decision.contact
    assert [(tag.name, tag.by) for tag in contact.tags] == [("來源_立牌", "links.stand")]
    assert contact.first_source == contact.last_source == CameBy("stand", NOW)
    assert [call.messages[0]["text"] for call in decision.actions if isinstance(call, Push)] == [
        "歡迎從立牌來"
    ]


def test_the_first_source_stays_and_the_last_is_the_latest() -> None:
    contact = after(News("link", "stand")).contact
    contact = after(News("link", "story"), contact, 5).contact
    assert contact.first_source == CameBy("stand", NOW)
    assert contact.last_source == CameBy("story", NOW + timedelta(minutes=5))


def test_an_opening_is_counted_and_a_code_that_is_gone_is_no_source() -> None:
    assert after(News("link", "stand")).marks == (Mark("main", OF_GOALS, REACHED, ("link stand",)),)
    decision = after(News("link", "gone"))
    assert decision.marks == ()
    assert decision.contact.first_source is None
    assert ("link", "unknown") in [(step.what, step.result) for step in decision.trace]


def test_an_opened_tap_does_its_actions() -> None:
    contact = after(Tapped("shop/選購")).contact
    assert contact.has_tag("逛過", NOW)
    assert contact.identity("main").seen == NOW


def test_s09_an_opened_tap_is_no_message() -> None:
    """It begins no conversation, and one whose card is gone is not answered with "I do not understand"."""
    for key in ("shop/選購", "gone/選購"):
        decision = after(Tapped(key))
        assert decision.contact.identity("main").talked is None
        assert decision.actions == ()


def test_opening_says_nothing_of_friendship() -> None:
    """An address can be opened from an old message, long after the account was blocked."""
    blocked = Contact("main:U1", identities=(Identity("main", "U1", friend=False),))
    assert after(Tapped("shop/選購"), blocked).contact.identity("main").friend is False


def test_what_is_said_has_our_own_addresses() -> None:
    (call,) = after(TextMessage("優惠")).actions
    assert isinstance(call, Reply)
    (message,) = call.messages
    assert message["text"] == "看看 https://bot.example/l/main/story"
    first, second, third = (item["action"]["uri"] for item in message["quickReply"]["items"])
    assert first.startswith("https://bot.example/o/main/")
    assert second.endswith("?to=https%3A%2F%2Fforest.example%2F%3Fp%3D")
    assert third == "https://bot.example/l/main/story"


def test_a_playbook_that_is_only_tested_has_whole_addresses_too() -> None:
    """`oaflow test` serves nothing; a button that opens a link is said all the same."""
    playbook = replace(PLAYBOOK, public=NOWHERE)
    event = Event(
        "main:1", "main", Source("user", "U1"), NOW, TextMessage("優惠"), token=ReplyToken("t", NOW)
    )
    (call,) = decide(playbook, Contact("main:U1"), event, NOW, DecisionInputs()).actions
    assert isinstance(call, Reply)
    items = call.messages[0]["quickReply"]["items"]
    assert [item["action"]["label"] for item in items] == ["選購", "我的", "故事"]


EARLY, LATE = CameBy("stand", NOW), CameBy("story", NOW + timedelta(days=1))
MIDDLE = CameBy("story", NOW + timedelta(hours=1))


def test_of_two_contacts_the_first_and_the_last_source_stay() -> None:
    one = Contact("main:U1", first_source=MIDDLE, last_source=MIDDLE)
    other = Contact("member:U1", first_source=EARLY, last_source=LATE)
    both = merged(one, other)
    assert (both.first_source, both.last_source) == (EARLY, LATE)
    nobody = merged(Contact("main:U1"), Contact("member:U1"))
    assert (nobody.first_source, nobody.last_source) == (None, None)
