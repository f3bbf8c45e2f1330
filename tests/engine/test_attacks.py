"""What a hostile reading of the specification found: each was wrong once."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

from bot.engine.playbook import Playbook
from bot.model.contact import Identity, Known
from bot.model.decision import FreePhone, Push, Reply
from bot.model.event import (
    Facts,
    FormSent,
    Found,
    News,
    PageAnswer,
    PageOpened,
    StaffUnbinds,
    TextMessage,
    TimerDue,
    Unfollow,
)
from tests.engine.chat import NOON, Chat, somebody
from tests.playbooks import compiled

LIFF = """
channels:
  main: {id: a, channel_id: "1", channel_secret: s, liff: {login_channel_id: "1", liff_id: 1-a}}
"""
TWO_CHANNELS = """
channels:
  main: {id: a, channel_id: "1", channel_secret: s}
  second: {id: b, channel_id: "2", channel_secret: s}
"""


def on_both(text: str) -> Chat:
    contact = somebody()
    contact.identities = (*contact.identities, Identity("second", "U1"))
    return Chat(compiled(TWO_CHANNELS + text), contact)


# -- stranded: an instance that nothing would ever move again

HELD_QUESTION = """
hours: {夜間: "21:00-09:00"}
flows:
  j:
    when: {signal: go}
    once_per: always
    quiet_hours: 夜間
    if_late: send
    states:
      問: {ask: 幾分？, answer: number, give_up_after: {2h: 走}, next: 好}
      好: {end: true}
      走: {end: true}
signals: {go: }
"""


def test_staff_at_night_do_not_shut_the_door_for_ever() -> None:
    chat = Chat(compiled(HELD_QUESTION))
    chat.waits(hours=10)
    chat.told("signal", "go")
    assert chat.state("j") == "問"
    chat.staff(takes_over=True)
    chat.staff(takes_over=False)
    assert chat.waits(hours=11) == ["幾分？"]
    chat.waits(hours=2)
    assert chat.ended("j") == "走"


def test_a_hand_back_arms_no_time_outs_at_a_closed_door() -> None:
    chat = Chat(compiled(HELD_QUESTION))
    chat.waits(hours=10)
    chat.told("signal", "go")
    chat.staff(takes_over=True)
    chat.staff(takes_over=False)
    assert [timer.timer for timer in chat.contact.timers] == ["door"]


RUNS = """
flows:
  parent:
    states:
      跑:
        run: child
        rules: [{when: {ended: [好, 走]}, push: 孩子完了, to: 完}]
      完: {end: true}
  child:
    STATUS
    states:
      問: {ask: 幾？, answer: number, otherwise: 數字, give_up_after: {1d: 走}, next: 好}
      好: {end: true}
      走: {end: true}
rules: [{when: {text: p}, start: parent}]
"""


def runs(status: str = "status: live") -> Playbook:
    return compiled(RUNS.replace("STATUS", status))


def test_a_flow_that_runs_a_stopped_one_leaves_with_it() -> None:
    chat = Chat(runs())
    chat.says("p")
    chat.edited(runs("status: stopped"))
    chat.says("嗯")
    assert chat.contact.flows == ()


def test_a_flow_whose_child_is_moved_out_leaves_with_it() -> None:
    chat = Chat(runs())
    chat.says("p")
    moved = RUNS.replace("STATUS", "moved: {問: exit}").replace("問: {ask", "新: {ask")
    chat.edited(compiled(moved))
    chat.says("嗯")
    assert chat.contact.flows == ()


def test_who_runs_a_paused_flow_or_is_run_by_one_waits() -> None:
    paused = RUNS.replace("  parent:\n", "  parent:\n    status: paused\n").replace("STATUS", "status: live")
    chat = Chat(runs())
    chat.says("p")
    chat.edited(compiled(paused))
    chat.says("5")
    chat.waits(days=2)
    assert (chat.state("parent"), chat.state("child")) == ("跑", "問")
    chat.edited(runs())
    assert chat.says("5") == ["孩子完了"]


def test_two_flows_that_run_the_same_one_both_go_on() -> None:
    text = """
flows:
  a: {states: {跑: {run: c, next: 完}, 完: {push: a好, end: true}}}
  b: {states: {跑: {run: c, next: 完}, 完: {push: b好, end: true}}}
  c:
    states:
      問: {ask: 幾？, answer: number, give_up_after: {1d: 好}, next: 好}
      好: {end: true}
rules: [{when: {text: a}, start: a}, {when: {text: b}, start: b}, {when: {text: 離開}, interrupt: true, exit: b}]
"""
    chat = Chat(compiled(text))
    chat.says("a")
    chat.says("b")
    assert sorted(chat.says("5")) == ["a好", "b好"]
    chat.says("a")
    chat.says("b")
    chat.says("離開")
    assert chat.says("5") == ["a好"]


def test_who_rests_in_a_state_that_has_become_an_end_has_ended() -> None:
    before = """
flows:
  f:
    states:
      等: {rules: [{when: {text: 走}, to: 完}], give_up_after: {1d: 完}}
      完: {end: true}
rules: [{when: {text: f}, start: f}]
"""
    after = """
flows:
  f:
    states:
      問: {ask: 幾？, answer: number, give_up_after: {1d: 等}, next: 等}
      等: {push: 好, end: true}
rules: [{when: {text: f}, start: f}]
"""
    chat = Chat(compiled(before))
    chat.says("f")
    chat.edited(compiled(after))
    assert chat.says("嗯") == []
    assert chat.ended("f") == "等"
    assert chat.says("f") == ["幾？"]


def test_who_rests_in_a_state_that_now_runs_a_flow_runs_it() -> None:
    before = """
flows:
  f: {states: {等: {rules: [{when: {text: 走}, to: 完}], give_up_after: {9d: 完}}, 完: {end: true}}}
  c: {states: {問: {ask: 幾？, answer: number, give_up_after: {1d: 好}, next: 好}, 好: {end: true}}}
rules: [{when: {text: f}, start: f}, {when: {text: c}, start: c}]
"""
    after = before.replace(
        "{rules: [{when: {text: 走}, to: 完}], give_up_after: {9d: 完}}", "{run: c, next: 完}"
    )
    chat = Chat(compiled(before))
    chat.says("f")
    chat.edited(compiled(after))
    assert chat.says("嗯") == ["幾？"]
    chat.says("5")
    assert chat.ended("f") == "完"


# -- time


DATED = """
attributes: {birthday: date}
flows:
  one:
    when: {anniversary: birthday, at: 10:00}
    once_per: 300d
    states: {一: {push: 一, end: true}}
  two:
    when: {anniversary: birthday, at: 10:00}
    once_per: 300d
    states: {二: {push: 二, end: true}}
rules:
  - {when: {text: 生日}, set: {birthday: 2000-09-03}}
"""


def test_two_journeys_of_one_date_both_start() -> None:
    chat = Chat(compiled(DATED))
    chat.says("生日")
    assert chat.waits(days=3) == ["一", "二"]
    assert chat.waits(days=365) == ["一", "二"]


def test_a_change_in_the_second_of_a_start_does_not_lose_it() -> None:
    chat = Chat(compiled(DATED))
    chat.says("生日")
    due = chat.contact.timers[0].due
    chat.edited(compiled(DATED + "  - {when: {text: 新}, reply: 新}\n"))
    chat.now = due + timedelta(seconds=5)  # stored before the timers were due, decided after
    chat.hears(TextMessage("新"), at=due - timedelta(seconds=1))
    assert sorted(chat.waits(minutes=1)) == ["一", "二"]


def test_a_late_move_that_ends_makes_nothing_else_late() -> None:
    text = """
hours: {夜間: "21:00-09:00"}
flows:
  j:
    when: {signal: go}
    once_per: always
    quiet_hours: 夜間
    if_late: send
    states: {推: {push: 早安, end: true}}
  k:
    when: {flow_ended: j}
    once_per: always
    if_late: skip
    states: {推: {push: 再來, end: true}}
signals: {go: }
"""
    chat = Chat(compiled(text))
    chat.waits(hours=10)
    chat.told("signal", "go")
    assert chat.waits(hours=13, down=True) == ["早安", "再來"]


def test_what_an_old_run_has_asked_reaches_no_new_run() -> None:
    text = """
hooks: {crm: {url: 'https://a.example', secret: s, body: {}}}
flows:
  f:
    states:
      等: {call: crm, rules: [{when: {hook: crm}, push: 聽到, to: 完}], give_up_after: {1m: 完}}
      完: {end: true}
rules: [{when: {text: 新}, interrupt: true, do: [{exit: f}, {start: f}]}]
"""
    chat = Chat(compiled(text))
    chat.says("新")
    old = chat.origin()
    chat.says("新")
    assert chat.instance("f").visit > old.visit


# -- who hears what


def test_a_rule_in_a_flow_is_used_up_too() -> None:
    text = """
flows:
  f:
    rules: [{when: {text: 券}, once_per: 1d, name: 一天一張, push: 給你}]
    states:
      等: {rules: [{when: {text: 走}, to: 完}], give_up_after: {9d: 完}}
      完: {end: true}
rules: [{when: {text: f}, start: f}, {when: {text: 券}, reply: 今天給過了}]
"""
    chat = Chat(compiled(text))
    chat.says("f")
    assert chat.says("券") == ["給你"]
    assert chat.says("券") == ["今天給過了"]
    chat.waits(days=1)
    assert chat.says("券") == ["給你"]


ASKS = """
flows:
  f:
    STATUS
    states:
      問: {ask: 哪天？, answer: date, otherwise: 請選日期, tries: 2, too_many: 走, give_up_after: {9d: 走}, next: 好}
      好: {reply: 收到, end: true}
      走: {end: true}
cards: {picker: {buttons: {text: 選, taps: [{label: 選日期, pick: date}]}}}
rules:
  - {when: {text: f}, start: f}
  - {when: anything_else, reply: 看不懂}
"""


def test_a_paused_flow_meets_no_answer() -> None:
    chat = Chat(compiled(ASKS.replace("STATUS", "")))
    chat.says("f")
    chat.edited(compiled(ASKS.replace("STATUS", "status: paused")))
    assert [chat.says("啊"), chat.says("啊"), chat.says("啊")] == [["看不懂"]] * 3
    assert chat.state("f") == "問"


def test_a_date_that_is_picked_while_staff_talk_is_for_staff() -> None:
    chat = Chat(compiled(ASKS.replace("STATUS", "") + "  - {when: {text: 卡}, reply: picker}\n"))
    chat.says("f")
    chat.staff(takes_over=True)
    assert chat.taps("~picker/選日期", date="2026-09-09") == []
    assert chat.state("f") == "問"


def test_whatever_the_customer_does_keeps_the_conversation_with_staff() -> None:
    text = "cards: {box: {buttons: {text: 按, taps: [{label: 靜}]}}}\nrules: [{when: {text: 盒}, reply: box}]"
    chat = Chat(compiled(text))
    chat.staff(takes_over=True)
    chat.waits(hours=11)
    chat.says("停止推播")
    chat.waits(hours=11)
    assert chat.contact.identity("main").staff
    chat.taps("~box/靜")
    chat.waits(hours=11)
    assert chat.contact.identity("main").staff
    chat.waits(hours=1)
    assert not chat.contact.identity("main").staff


def test_staff_who_have_the_conversation_do_not_take_it_anew() -> None:
    chat = Chat(compiled("rules: [{when: {staff: takes_over}, push: 專人服務中}]"))
    assert chat.staff(takes_over=True) == ["專人服務中"]
    assert chat.staff(takes_over=True) == []


def test_a_long_choice_that_comes_back_has_a_label_that_line_takes() -> None:
    long = "我想知道最近的門市在哪裡以及今天營業到幾點鐘謝謝"
    text = f"""
flows:
  f: {{states: {{問: {{ask: 選, answer: [{long}, 短], give_up_after: {{1d: 完}}, next: 完}}, 完: {{end: true}}}}}}
rules: [{{when: {{text: f}}, start: f}}, {{when: {{text: 嗨}}, reply: 嗨}}]
"""
    chat = Chat(compiled(text))
    chat.says("f")
    chat.says("嗨")
    assert [len(label) for label in chat.choices] == [20, 1]


def test_the_words_of_the_law_stop_whoever_decides_otherwise() -> None:
    chat = Chat(compiled("consent_from: shop\nrules: [{when: follow, reply: 嗨}]"))
    chat.told("shop", "member_updated", Facts(marketing=True))
    chat.says("停止推播")
    assert chat.contact.marketing is False


# -- pages, forms, results

FORM = (
    LIFF
    + """
attributes: {n: number}
forms:
  ask:
    title: 問
    AGAIN
    fields: [{ask: 幾？, answer: number, save: n}]
    done: {trigger: 我填好了, do: [{add_tags: [填過]}, {increase: {m: 1}}, {reply: 謝謝}]}
rules:
  - {when: anything_else, reply: 看不懂}
"""
).replace("attributes: {n: number}", "attributes: {n: number, m: number}")


def test_each_of_two_results_is_given_exactly_once() -> None:
    chat = Chat(compiled(FORM.replace("AGAIN", "again: true")))
    chat.hears(FormSent("ask", ("1",)), token=False)
    chat.now += timedelta(seconds=5)
    chat.hears(FormSent("ask", ("2",)), token=False)
    assert chat.says("我填好了") == ["謝謝"]
    assert chat.attributes["m"] == 1
    assert chat.waits(seconds=60) == ["謝謝"]
    assert chat.attributes == {"n": 2, "m": 2}
    assert chat.contact.results == ()
    assert chat.contact.timers == ()


def test_a_form_that_is_not_for_again_is_sent_once() -> None:
    chat = Chat(compiled(FORM.replace("AGAIN", "intro: 填")))
    chat.hears(FormSent("ask", ("1",)), token=False)
    chat.hears(FormSent("ask", ("2",)), token=False)
    assert chat.attributes == {"n": 1}
    chat.says("我填好了")
    assert chat.attributes == {"n": 1, "m": 1}


def test_pushes_that_wait_for_a_result_do_not_grow_without_bound() -> None:
    chat = Chat(compiled(FORM.replace("AGAIN", "again: true") + "  - {when: {signal: go}, push: 推}\nsignals: {go: }\n"))
    chat.hears(FormSent("ask", ("1",)), token=False)
    said = [text for _ in range(50) for text in chat.told("signal", "go")]
    (pending,) = chat.contact.results
    assert len(pending.pushes) <= 5
    assert len(said) + len(pending.pushes) == 50


PAGED = (
    LIFF
    + """
flows:
  outer:
    page: true
    inputs: {code: text}
    states:
      跑: {run: inner, next: 完}
      完: {push: "{{ answer.code or 無 }}", end: true}
  inner:
    page: true
    states:
      問: {ask: 幾？, answer: number, otherwise: 數字, give_up_after: {1d: 完}, next: 再問}
      再問: {ask: 再？, answer: number, give_up_after: {1d: 完}, next: 完}
      完: {end: true}
rules:
  - {when: {text: 開始}, start: {flow: outer, with: {code: chat}}}
  - {when: {text: 5}, reply: 五}
  - {when: anything_else, reply: 看不懂}
"""
)


def test_a_page_takes_what_its_flow_runs_with_it() -> None:
    chat = Chat(compiled(PAGED))
    assert chat.says("開始") == ["幾？"]
    chat.hears(PageOpened("outer", {"code": "A"}), token=False)
    assert chat.says("5") == ["五"]
    assert chat.hears(PageAnswer("outer", "5"), token=False) == []
    assert chat.state("inner") == "再問"


def test_the_code_that_was_scanned_last_counts() -> None:
    chat = Chat(compiled(PAGED))
    chat.hears(PageOpened("outer", {"code": "A"}), token=False)
    chat.hears(PageOpened("outer", {"code": "B"}), token=False)
    chat.hears(PageAnswer("outer", "1"), token=False)
    assert chat.hears(PageAnswer("outer", "2"), token=False) == ["B"]


# -- bindings

BINDING = (
    LIFF
    + """
privacy:
  {controller: 森活, purpose: 會員, kinds: 手機, period: 三年, recipients: 無, rights_contact: a@b.tw, url: 'https://a.example/p', terms: 'https://a.example/t', version: "1"}
flows:
  bind:
    page: true
    states:
      問: {ask: 手機？, answer: phone, give_up_after: {9m: 走}, next: 傳}
      傳:
        send_code: "{{ answer.問 }}"
        rules: [{when: {code: [sent, too_soon]}, to: 碼}, {when: {code: [refused, failed]}, to: 走}]
        give_up_after: {1m: 走}
      碼: {ask: 碼？, answer: code, give_up_after: {9m: 走}, next: 對}
      對:
        check_code: "{{ answer.碼 }}"
        rules: [{when: {code: right}, to: 找}, {when: {code: [wrong, locked, expired]}, to: 走}]
        give_up_after: {1m: 走}
      找:
        find_member: none
        rules: [{when: {member: [found, taken]}, to: 綁}, {when: {member: [missing, shop_failed]}, to: 走}]
        give_up_after: {1m: 走}
      綁: {do: [bind_member, {add_tags: [已綁定]}], end: true}
      走: {end: true}
rules: [{when: {text: 解除}, unbind: phone}, {when: {unbound: clerk}, push: 專員走了}]
"""
)
PHONE, OTHER_PHONE = "+886912345678", "+886987654321"


def at_the_member(chat: Chat, phone: str) -> None:
    chat.hears(PageOpened("bind"), token=False)
    chat.hears(PageAnswer("bind", phone), token=False)
    chat.comes_back("code", "sent")
    chat.hears(PageAnswer("bind", "123456"), token=False)
    chat.comes_back("code", "right", proven=phone)


def bound(phone: str = PHONE) -> Chat:
    chat = Chat(compiled(BINDING))
    at_the_member(chat, phone)
    chat.comes_back("member", "found", found=Found(phone, until=chat.now + timedelta(minutes=2)))
    assert "phone" in chat.contact.bindings
    return chat


def test_a_phone_that_is_taken_is_bound_by_no_flow() -> None:
    chat = Chat(compiled(BINDING))
    at_the_member(chat, PHONE)
    chat.comes_back("member", "taken", found=Found(PHONE, other="main:U2"))
    assert chat.contact.bindings == {}
    assert chat.contact.phone is None


def test_who_is_found_too_late_is_not_told_to_be_bound() -> None:
    chat = Chat(compiled(BINDING))
    at_the_member(chat, PHONE)
    until = chat.now + timedelta(minutes=2)
    chat.now += timedelta(seconds=121)  # the server was down: give_up_after has the same story
    chat.contact.timers = ()
    chat.comes_back("member", "found", found=Found(PHONE, until=until))
    assert (chat.ended("bind"), chat.tags) == ("走", set())


def test_who_unbinds_gives_the_phone_back() -> None:
    chat = bound()
    chat.says("解除")
    assert chat.actions(FreePhone) == [FreePhone(PHONE)]
    assert chat.contact.phone is None
    chat = bound()
    chat.hears(StaffUnbinds("phone"), token=False)
    assert chat.actions(FreePhone) == [FreePhone(PHONE)]


def test_another_phone_frees_the_first_and_keeps_the_tags_of_the_binding() -> None:
    chat = bound()
    at_the_member(chat, OTHER_PHONE)
    chat.comes_back("member", "found", found=Found(OTHER_PHONE, until=chat.now + timedelta(minutes=2)))
    assert chat.actions(FreePhone) == [FreePhone(PHONE)]
    assert chat.contact.phone == OTHER_PHONE
    chat.says("解除")
    assert chat.tags == set()


def test_undoing_what_was_not_bound_is_no_news() -> None:
    chat = Chat(compiled(BINDING))
    assert chat.hears(StaffUnbinds("clerk"), token=False) == []


# -- several channels, blocked people, standby


def test_an_outcome_is_heard_and_answered_where_the_flow_is() -> None:
    chat = on_both(
        """
hooks: {crm: {url: 'https://a.example', secret: s, body: {}}}
flows:
  f:
    states:
      等: {rules: [{when: {tag_added: 甲}, to: 問}], give_up_after: {1d: 完}}
      問:
        call: crm
        rules: [{when: {hook: crm, result: ok}, push: 好, to: 完}, {when: {hook: crm, result: failed}, to: 完}]
        give_up_after: {1d: 完}
      完: {end: true}
rules: [{when: {text: f}, start: f}, {when: {text: 甲}, add_tags: [甲]}]
"""
    )
    chat.channel = "second"
    chat.says("f")
    chat.channel = "main"
    chat.says("甲")
    chat.comes_back("hook", "ok", subject="crm")
    assert [a.channel for a in chat.last.actions if isinstance(a, Push)] == ["second"]


def test_who_has_blocked_us_is_sent_nothing() -> None:
    chat = Chat(compiled("rules: [{when: {signal: go}, push: 推}]\nsignals: {go: }"))
    chat.hears(Unfollow(), token=False)
    assert chat.told("signal", "go") == []
    assert chat.contact.identity("main").pushed is None
    assert chat.because("skipped")


def test_nothing_is_sent_by_the_token_of_a_standby_event() -> None:
    chat = Chat(compiled("rules: [{when: {text: 嗨}, with_staff: true, do: [{reply: 嗨}, {push: 推}]}]"))
    chat.hears(TextMessage("嗨"), standby=True)
    assert [a for a in chat.last.actions if isinstance(a, Reply)] == []


# -- decide never raises


def test_flows_that_start_each_other_deeply_are_cut_before_the_stack_is() -> None:
    flows = [
        f"  f{n}: {{states: {{一: {{branch: [{{if: {{bound: phone}}, to: 二}}, {{do: [{{start: f{n + 1}}}], to: 二}}]}},"
        " 二: {end: true}}}\n"
        for n in range(70)
    ]
    text = f"flows:\n{''.join(flows)}  f70: {{states: {{一: {{end: true}}}}}}\nrules: [{{when: {{text: f}}, start: f0}}]\n"
    chat = Chat(compiled(text))
    limit = sys.getrecursionlimit()
    depth = len(_frames())
    sys.setrecursionlimit(depth + 450)
    try:
        chat.says("f")
    finally:
        sys.setrecursionlimit(limit)
    assert chat.because("chain-cut")


def _frames() -> list[object]:
    frames, frame = [], sys._getframe()
    while frame is not None:
        frames.append(frame)
        frame = frame.f_back  # type: ignore[assignment]
    return frames
