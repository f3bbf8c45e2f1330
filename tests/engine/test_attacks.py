"""What a hostile reading of the specification found about flows: each was wrong once."""

from __future__ import annotations

from datetime import timedelta

from bot.engine.compiled.playbook import Playbook
from bot.model.event import Facts, TextMessage
from tests.engine.chat import Chat, chat_of
from tests.playbooks import compiled

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
    chat = chat_of(HELD_QUESTION)
    chat.waits(hours=10)
    chat.told("signal", "go")
    assert chat.state("j") == "問"
    chat.staff(takes_over=True)
    chat.staff(takes_over=False)
    assert chat.waits(hours=11) == ["幾分？"]
    chat.waits(hours=2)
    assert chat.ended("j") == "走"


def test_a_hand_back_arms_no_time_outs_at_a_closed_door() -> None:
    chat = chat_of(HELD_QUESTION)
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
    chat = chat_of("""
flows:
  a: {states: {跑: {run: c, next: 完}, 完: {push: a好, end: true}}}
  b: {states: {跑: {run: c, next: 完}, 完: {push: b好, end: true}}}
  c:
    states:
      問: {ask: 幾？, answer: number, give_up_after: {1d: 好}, next: 好}
      好: {end: true}
rules:
  - {when: {text: a}, start: a}
  - {when: {text: b}, start: b}
  - {when: {text: 離開}, interrupt: true, exit: b}
""")
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
    chat = chat_of(before)
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
    chat = chat_of(before)
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
    chat = chat_of(DATED)
    chat.says("生日")
    assert chat.waits(days=3) == ["一", "二"]
    assert chat.waits(days=365) == ["一", "二"]


def test_a_change_in_the_second_of_a_start_does_not_lose_it() -> None:
    chat = chat_of(DATED)
    chat.says("生日")
    due = chat.contact.timers[0].due
    chat.edited(compiled(DATED + "  - {when: {text: 新}, reply: 新}\n"))
    chat.now = due + timedelta(seconds=5)  # stored before the timers were due, decided after
    chat.hears(TextMessage("新"), at=due - timedelta(seconds=1))
    assert sorted(chat.waits(minutes=1)) == ["一", "二"]


def test_a_late_move_that_ends_makes_nothing_else_late() -> None:
    chat = chat_of("""
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
""")
    chat.waits(hours=10)
    chat.told("signal", "go")
    assert chat.waits(hours=13, down=True) == ["早安", "再來"]


def test_what_an_old_run_has_asked_reaches_no_new_run() -> None:
    chat = chat_of("""
hooks: {crm: {url: 'https://a.example', secret: s, body: {}}}
flows:
  f:
    states:
      等: {call: crm, rules: [{when: {hook: crm}, push: 聽到, to: 完}], give_up_after: {1m: 完}}
      完: {end: true}
rules: [{when: {text: 新}, interrupt: true, do: [{exit: f}, {start: f}]}]
""")
    chat.says("新")
    old = chat.origin()
    chat.says("新")
    assert chat.instance("f").visit > old.visit


# -- who hears what


def test_a_rule_in_a_flow_is_used_up_too() -> None:
    chat = chat_of("""
flows:
  f:
    rules: [{when: {text: 券}, once_per: 1d, name: 一天一張, push: 給你}]
    states:
      等: {rules: [{when: {text: 走}, to: 完}], give_up_after: {9d: 完}}
      完: {end: true}
rules: [{when: {text: f}, start: f}, {when: {text: 券}, reply: 今天給過了}]
""")
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
      問:
        ask: 哪天？
        answer: date
        otherwise: 請選日期
        tries: 2
        too_many: 走
        give_up_after: {9d: 走}
        next: 好
      好: {reply: 收到, end: true}
      走: {end: true}
cards: {picker: {buttons: {text: 選, taps: [{label: 選日期, pick: date}]}}}
rules:
  - {when: {text: f}, start: f}
  - {when: anything_else, reply: 看不懂}
"""


def test_a_paused_flow_meets_no_answer() -> None:
    chat = chat_of(ASKS.replace("STATUS", ""))
    chat.says("f")
    chat.edited(compiled(ASKS.replace("STATUS", "status: paused")))
    assert [chat.says("啊"), chat.says("啊"), chat.says("啊")] == [["看不懂"]] * 3
    assert chat.state("f") == "問"


def test_a_date_that_is_picked_while_staff_talk_is_for_staff() -> None:
    chat = chat_of(ASKS.replace("STATUS", "") + "  - {when: {text: 卡}, reply: picker}\n")
    chat.says("f")
    chat.staff(takes_over=True)
    assert chat.taps("~picker/選日期", date="2026-09-09") == []
    assert chat.state("f") == "問"


def test_whatever_the_customer_does_keeps_the_conversation_with_staff() -> None:
    chat = chat_of(
        "cards: {box: {buttons: {text: 按, taps: [{label: 靜}]}}}\nrules: [{when: {text: 盒}, reply: box}]"
    )
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
    chat = chat_of("rules: [{when: {staff: takes_over}, push: 專人服務中}]")
    assert chat.staff(takes_over=True) == ["專人服務中"]
    assert chat.staff(takes_over=True) == []


def test_a_long_choice_that_comes_back_has_a_label_that_line_takes() -> None:
    long = "我想知道最近的門市在哪裡以及今天營業到幾點鐘謝謝"
    chat = chat_of(f"""
flows:
  f:
    states:
      問: {{ask: 選, answer: [{long}, 短], give_up_after: {{1d: 完}}, next: 完}}
      完: {{end: true}}
rules: [{{when: {{text: f}}, start: f}}, {{when: {{text: 嗨}}, reply: 嗨}}]
""")
    chat.says("f")
    chat.says("嗨")
    assert [len(label) for label in chat.choices] == [20, 1]


def test_the_words_of_the_law_stop_whoever_decides_otherwise() -> None:
    chat = chat_of("consent_from: shop\nrules: [{when: follow, reply: 嗨}]")
    chat.told("shop", "member_updated", Facts(marketing=True))
    chat.says("停止推播")
    assert chat.contact.marketing is False
