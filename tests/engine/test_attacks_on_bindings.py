"""What a hostile reading found about pages, forms, results and bindings: each was wrong once."""

from __future__ import annotations

from datetime import timedelta

from bot.engine.pages.screen import trigger_of
from bot.model.contact import AttributeValue
from bot.model.effects import FreePhone, MoveMember, SendCode
from bot.model.event import PageAnswer, PageOpened
from bot.model.instance import ReservedMember
from bot.model.staff_order import StaffUnbinds
from tests.engine.chat import NOON, Chat, chat_of

LIFF = """
channels:
  main:
    {id: a, channel_id: "1", channel_secret: s, sms: codes, shop: forest,
     liff: {login_channel_id: "1", liff_id: 1-a}}
sms: {codes: {provider: console}}
shops: {forest: {platform: csv}}
"""
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
    chat = chat_of(FORM.replace("AGAIN", "again: true"))
    chat.fills("ask", "1")
    chat.now += timedelta(seconds=5)
    chat.fills("ask", "2")
    assert chat.says("我填好了") == ["謝謝"]
    assert chat.attributes["m"] == 1
    assert chat.waits(seconds=59) == []
    assert chat.waits(seconds=1) == ["謝謝"]
    assert chat.attributes == {"n": 2, "m": 2}
    assert chat.contact.results == ()
    assert chat.contact.timers == ()


OPENED_AGAIN = (
    LIFF
    + """
flows:
  binding:
    page: true
    states:
      完:
        do: [{result: {trigger: 我已綁定過, reply: 您已綁定}}]
        end: true
rules:
  - {when: anything_else, reply: 看不懂}
"""
)


def test_a_page_that_is_opened_again_and_again_costs_one_push() -> None:
    """Each would cost the team money, and a program opens a page hundreds of times a minute."""
    chat = chat_of(OPENED_AGAIN)
    for _ in range(50):
        chat.hears(PageOpened("binding"), token=False)
        chat.now += timedelta(seconds=1)
    assert chat.waits(seconds=60) == ["您已綁定"]
    assert chat.waits(seconds=600) == []
    assert chat.contact.results == ()


def test_a_result_that_waited_already_waits_for_the_page_that_was_opened_last() -> None:
    chat = chat_of(OPENED_AGAIN)
    chat.hears(PageOpened("binding"), token=False)
    chat.now += timedelta(seconds=59)
    chat.hears(PageOpened("binding"), token=False)
    assert chat.waits(seconds=5) == []
    assert chat.says("我已綁定過") == ["您已綁定"]
    assert chat.says("我已綁定過") == ["看不懂"]


def test_a_form_that_is_not_for_again_is_sent_once() -> None:
    chat = chat_of(FORM.replace("AGAIN", "intro: 填"))
    chat.fills("ask", "1")
    chat.fills("ask", "2")
    assert chat.attributes == {"n": 1}
    chat.says("我填好了")
    assert chat.attributes == {"n": 1, "m": 1}


def test_pushes_that_wait_for_a_result_do_not_grow_without_bound() -> None:
    chat = chat_of(
        FORM.replace("AGAIN", "again: true") + "  - {when: {signal: go}, push: 推}\nsignals: {go: }\n"
    )
    chat.fills("ask", "1")
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
    chat = chat_of(PAGED)
    assert chat.says("開始") == ["幾？"]
    chat.hears(PageOpened("outer", {"code": "A"}), token=False)
    assert chat.says("5") == ["五"]
    assert chat.hears(PageAnswer("outer", "5"), token=False) == []
    assert chat.state("inner") == "再問"


def test_the_code_that_was_scanned_last_counts() -> None:
    chat = chat_of(PAGED)
    chat.hears(PageOpened("outer", {"code": "A"}), token=False)
    chat.hears(PageOpened("outer", {"code": "B"}), token=False)
    chat.hears(PageAnswer("outer", "1"), token=False)
    assert chat.hears(PageAnswer("outer", "2"), token=False) == ["B"]


# -- bindings

BINDING = (
    LIFF
    + """
privacy:
  controller: 森活
  purpose: 會員
  kinds: 手機
  period: 三年
  recipients: 無
  rights_contact: a@b.tw
  url: 'https://a.example/p'
  terms: 'https://a.example/t'
  version: "1"
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
    chat = chat_of(BINDING)
    at_the_member(chat, phone)
    chat.comes_back("member", "found", found=ReservedMember(phone, until=chat.now + timedelta(minutes=2)))
    assert "phone" in chat.contact.bindings
    return chat


def test_a_phone_that_is_taken_is_bound_by_no_flow() -> None:
    chat = chat_of(BINDING)
    at_the_member(chat, PHONE)
    chat.comes_back("member", "taken", found=ReservedMember(PHONE, other="main:U2"))
    assert chat.contact.bindings == {}
    assert chat.contact.phone is None


def test_who_is_found_too_late_is_not_told_to_be_bound() -> None:
    chat = chat_of(BINDING)
    at_the_member(chat, PHONE)
    until = chat.now + timedelta(minutes=2)
    chat.now += timedelta(seconds=121)  # the server was down: give_up_after has the same story
    chat.contact.timers = ()
    chat.comes_back("member", "found", found=ReservedMember(PHONE, until=until))
    assert (chat.ended("bind"), chat.tags) == ("走", set())


def test_who_unbinds_gives_the_phone_back() -> None:
    chat = bound()
    chat.says("解除")
    assert chat.actions(FreePhone) == [FreePhone(PHONE)]
    assert chat.contact.phone is None
    chat = bound()
    chat.hears(StaffUnbinds("phone"), token=False)
    assert chat.actions(FreePhone) == [FreePhone(PHONE)]


WITH_RESULT = BINDING.replace(
    "綁: {do: [bind_member, {add_tags: [已綁定]}], end: true}",
    "綁: {do: [bind_member, {result: {trigger: 好了, do: [{add_tags: [已綁定]}, {reply: 賀}]}}], end: true}",
)


def test_who_unbinds_before_the_result_is_said_gets_nothing_of_it() -> None:
    """B11: else the tag, and what it starts, would stay with somebody who is bound to nothing."""
    chat = chat_of(WITH_RESULT)
    at_the_member(chat, PHONE)
    chat.comes_back("member", "found", found=ReservedMember(PHONE, until=chat.now + timedelta(minutes=2)))
    chat.says("解除")
    assert trigger_of(chat.playbook, chat.contact, "bind", "main") is None
    assert chat.says("好了") == []
    assert chat.waits(seconds=61) == []
    assert (chat.tags, chat.contact.results) == (set(), ())


def test_another_phone_frees_the_first_and_keeps_the_tags_of_the_binding() -> None:
    chat = bound()
    at_the_member(chat, OTHER_PHONE)
    chat.comes_back(
        "member", "found", found=ReservedMember(OTHER_PHONE, until=chat.now + timedelta(minutes=2))
    )
    assert chat.actions(FreePhone) == [FreePhone(PHONE)]
    assert chat.contact.phone == OTHER_PHONE
    chat.says("解除")
    assert chat.tags == set()


def test_undoing_what_was_not_bound_is_no_news() -> None:
    chat = chat_of(BINDING)
    assert chat.hears(StaffUnbinds("clerk"), token=False) == []


# -- what a flow asks for without having it


def test_a_second_proof_that_is_not_there_is_not_waived() -> None:
    text = BINDING.replace(
        "找:\n        find_member: none\n",
        '找:\n        move_member: {birthday: "{{ attribute.birthday }}"}\n',
    ).replace("flows:\n", "attributes: {birthday: date}\nflows:\n")
    chat = chat_of(text)
    at_the_member(chat, PHONE)
    assert chat.actions(MoveMember) == []
    assert chat.ended("bind") == "走"


def test_nobody_is_looked_up_before_a_right_code() -> None:
    text = BINDING.replace("next: 傳}", "next: 找}")
    chat = chat_of(text[: text.index("      傳:")] + text[text.index("      找:") :])
    chat.hears(PageOpened("bind"), token=False)
    chat.hears(PageAnswer("bind", PHONE), token=False)
    assert (chat.asked, chat.ended("bind")) == ([], "走")


def test_a_code_for_a_phone_that_is_not_there_has_failed_at_once() -> None:
    text = BINDING.replace('send_code: "{{ answer.問 }}"', 'send_code: "{{ attribute.tel }}"')
    text = text.replace("flows:\n", "attributes: {tel: text}\nflows:\n")
    chat = chat_of(text)
    chat.hears(PageOpened("bind"), token=False)
    chat.hears(PageAnswer("bind", PHONE), token=False)
    assert chat.actions(SendCode) == []
    assert chat.ended("bind") == "走"


def test_a_number_never_grows_beyond_what_can_be_stored() -> None:
    chat = chat_of("attributes: {n: number}\nrules: [{when: {text: 加}, increase: {n: 1}}]")
    chat.contact.attributes = {"n.n": AttributeValue(2**63 - 1, NOON)}
    chat.says("加")
    assert chat.attributes == {"n": 2**63 - 1}
    assert chat.because("not-set")
