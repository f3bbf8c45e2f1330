"""N1: coupons as they are written, and what is wrong with them."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.rule import FieldTest, OnNews
from bot.engine.conditions.comparisons import Is
from bot.engine.conditions.condition import Any
from bot.engine.times.expiry import Reminder
from bot.engine.times.local_time import Duration
from bot.promotions.coupons.engine.conditions import HasCoupon
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.coupons.engine.held import AskCoupon
from tests.playbooks import compiled, loaded

GIVEN = """rules:
  - {when: {text: 領券}, give_coupon: 折百}
  - {when: {coupon: 折百, result: [given, had, none_left, over]}, reply: 好}
"""


def problems_of(text: str) -> list[str]:
    return [f"{one.level}: {one.code}" for one in loaded(text).problems]


def written(text: str) -> tuple[Playbook, list[str]]:
    """Where it can be used, with what is said of it all the same."""
    return compiled(text), problems_of(text)


def test_a_coupon_has_what_is_written() -> None:
    playbook, problems = written(
        "coupons:\n  折百: {title: 折 100 元, terms: 滿千, stock: 100, per_person: 2, from: 2027-11-01 00:00,"
        " until: 2027-11-30 24:00, for: 30d, remind: {days_before: 3, at: '10:00'}, codes: imported,"
        " redeem: [clerk, press], gives_back: true}\n" + GIVEN,
    )
    assert problems == []
    coupon = COUPONS.of(playbook)["折百"]
    assert (coupon.name, coupon.title, coupon.terms, coupon.stock, coupon.per_person) == (
        "折百",
        "折 100 元",
        "滿千",
        100,
        2,
    )
    assert coupon.starts == datetime(2027, 10, 31, 16, tzinfo=UTC)
    assert coupon.until == datetime(2027, 11, 30, 16, tzinfo=UTC)
    assert coupon.lasts == Duration(days=30)
    assert coupon.remind == Reminder(3, time(10))
    assert (coupon.source, coupon.fixed, coupon.gives_back) == ("imported", None, True)
    assert coupon.redeem == {"clerk", "press"}


def test_what_is_left_out_is_usual() -> None:
    playbook, problems = written("coupons: {折百: {for: 30d}}\n" + GIVEN)
    coupon = COUPONS.of(playbook)["折百"]
    assert problems == []
    assert (coupon.title, coupon.stock, coupon.per_person, coupon.source) == ("折百", None, 1, "made")
    assert coupon.redeem == {"clerk"}
    step = playbook.rules[0].do[0]
    assert isinstance(step, AskCoupon)
    assert step.coupon == "折百"


def test_one_code_for_everybody() -> None:
    playbook, _ = written("coupons: {折百: {for: 30d, code: SUMMER100}}\n" + GIVEN)
    assert (COUPONS.of(playbook)["折百"].source, COUPONS.of(playbook)["折百"].fixed) == ("fixed", "SUMMER100")


@pytest.mark.parametrize(
    ("coupon", "code"),
    [
        ("{from: 2027-11-02 00:00, until: 2027-11-02 00:00}", "coupon-ends-before"),
        ("{for: 30d, code: A, codes: made}", "bad-value"),
        ("{for: 30d, per_person: 0}", "bad-value"),
        ("{for: 30d, per_person: 51}", "bad-value"),
        ("{for: 30d, code: A, redeem: [press, clerk]}", "bad-value"),
        ("{for: 30d, code: '--'}", "bad-value"),
        (f"{{for: 30d, code: {'A' * 65}}}", "bad-value"),
        (f"{{for: 30d, title: {'很' * 101}}}", "bad-value"),
        (f"{{for: 30d, terms: {'很' * 1001}}}", "bad-value"),
        ("{for: 2h, remind: {days_before: 1, at: '10:00'}}", "bad-value"),
        ("{for: 30d, redeem: staff}", "bad-value"),
        ("{for: 30d, remind: 3d}", "wrong-type"),
    ],
)
def test_what_is_wrong_with_one(coupon: str, code: str) -> None:
    problems = problems_of(f"coupons: {{折百: {coupon}}}\n" + GIVEN)
    assert problems == [f"error: {code}"]


def test_a_code_of_everybody_is_redeemed_by_a_press() -> None:
    """No clerk could say whose it is."""
    playbook, _ = written("coupons: {折百: {for: 30d, code: SUMMER100}}\n" + GIVEN)
    assert COUPONS.of(playbook)["折百"].redeem == {"press"}


@pytest.mark.parametrize(
    ("shops", "is_heard"),
    [
        ("forest: {platform: cyberbiz, username: u, secret: s, webhook_secret: w}", True),
        ("forest: {platform: cyberbiz, access: app_store, app_id: a, app_secret: s}", True),
        ("harbour: {platform: shopline, username: u, token: t, webhook_secret: w}", True),
        ("erp: {platform: hook, url: 'https://erp.example', secret: opaque}", False),
        ("forest: {platform: cyberbiz, username: u, secret: s}", False),
        ("list: {platform: csv}", False),
    ],
)
def test_an_order_redeems_where_a_shop_tells_of_orders(shops: str, is_heard: bool) -> None:
    """N1"""
    text = f"coupons: {{折百: {{for: 30d, redeem: order}}}}\nshops: {{{shops}}}\n"
    found = problems_of(text + GIVEN)
    assert ("error: coupon-order-unheard" in found) is not is_heard


def test_a_system_of_ones_own_tells_of_orders_with_a_token() -> None:
    """N1: also where the environment has none yet, which `shop-not-heard` says."""
    erp = "shops: {erp: {platform: hook, url: 'https://erp.example', secret: opaque}}\n"
    token = "api_token: ${EVENTS_TOKEN:-}\n"
    found = problems_of(token + erp + "coupons: {折百: {for: 30d, redeem: order}}\n" + GIVEN)
    assert "error: coupon-order-unheard" not in found


def test_a_code_of_everybody_is_redeemed_by_an_order_too() -> None:
    """N1: the shop says who has ordered."""
    shop = "shops: {forest: {platform: cyberbiz, username: u, secret: s, webhook_secret: w}}\n"
    coupon = "coupons: {折百: {for: 30d, code: SUMMER100, redeem: [press, order]}}\n"
    playbook, problems = written(shop + coupon + GIVEN)
    assert "bad-value" not in str(problems)
    assert COUPONS.of(playbook)["折百"].redeem == {"press", "order"}


def test_no_coupon_is_called_any() -> None:
    problems = problems_of("coupons: {any: {for: 30d}, 折百: {for: 1d}}\n" + GIVEN)
    assert "error: reserved-name" in problems


def result(*words: str) -> tuple[FieldTest, ...]:
    return (FieldTest("result", "text", (Is(words),)),)


def test_the_trigger_hears_results_of_coupons() -> None:
    playbook, _ = written(
        "coupons: {折百: {for: 30d}}\n"
        + GIVEN
        + "  - {when: {coupon: any, result: expires_soon}, push: 快到期了}\n"
        + "  - {when: {coupon: 折百}, note: x}\n",
    )
    triggers = [trigger for rule in playbook.rules[1:] for trigger in rule.when]
    assert triggers == [
        OnNews("coupon", ("折百",), result("given", "had", "none_left", "over")),
        OnNews("coupon", None, result("expires_soon")),
        OnNews("coupon", ("折百",)),
    ]


def test_the_condition() -> None:
    rules = "  - {when: follow, if: [{coupon: 折百}, {coupon: {折百: used, 夏: usable}}], reply: 好}\n"
    playbook, _ = written("coupons: {折百: {for: 30d}, 夏: {for: 1d}}\n" + GIVEN + rules)
    condition = playbook.rules[-1].condition
    assert condition is not None
    leaves = [(leaf.coupons, leaf.used) for leaf in condition.leaves() if isinstance(leaf, HasCoupon)]
    assert leaves == [(("折百",), False), (("折百",), True), (("夏",), False)]
    assert any(isinstance(part, Any) for part in condition.children())


@pytest.mark.parametrize(
    ("coupons", "found"), [("coupons: {折百: {for: 30d}}\n", []), ("", ["unknown-page"])]
)
def test_a_tap_opens_the_page_of_coupons_where_there_are_some(coupons: str, found: list[str]) -> None:
    given = GIVEN if coupons else "rules:\n"
    rule = "  - {when: {text: 券}, reply: {text: 看, quick_replies: [{label: 我的, page: my_coupons}]}}\n"
    problems = problems_of(coupons + given + rule)
    assert [one.partition(": ")[2] for one in problems if "unknown" in one] == found


def test_an_answer_that_nobody_hears_is_told() -> None:
    coupon = "coupons: {折百: {for: 30d, stock: 9}}\n"
    rules = "rules:\n  - {when: {text: 領券}, give_coupon: 折百}\n"
    problems = problems_of(coupon + rules)
    assert problems == ["warning: outcome-unhandled"]
    heard = "  - {when: {coupon: 折百, result: [given, had]}, reply: 好}\n"
    problems = problems_of(coupon + rules + heard)
    assert problems == ["warning: outcome-unhandled"]
    problems = problems_of(coupon + rules + heard + "  - {when: {coupon: any}, push: 好}\n")
    assert [one for one in problems if "outcome" in one] == []


@pytest.mark.parametrize(
    ("asks", "heard", "found"),
    [
        ("{when: {text: 領券}, give_coupon: 折百}", "result: given", []),
        ("{when: {shop: order_paid}, give_coupon: 折百}", "result: given", ["error: reply-without-token"]),
        ("{when: {text: 領券}, give_coupon: 折百}", "result: redeemed", ["error: reply-without-token"]),
    ],
    ids=["it has the token of the text", "news have none", "later there is none"],
)
def test_a_reply_to_an_answer_is_free_where_the_asking_event_had_a_token(
    asks: str, heard: str, found: list[str]
) -> None:
    answer = f"  - {{when: {{coupon: 折百, {heard}}}, reply: 好}}\n"
    problems = problems_of(f"coupons: {{折百: {{for: 30d}}}}\nrules:\n  - {asks}\n{answer}")
    assert [one for one in problems if "token" in one] == found
