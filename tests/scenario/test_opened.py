"""F7 in scenarios: links that are opened, and taps that open something and do something."""

from __future__ import annotations

import pytest

from tests.scenario.playing import holds

SHOP = """
tags: {逛過: {}, 來源_立牌: {}}
links:
  stand: {send: 優惠, add_tags: [來源_立牌]}
  story: {open: "https://forest.example/story", add_tags: [來源_立牌]}
cards:
  shop:
    buttons:
      text: 看 {{ link.story }}
      taps: [{label: 選購, open: "https://forest.example/sale", add_tags: [逛過]}]
rich_menus:
  - menu: 一般
    image: menu.png
    chat_bar: 選單
    grid: [逛逛]
    areas: {逛逛: {open: "https://forest.example/", add_tags: [逛過]}}
rules:
  - {when: {text: 優惠}, reply: shop}
  - {when: {tag_added: 逛過}, push: 謝謝您來逛逛}
  - {when: anything_else, reply: 聽不懂}
"""


def test_a_link_that_says_something_and_one_that_opens_something() -> None:
    holds(SHOP, "user: {opens_link: stand}", "bot: shop", "contact: {tags_exactly: [來源_立牌]}")
    holds(SHOP, "user: {opens_link: story}", "bot: nothing", "contact: {tags_exactly: [來源_立牌]}")


def test_a_button_of_a_message() -> None:
    """What follows from it follows; the address itself is answered by nobody."""
    holds(SHOP, "user: 優惠", "bot: shop", "user: {taps: 選購}", "bot: 謝謝您來逛逛", "cost: 1")


def test_an_area_of_a_rich_menu() -> None:
    holds(SHOP, "user: 嗨", "bot: 聽不懂", "user: {taps: 逛逛}", "bot: 謝謝您來逛逛")


FRIENDS = """
bot: 森活選品
channels:
  main: {id: forest, channel_id: "1", channel_secret: x, liff: {login_channel_id: "5", liff_id: 5-a}}
coupons: {謝禮: {for: 30d, per_person: 9}}
referrals:
  春天: {when: followed, inviter: 謝禮, max: 9}
  夏天: {when: followed, inviter: 謝禮, max: 9}
rules:
  - {when: {referral: 春天, result: came}, push: 春天}
  - {when: {referral: 夏天, result: came}, push: 夏天}
  - {when: {coupon: 謝禮, result: [given, had]}, push: 謝禮}
"""


@pytest.mark.parametrize(("link", "came"), [("{by: 小美}", "春天"), ("{by: 小美, campaign: 夏天}", "夏天")])
def test_a_friends_link_is_of_one_campaign(link: str, came: str) -> None:
    """N4: of the first where none is named."""
    steps = (
        *("user: {opens: my_invites}", "as: 阿明", f"user: {{opens: my_invites, with: {link}}}"),
        *("user: follows", f"bot: {came}", "as: 小美", "bot: 謝禮"),
    )
    holds(FRIENDS, *steps, given="{now: 2026-09-01 14:00, people: {小美: {}, 阿明: {}}}")


def test_the_inviter_hears_on_a_channel_of_their_own() -> None:
    """N4: where the friend came to another one; the coupon's push goes there."""
    outlet = (
        'outlet: {id: other, channel_id: "2", channel_secret: y, liff: {login_channel_id: "5", liff_id: 5-b}}'
    )
    two = FRIENDS.replace("coupons:", f"  {outlet}\ncoupons:", 1)
    holds(
        two,
        *("user: {opens: my_invites}", "as: 阿明", "user: {opens: my_invites, with: {by: 小美}}"),
        *("user: follows", "bot: 春天", "as: 小美", "bot: 謝禮"),
        given="{now: 2026-09-01 14:00, people: {小美: {}, 阿明: {channel: outlet}}}",
    )
