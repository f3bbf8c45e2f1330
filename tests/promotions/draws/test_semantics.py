"""Semantics 42: a try of a draw is made in the turn, and decided by the world (N3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.engine.compiled.playbook import Playbook
from bot.engine.members.merge import merged
from bot.model.contact import Identity
from bot.model.event import Origin, Outcome, PageAnswer
from bot.promotions.coupons.model import HELD_COUPONS, GiveCoupon, Grant
from bot.promotions.draws.engine.declared import DRAWS
from bot.promotions.draws.engine.held import draw_outcome
from bot.promotions.draws.model import HELD_DRAWS, NOTHING_WON, OF_DRAWS, WON, DrawView, EnterDraw
from bot.services.effects import failing
from tests.engine.chat import NOON, Chat
from tests.playbooks import compiled

SHOP = """
coupons: {免單券: {until: 2026-12-31 24:00, stock: 3}, 折30: {for: 30d, title: 折 30 元}}
draws:
  抽:
    title: 週年慶抽獎
    from: 2026-09-01 12:00
    until: 2026-09-03 00:00
    prizes: {大獎: {coupon: 免單券, odds: 1%}, 折三十: {coupon: 折30, odds: 30%}}
  一次:
    each: once
    prizes: {折三十: {coupon: 折30, odds: 1/2}}
rules:
  - {when: {text: 抽}, enter_draw: 抽}
  - {when: {text: 一次}, enter_draw: 一次}
  - {when: {draw: 抽, result: won}, push: "{{ event.prize }}：{{ event.coupon }} {{ event.code }}"}
  - {when: {draw: any, result: nothing}, push: 沒中}
  - {when: {draw: any, result: had}, push: "{{ event.title }}抽過了"}
  - {when: {draw: any, result: over}, push: 沒開放}
  - {when: {draw: any, result: failed}, push: 請再試一次}
  - {when: {coupon: any, result: given}, push: 送您優惠券}
  - {when: {coupon: 折30, result: failed}, push: 券沒有送出}
"""
BOOK = compiled(SHOP)
GRANT = Grant("g1", "折30", "折 30 元", "ABCD", NOON, None, NOON + timedelta(days=30))


class Tries(Chat):
    """Somebody who tries a draw."""

    def __init__(self, playbook: Playbook = BOOK) -> None:
        super().__init__(playbook)

    @property
    def tried(self) -> list[tuple[str, str]]:
        """The draws that the last turn asks the world to decide, and where they were tried."""
        return [(one.draw, one.source) for one in self.actions(EnterDraw)]

    def presses(self, draw: str) -> list[str]:
        return self.hears(PageAnswer("my_draws", draw), token=False)

    def comes(self, grant: Grant | None = None, draw: str = "抽") -> list[str]:
        """What came of the last try."""
        request = EnterDraw(draw, Origin("", "main", 0))
        return self.hears(draw_outcome(request, DRAWS.of(self.playbook)[draw], grant))

    def view(self, draw: str = "抽") -> DrawView:
        views: tuple[DrawView, ...] = self.screen("my_draws").content["draws"]
        return next(one for one in views if one.name == draw)


def test_s42_a_try_asks_the_world_and_its_answer_is_news_with_the_coupon() -> None:
    chat = Tries()
    assert chat.says("抽") == []
    assert chat.tried == [("抽", "action")]
    assert HELD_DRAWS.of(chat.contact)[0].waits
    assert chat.comes(GRANT) == ["折三十：折 30 元 ABCD"], "and no news of the coupon itself"
    assert [held.grant for held in HELD_COUPONS.of(chat.contact)] == [GRANT]
    assert chat.comes(GRANT) == ["折三十：折 30 元 ABCD"]
    assert len(HELD_COUPONS.of(chat.contact)) == 1, "an outcome that comes twice gives one coupon"


def test_s42_once_a_day_by_the_playbooks_clock_while_it_is_open() -> None:
    chat = Tries()
    chat.now = NOON - timedelta(minutes=1)
    assert chat.says("抽") == ["沒開放"]
    chat.now = NOON
    chat.says("抽")
    assert chat.says("抽") == ["週年慶抽獎抽過了"], "also while the first is not decided yet"
    chat.comes()
    chat.now = NOON + timedelta(hours=11, minutes=59)
    assert chat.says("抽") == ["週年慶抽獎抽過了"]
    chat.now = NOON + timedelta(hours=12)
    assert chat.says("抽") == []
    chat.now = NOON + timedelta(hours=36)
    assert chat.says("抽") == ["沒開放"]


def test_s42_a_clock_that_was_set_back_gives_no_second_try() -> None:
    chat = Tries()
    chat.now = NOON + timedelta(days=1)
    chat.says("抽")
    chat.comes()
    chat.now = NOON
    assert chat.says("抽") == ["週年慶抽獎抽過了"]


def test_s42_once_in_all() -> None:
    chat = Tries()
    chat.says("一次")
    chat.comes(draw="一次")
    chat.now += timedelta(days=100)
    assert chat.says("一次") == ["一次抽過了"]


def test_s42_a_try_of_which_nothing_is_heard_for_a_day_does_not_count() -> None:
    """What came of it may be unreadable, where another version wrote it."""
    chat = Tries()
    chat.goes_to("my_draws")
    chat.says("一次")
    chat.now += timedelta(hours=23, minutes=59)
    assert chat.says("一次") == ["一次抽過了"]
    assert chat.view("一次").state == "waits"
    chat.now += timedelta(minutes=1)
    assert chat.view("一次").state == "open"
    assert chat.says("一次") == []
    assert chat.tried
    assert [(one.tries, one.waits) for one in HELD_DRAWS.of(chat.contact)] == [(1, 1)]


def test_what_comes_of_a_try_after_all_is_shown_while_there_was_no_other() -> None:
    chat = Tries()
    chat.goes_to("my_draws")
    chat.says("抽")
    chat.now += timedelta(days=2)
    assert chat.comes(GRANT) == ["折三十：折 30 元 ABCD"]
    assert chat.view().result == "won"


def test_s42_of_two_tries_that_wait_when_two_people_become_one_both_are_counted() -> None:
    chat = Tries()
    chat.goes_to("my_draws")
    chat.says("抽")
    other = replace(chat.contact, id="main:U2", identities=(Identity("main", "U2", friend=True),))
    chat.contact = merged(chat.contact, other)
    assert chat.view().state == "waits"
    chat.comes(GRANT)
    assert chat.view().state == "waits"
    chat.comes()
    marks = [mark for decision in chat.decisions[-2:] for mark in decision.marks if mark.flow == OF_DRAWS]
    assert [(mark.what, mark.about) for mark in marks] == [(WON, ("抽", "折三十")), (NOTHING_WON, ("抽", ""))]
    assert (chat.view().state, chat.view().result, chat.view().tries) == ("had", "won", 2)


def test_s42_a_try_that_could_not_be_decided_does_not_count() -> None:
    chat = Tries()
    chat.says("抽")
    assert chat.hears(Outcome("draw", "failed", Origin("", "main", 0), "抽")) == ["請再試一次"]
    assert chat.says("抽") == []
    assert chat.tried


def test_s42_the_page_shows_what_the_server_has_decided() -> None:
    chat = Tries()
    assert chat.goes_to("my_draws").kind == "draws"
    assert (chat.view().state, chat.view().prizes) == ("open", ("免單券", "折 30 元"))
    assert chat.presses("抽") == []
    assert chat.tried == [("抽", "page")]
    assert (chat.view().state, chat.view().result) == ("waits", "")
    before = chat.screen("my_draws").step
    assert chat.comes(GRANT) == ["折三十：折 30 元 ABCD"]
    assert chat.screen("my_draws").step > before, "the page goes on by itself"
    view = chat.view()
    assert (view.state, view.result, view.prize, view.won, view.code) == ("had", "won", 1, "折 30 元", "ABCD")
    assert chat.presses("抽") == [], "the page says it; nobody pays for a push"
    assert not chat.tried
    chat.now += timedelta(days=3)
    assert chat.view().state == "over"
    assert [one.name for one in chat.screen("my_draws").content["draws"]] == ["一次", "抽"], "open ones first"


def test_a_press_for_a_draw_that_is_gone_does_nothing() -> None:
    chat = Tries()
    chat.goes_to("my_draws")
    assert chat.presses("沒有這個") == []
    assert not chat.tried


def test_s42_a_try_that_fails_on_its_way_is_given_back() -> None:
    """As the runtime says it of a draw that is gone, or of a desk that broke: nobody waits for ever."""
    chat = Tries()
    chat.goes_to("my_draws")
    chat.presses("抽")
    assert chat.hears(failing(EnterDraw("抽", Origin("", "main", 0), "page"))) == ["請再試一次"]
    assert (chat.view().state, chat.view().tries) == ("open", 0)


def test_a_coupon_that_fails_on_its_way_is_heard_by_its_name() -> None:
    chat = Tries()
    assert chat.hears(failing(GiveCoupon("折30", Origin("", "main", 0)))) == ["券沒有送出"]
