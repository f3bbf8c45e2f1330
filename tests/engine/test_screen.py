"""What pages show: `screen_of`, step after step, with the worked example's own binding flow."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Literal

import pytest

from bot.model.contact import Binding
from bot.model.event import Facts
from bot.model.one_time_code import BETWEEN
from bot.model.screen import Screen
from tests.engine.chat import NOON, somebody
from tests.engine.page_member import BINDING, CARD, PHONE, Member, example, member, with_flow
from tests.playbooks import compiled

# -- the way


def test_a_page_that_was_not_opened_waits_for_it_and_one_that_is_none_is_closed() -> None:
    assert member().sees() == Screen("busy", 0)
    assert member().sees("welcome_series") == Screen("closed", 0)  # a flow without a page
    assert member().sees("gone") == Screen("closed", 0)


def test_the_whole_way_screen_after_screen() -> None:
    chat = member()
    phone = chat.opens()
    assert (phone.kind, phone.state, phone.answer) == ("question", "ask_phone", "phone")
    assert (phone.notice, phone.sends_code, phone.question) == (True, True, "請輸入註冊會員時的手機號碼")
    assert phone.picture is not None
    assert phone.picture.startswith("media/")
    sending = chat.answers("0912 345 678")
    assert (sending.kind, sending.state) == ("busy", "sending")
    chat.comes_back("code", "sent")
    code = chat.sees()
    assert (code.kind, code.state, code.answer, code.code_sent) == ("question", "ask_code", "code", chat.now)
    assert (code.notice, code.sends_code) == (False, False)
    assert code.links == ("重新傳送驗證碼", "更換手機號碼")
    assert chat.answers("１２３ ４５６").kind == "busy"
    assert [asked.code for asked in chat.asked if hasattr(asked, "code")] == ["123456"]
    chat.comes_back("code", "right", proven=PHONE)
    assert (chat.sees().kind, chat.sees().state) == ("busy", "matching")
    chat.comes_back("member", "found", found=chat.found())
    done = chat.sees()
    assert (done.kind, done.state, done.say) == ("done", "bound", "我已完成手機綁定")
    assert chat.says("我已完成手機綁定")
    assert chat.sees().say is None
    steps = [phone.step, sending.step, code.step, done.step, chat.sees().step]
    assert steps == sorted(set(steps))


def test_an_answer_to_an_older_question_answers_nothing() -> None:
    """A double tap, and the second of two telephones."""
    chat = member()
    asked = chat.opens()
    chat.answers("0912345678")
    chat.comes_back("code", "sent")
    code = chat.sees()
    again = chat.answers("0987654321", visit=asked.visit)
    assert replace(again, step=code.step) == code
    assert again.step > code.step
    assert chat.because("stale-answer")


def test_texts_stand_until_the_next_answer() -> None:
    chat = member()
    chat.opens()
    (text,) = chat.answers("我的手機").texts
    assert text.startswith("手機號碼格式不正確")
    chat.answers("12")
    assert chat.sees().texts == (text,)
    chat.answers("0912345678")
    chat.comes_back("code", "too_soon", fields={"seconds": 40, "waiting": True})
    assert chat.sees().texts == ("請於 40 秒後再重新傳送驗證碼。",)
    assert chat.sees().code_sent == chat.now + timedelta(seconds=40) - BETWEEN  # the one that is good
    assert chat.answers("123456").texts == ()


def test_too_soon_without_a_code_that_waits_goes_back_to_the_phone() -> None:
    """R9 (B12): who has used up the tries, and who asks for somebody else's phone, read the same."""
    used_up, stranger = member(), member()
    used_up.opens()
    used_up.answers("0912345678")
    used_up.comes_back("code", "sent")
    used_up.answers("000000")
    used_up.comes_back("code", "locked")
    assert (used_up.sees().state, used_up.sees().code_sent) == ("ask_phone", None)
    stranger.opens()
    for chat in (used_up, stranger):
        chat.answers("0912345678")
        chat.comes_back("code", "too_soon", fields={"seconds": 40, "waiting": False})
        shown = chat.sees()
        assert (shown.state, shown.code_sent) == ("ask_phone", None)
        assert shown.texts == ("請於 40 秒後再試一次，就能取得驗證碼。",)


def test_what_is_said_on_one_channel_is_not_on_the_page_of_another() -> None:
    chat = member()
    chat.opens()
    chat.channel = "outlet"
    chat.opens()
    assert chat.answers("我的手機").texts
    chat.channel = "main"
    assert chat.sees().texts == ()


def test_a_trouble_is_a_problem_with_its_sentence() -> None:
    chat = member()
    chat.opens()
    chat.answers("0912345678")
    chat.comes_back("code", "failed")
    trouble = chat.sees()
    assert (trouble.kind, trouble.state) == ("problem", "sms_down")
    assert trouble.texts == ("簡訊暫時無法發送，請稍後再試",)
    assert trouble.say is None
    assert chat.opens().texts == ()


def test_who_is_no_member_reads_it_on_the_page_and_it_is_said() -> None:
    chat = member()
    chat.opens()
    chat.proves()
    chat.comes_back("member", "missing")
    failed = chat.sees()
    assert (failed.kind, failed.state) == ("question", "ask_phone"), "where the number can be changed"
    assert failed.texts == ("查無 09••••••78 的會員資料。請改填註冊會員時的手機號碼。",)
    assert failed.say == "我的手機綁定失敗了"


def test_s19_a_page_that_is_closed_and_opened_again_goes_on_where_one_is() -> None:
    chat = member()
    chat.opens()
    chat.answers("0912345678")
    chat.comes_back("code", "sent")
    before = chat.sees()
    again = chat.opens()
    assert replace(again, step=before.step) == before
    assert again.step > before.step


def test_a_page_of_yesterday_is_over_and_opened_anew_it_begins_anew() -> None:
    chat = member()
    yesterday = chat.opens()
    chat.waits(hours=25)
    over = chat.sees()
    assert (over.kind, over.state) == ("problem", "gave_up")
    assert over.step > yesterday.step
    assert chat.answers("0912345678", visit=yesterday.visit).kind == "problem"
    anew = chat.opens()
    assert (anew.kind, anew.state, anew.texts) == ("question", "ask_phone", ())
    assert anew.step > over.step


def test_a_page_that_was_forgotten_never_falls_back() -> None:
    chat = member()
    opened = chat.opens()
    chat.waits(hours=26)
    chat.opens(CARD)
    assert chat.contact.page(BINDING, "main") is None
    assert chat.opens().step > opened.step


def test_a_binding_in_chat_is_seen_on_the_page_that_is_open() -> None:
    """It is one run: who opens the page in the middle of the chat has it there, in the state he is in."""
    chat = member()
    chat.says("手機綁定")
    chat.says("0912345678")
    chat.comes_back("code", "sent")
    assert chat.opens().state == "ask_code"
    chat.says("123456")  # the chat is an ordinary chat again
    assert chat.sees().state == "ask_code"


def test_who_is_bound_in_chat_sees_it_on_the_card_that_is_open() -> None:
    chat = member()
    chat.opens(CARD)
    chat.waits(minutes=31)
    given_up = chat.sees(CARD)
    assert (given_up.kind, given_up.state) == ("problem", "gave_up")
    chat.says("手機綁定")
    assert chat.sees(CARD).kind == "problem"  # what is asked in chat is answered in chat
    chat.says("0912345678")
    chat.comes_back("code", "sent")
    chat.says("123456")
    chat.comes_back("code", "right", proven=PHONE)
    chat.comes_back("member", "found", found=chat.found())
    assert chat.sees(CARD).kind == "card"
    assert chat.sees(CARD).step > given_up.step


def test_who_is_bound_already_is_told_so() -> None:
    chat = member(bindings={"phone": Binding(NOON)}, bound_before=NOON, phone=PHONE)
    shown = chat.opens()
    assert (shown.kind, shown.state, shown.say) == ("done", "already_bound", "我已綁定過手機")


def test_who_is_known_to_the_shop_may_choose() -> None:
    """B18: what the shop says comes with the opening."""
    chat = member()
    asked = chat.opens(facts=Facts(shop_knows_line=True, member_no="M77"))
    assert (asked.state, asked.answer) == ("ask_continue", "choice")
    assert asked.choices == ("以會員身分繼續", "使用其他手機號碼")
    assert (asked.sends_code, asked.notice) == (False, False)  # nothing private is asked for
    assert chat.answers("以會員身分繼續").state == "continuing"


def test_a_result_that_no_page_says_is_over_after_a_minute() -> None:
    chat = member()
    chat.opens()
    said = chat.binds()
    chat.waits(seconds=60)
    assert chat.sees().say is None
    assert chat.sees().step > said.step


# -- what is closed


def test_a_paused_flow_closes_its_page_wherever_one_is_in_it() -> None:
    chat = member()
    chat.opens()
    paused = with_flow(example(), BINDING, status="paused")
    chat.edited(paused)
    assert chat.sees().kind == "closed"
    assert chat.answers("0912345678").kind == "closed"
    assert chat.asked == []
    assert chat.opens().kind == "closed"
    assert Member(paused, somebody()).sees() == Screen("closed", 0, binds=True)
    chat.edited(example())
    assert chat.sees().state == "ask_phone"
    assert member().sees() == Screen("busy", 0)


def test_who_comes_when_it_is_closed_to_new_people_is_told_who_is_in_it_goes_on() -> None:
    inside, new = member(), member()
    inside.opens()
    closed = with_flow(example(), BINDING, status="closed")
    inside.edited(closed)
    new.edited(closed)
    assert inside.opens().state == "ask_phone"
    assert new.opens().kind == "closed"


@pytest.mark.parametrize(("then", "kind"), [("closed", "question"), ("stopped", "closed")])
def test_when_its_time_is_over_who_is_in_it_goes_on_unless_all_leave(
    then: Literal["closed", "stopped"], kind: str
) -> None:
    """What the page shows is what its next answer meets."""
    until = NOON + timedelta(minutes=5)
    chat = Member(replace(with_flow(example(), BINDING, active_until=until, active_then=then), variants={}))
    chat.opens()
    chat.waits(minutes=6)
    assert chat.sees().kind == kind
    assert (chat.answers("0912345678").kind == "busy") == (then == "closed")


def test_a_page_that_the_playbook_has_no_more_is_closed_at_the_step_it_had() -> None:
    chat = member()
    opened = chat.opens()
    variants = {key: v for key, v in example().variants.items() if key[1] != BINDING}
    chat.edited(replace(with_flow(example(), BINDING, page=False), variants=variants))
    assert chat.sees() == Screen("closed", opened.step, binds=True)


# -- other flows on pages


LIFF = """
channels:
  main: {id: a, channel_id: "1", channel_secret: s, liff: {login_channel_id: "1", liff_id: 1-a}}
"""
OUTER = (
    LIFF
    + """
tags: {VIP: {}}
flows:
  outer:
    page: true
    inputs: {code: text}
    states:
      跑: {run: inner, next: 等}
      等: {show: "{{ answer.code }} 收到了", wait: 3d, next: 完}
      完: {end: true}
  inner:
    page: true
    states:
      問:
        ask: "{{ contact.name }}，幾？"
        answer: number
        rules:
          - {when: {text: [不知道, 不曉得]}, to: 不行}
          - {when: {text: 貴賓}, if: {tag: VIP}, to: 完}
        give_up_after: {1d: 完}
        next: 完
      不行: {end: true, screen: {problem: 沒有數字}}
      完: {end: true}
"""
)


def test_a_flow_that_another_one_runs_is_seen_on_the_page_of_the_outer_one() -> None:
    chat = Member(compiled(OUTER))
    asked = chat.opens("outer", code="A7")
    assert (asked.flow, asked.state, asked.question) == ("inner", "問", "小美，幾？")
    assert asked.links == ("不知道",)  # the other rule does not hold
    chat.answers("不知道", "outer")
    after = chat.sees("outer")
    assert (after.kind, after.state) == ("done", "等")  # nothing comes by itself: it does not spin for days
    assert after.texts == ("沒有數字", "A7 收到了")


def test_that_a_page_was_opened_is_news() -> None:
    """E.g. a tag, and a rich menu with it; not where the page has not what it needs."""
    chat = Member(compiled(OUTER + "rules: [{when: {page_opened: outer}, add_tags: [VIP]}]"))
    chat.opens("outer")
    assert chat.tags == set()
    chat.opens("outer", code="A7")
    assert chat.tags == {"VIP"}


def test_what_a_page_lacks_is_said() -> None:
    """R11 (D3): not that it were over."""
    chat = Member(compiled(OUTER))
    assert replace(chat.opens("outer"), step=0) == Screen("incomplete", 0)
    assert chat.because("not-opened")


def test_a_state_that_is_gone_is_a_problem_and_no_fault() -> None:
    chat = Member(compiled(OUTER))
    chat.opens("outer", code="A7")
    chat.contact = replace(chat.contact, flows=tuple(replace(i, state="不在") for i in chat.contact.flows))
    assert chat.sees("outer").kind == "problem"


def test_flows_that_are_stored_as_running_each_other_have_a_screen() -> None:
    """No turn stores that; should it be there, nobody waits for ever."""
    chat = Member(compiled(OUTER))
    chat.opens("outer", code="A7")
    chat.contact = replace(chat.contact, flows=tuple(replace(i, parent="inner") for i in chat.contact.flows))
    chat.contact.flows[1].parent = "outer"
    before = chat.sees("outer").step
    assert chat.answers("不知道", "outer").step > before


def test_a_page_of_a_journey_asks_also_at_night() -> None:
    """A page that is looked at pushes nothing: quiet hours are no reason to keep it waiting."""
    night = (
        LIFF
        + """
hours: {夜間: "00:00-23:59"}
flows:
  j:
    when: follow
    once_per: person
    if_late: skip
    quiet_hours: 夜間
    page: true
    states:
      問: {ask: 幾？, answer: number, give_up_after: {1d: 完}, next: 再}
      再: {ask: 再？, answer: number, give_up_after: {1d: 完}, next: 完}
      完: {end: true}
"""
    )
    chat = Member(compiled(night))
    assert chat.opens("j").question == "幾？"
    assert chat.answers("3", "j").question == "再？"
