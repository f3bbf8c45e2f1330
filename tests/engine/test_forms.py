"""Forms: a question a screen, left out, gone back to, changed, looked over and sent (E1, E2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine.compiled.form import flow_of_form
from bot.model.contact import Binding
from bot.model.counts import OF_GOALS, REACHED
from bot.model.effects import FindMatches
from bot.model.event import PageAnswer
from bot.model.mark import Mark
from bot.model.screen import Screen
from tests.engine.chat import Chat, chat_of
from tests.playbooks import compiled

HEAD = """
channels:
  main:
    {id: a, channel_id: "1", channel_secret: s, liff: {login_channel_id: "1", liff_id: 1-a}}
  second:
    {id: b, channel_id: "2", channel_secret: s, liff: {login_channel_id: "1", liff_id: 1-b}}
privacy: {version: v1, controller: 店, purpose: 會員, kinds: 生日, period: 五年, recipients: 本店,
          rights_contact: a@a.example, url: https://a.example/p, terms: https://a.example/t}
attributes: {birthday: date, skin: text, visit: date, at: time, size: number, nickname: text}
hours: {營業: {mon-fri: 10:00-18:00}}
"""
DATA = (
    HEAD
    + """
forms:
  data:
    title: 客戶資料
    intro: 30 秒
    button: 送出去
    MORE
    fields:
      - {ask: 您的生日, answer: {type: date, at_most: today}, save: birthday}
      - {ask: 您的膚質, answer: [乾性, 油性], save: skin, optional: true}
      - {ask: 喜歡什麼, answer: {of: [保養, 彩妝], choices: several}, save: tags, optional: true}
      - {ask: 願意收到訊息嗎, answer: consent}
    done: {trigger: 我填好了, do: [{add_tags: [填過]}, {reply: 謝謝}]}
rules:
  - {when: {form_sent: data}, note: 收到}
  - {when: anything_else, reply: 看不懂}
"""
)


def data(more: str = "again: false") -> Chat:
    return chat_of(DATA.replace("MORE", more))


def test_a_form_is_filled_in_and_sent() -> None:
    """E1: nothing is kept of it before it is sent; then its result is said by the page, for free."""
    chat = data()
    screen = chat.goes_to("data")
    assert (screen.kind, screen.state, screen.question) == ("question", "birthday", "您的生日")
    assert screen.form is not None
    assert (screen.form.number, screen.form.of, screen.form.optional) == (1, 4, False)
    chat.does("data", "1990-05-20")
    chat.does("data", "油性")
    chat.does("data", "保養、彩妝")
    screen = chat.does("data", "同意")
    assert (screen.kind, screen.state) == ("review", None)
    assert screen.form is not None
    assert screen.form.button == "送出去"
    assert [(row.key, row.text) for row in screen.form.rows] == [
        ("birthday", "1990-05-20"),
        ("skin", "油性"),
        ("喜歡什麼", "保養、彩妝"),
        ("願意收到訊息嗎", "是"),
    ]
    assert (chat.attributes, chat.tags, chat.contact.marketing) == ({}, set(), None)
    screen = chat.does("data", "", "send")
    assert (screen.kind, screen.say) == ("done", "我填好了")
    assert Mark("main", OF_GOALS, REACHED, ("form data",)) in chat.last.marks, "who has sent it is known"
    assert chat.attributes == {"birthday": "1990-05-20", "skin": "油性"}
    assert (chat.tags, chat.contact.marketing) == ({"保養", "彩妝"}, True)
    assert chat.says("我填好了") == ["謝謝"]
    assert "填過" in chat.tags
    assert chat.says("我填好了") == ["看不懂"]
    assert chat.costs == 0


def test_what_is_begun_goes_on_where_it_was() -> None:
    """Also on another telephone, for it lies on the contact. It is forgotten after 30 days."""
    chat = data()
    chat.goes_to("data")
    chat.does("data", "1990-05-20")
    chat.waits(days=29)
    screen = chat.goes_to("data")
    assert screen.state == "skin"
    chat.does("data", "油性")
    chat.waits(days=29)
    assert chat.goes_to("data").state == "喜歡什麼"
    chat.waits(days=2)
    assert chat.contact.flows == ()
    assert chat.contact.timers == ()
    assert chat.goes_to("data").state == "birthday"


def test_it_is_sent_once_unless_it_says_again() -> None:
    chat = data()
    chat.fills("data", "1990-05-20", None, None, "同意")
    assert chat.screen("data").kind == "done"
    assert chat.goes_to("data").kind == "sent"
    assert chat.does("data", "1991-01-01").kind == "sent"
    assert chat.attributes == {"birthday": "1990-05-20"}
    chat = data("again: true")
    chat.fills("data", "1990-05-20", None, None, "同意")
    assert chat.goes_to("data").state == "birthday"
    chat.fills("data", "1991-01-01", None, None, "不同意")
    assert chat.attributes == {"birthday": "1991-01-01"}
    assert chat.contact.marketing is False


def test_fields_are_left_out_gone_back_to_and_changed() -> None:
    chat = data()
    chat.goes_to("data")
    assert chat.does("data", "", "skip").state == "birthday"  # which may not be left out
    chat.does("data", "1990-05-20")
    screen = chat.does("data", "", "back")
    assert (screen.state, screen.form and screen.form.given) == ("birthday", "1990-05-20")
    assert chat.does("data", "", "back").state == "birthday"  # the first
    assert chat.does("data", "1990-05-21").state == "skin"
    assert chat.does("data", "", "skip").state == "喜歡什麼"
    chat.does("data", "", "skip")
    screen = chat.does("data", "同意")
    assert screen.form is not None
    assert [row.text for row in screen.form.rows] == ["1990-05-21", None, None, "是"]
    assert chat.does("data", "nobody", "change").kind == "review"
    assert chat.does("data", "skin", "change").state == "skin"
    screen = chat.does("data", "乾性")
    assert screen.kind == "review"
    assert chat.does("data", "", "back").state == "願意收到訊息嗎"
    chat.does("data", "同意")
    chat.does("data", "", "send")
    assert chat.attributes == {"birthday": "1990-05-21", "skin": "乾性"}


def given(screen: Screen) -> tuple[str | None, str | None]:
    """Which field is asked, with what was answered there before."""
    return screen.state, screen.form.given if screen.form is not None else None


def test_on_the_way_forward_each_field_that_was_gone_back_over_is_shown_with_its_answer() -> None:
    """E1: up to where one came from, and not further; a page that is closed meanwhile forgets none of it."""
    chat = data()
    chat.goes_to("data")
    for said in ("1990-05-20", "油性", "保養"):
        chat.does("data", said)
    assert [given(chat.does("data", "", "back")) for _ in range(3)] == [
        ("喜歡什麼", "保養"),
        ("skin", "油性"),
        ("birthday", "1990-05-20"),
    ]
    assert given(chat.does("data", "1990-05-21")) == ("skin", "油性")
    assert given(chat.goes_to("data")) == ("skin", "油性")
    assert given(chat.does("data", "", "back")) == ("birthday", "1990-05-21")
    assert given(chat.does("data", "1990-05-22")) == ("skin", "油性")
    assert given(chat.does("data", "乾性")) == ("喜歡什麼", "保養")
    assert given(chat.does("data", "", "skip")) == ("願意收到訊息嗎", None)
    assert chat.does("data", "同意").kind == "review"
    assert given(chat.does("data", "skin", "change")) == ("skin", "乾性")
    assert chat.does("data", "油性").kind == "review", "who changes one answer is not led through all others"
    assert given(chat.does("data", "skin", "change")) == ("skin", "油性")
    assert given(chat.does("data", "", "back")) == ("birthday", "1990-05-22")
    assert given(chat.does("data", "1990-05-20")) == ("skin", "油性")
    assert chat.does("data", "油性").kind == "review"
    chat.does("data", "", "back")
    assert given(chat.does("data", "", "back")) == ("喜歡什麼", None)
    assert given(chat.does("data", "", "skip")) == ("願意收到訊息嗎", "是")
    assert chat.does("data", "同意").kind == "review"


def test_an_edit_takes_away_a_field_that_was_gone_back_over() -> None:
    chat = data()
    chat.goes_to("data")
    for said in ("1990-05-20", "油性", "保養"):
        chat.does("data", said)
    for _ in range(3):
        chat.does("data", "", "back")
    chat.edited(compiled(EDITED))
    assert given(chat.does("data", "1990-05-20")) == ("skin", None), "its choice is gone"
    assert given(chat.does("data", "乾性")) == ("size", None)
    assert given(chat.does("data", "42")) == ("願意收到訊息嗎", None)
    assert chat.does("data", "同意").kind == "review"
    assert chat.does("data", "", "send").kind == "done"


def test_a_form_that_goes_on_says_so_until_the_next_step() -> None:
    """E1: also on the look over all answers; not of one that was opened before anything was answered."""
    chat = data()

    def resumed(screen: Screen) -> bool:
        assert screen.form is not None
        return screen.form.resumed

    assert not resumed(chat.goes_to("data"))
    assert not resumed(chat.goes_to("data"))
    assert not resumed(chat.does("data", "1990-05-20"))
    assert resumed(chat.goes_to("data"))
    assert resumed(chat.does("data", "nothing like it")), "nothing has gone on"
    assert not resumed(chat.does("data", "油性"))
    chat.does("data", "", "skip")
    chat.does("data", "同意")
    screen = chat.goes_to("data")
    assert (screen.kind, resumed(screen)) == ("review", True)
    chat.does("data", "", "send")
    again = data("again: true")
    again.fills("data", "1990-05-20", None, None, "同意")
    assert not resumed(again.goes_to("data")), "another one begins"


def test_none_of_several_takes_the_tags_off_and_leaving_out_leaves_them() -> None:
    chat = data("again: true")
    chat.fills("data", "1990-05-20", None, "保養", "同意")
    assert "保養" in chat.tags
    chat.fills("data", "1990-05-20", None, None, "同意")
    assert "保養" in chat.tags
    chat.fills("data", "1990-05-20", None, "", "同意")
    assert "保養" not in chat.tags


BAD = (
    "",
    "x" * 10_000,
    "<script>alert(1)</script>",
    "2999-01-01",
    "油性",
    "{next}",
    "birthday",
    "1990-13-40",
)


@pytest.mark.parametrize("said", BAD)
def test_an_answer_that_is_none_is_asked_again(said: str) -> None:
    """Checked by the server, whatever a page sends."""
    chat = data()
    chat.goes_to("data")
    screen = chat.does("data", said)
    assert (screen.kind, screen.state) == ("question", "birthday")
    assert chat.instance(flow_of_form("data")).answers == {}


def test_nothing_is_sent_before_all_is_answered() -> None:
    chat = data()
    chat.goes_to("data")
    assert chat.does("data", "", "send").state == "birthday"
    assert chat.does("data", "skin", "change").state == "birthday"
    assert chat.attributes == {}


def test_a_form_sent_twice_counts_once() -> None:
    chat = data()
    chat.fills("data", "1990-05-20", None, None, "同意")
    (pending,) = chat.contact.results
    chat.hears(PageAnswer("data", "", None, "send"), token=False)
    assert chat.contact.results == (pending,)


def test_an_answer_to_another_visit_answers_nothing() -> None:
    """Two telephones: the second one shows an older question."""
    chat = data()
    older = chat.goes_to("data")
    chat.does("data", "1990-05-20")
    chat.hears(PageAnswer("data", "1991-01-01", older.visit), token=False)
    assert chat.screen("data").state == "skin"
    chat.hears(PageAnswer("data", "", older.visit, "skip"), token=False)
    assert chat.screen("data").state == "skin"


def test_a_closed_form_says_so_and_goes_on_when_it_is_open_again() -> None:
    chat = data()
    chat.goes_to("data")
    chat.does("data", "1990-05-20")
    chat.edited(compiled(DATA.replace("MORE", "status: closed")))
    screen = chat.does("data", "油性")
    assert (screen.kind, screen.form is not None, screen.binds) == ("closed", True, False)
    assert chat.goes_to("data").kind == "closed"
    chat.edited(compiled(DATA.replace("MORE", "again: true")))
    assert chat.goes_to("data").state == "skin"
    stranger = chat_of(DATA.replace("MORE", "status: closed"))
    assert stranger.goes_to("data").kind == "closed"


EDITED = (
    HEAD
    + """
forms:
  data:
    fields:
      - {ask: 生日是哪一天, answer: {type: date, at_most: today}, save: birthday}
      - {ask: 膚質, answer: [乾性, 混合性], save: skin, optional: true}
      - {ask: 幾號, answer: number, save: size}
      - {ask: 願意收到訊息嗎, answer: consent}
    done: {reply: 謝謝}
"""
)


def test_a_form_that_changed_meanwhile_keeps_what_still_fits() -> None:
    """Texts and order may change; a choice that is gone is asked again, a new field is asked."""
    chat = data()
    chat.goes_to("data")
    chat.does("data", "1990-05-20")
    chat.does("data", "油性")
    chat.does("data", "保養")
    chat.edited(compiled(EDITED))
    screen = chat.goes_to("data")
    assert screen.state == "願意收到訊息嗎"
    screen = chat.does("data", "同意")
    assert (screen.state, screen.question) == ("skin", "膚質")
    chat.does("data", "混合性")
    assert chat.does("data", "42").kind == "review"
    chat.does("data", "", "send")
    assert chat.attributes == {"birthday": "1990-05-20", "skin": "混合性", "size": 42}
    assert chat.tags == set()


def test_a_form_whose_field_goes_while_it_is_asked_goes_on() -> None:
    chat = data()
    chat.goes_to("data")
    chat.does("data", "1990-05-20")
    chat.does("data", "", "skip")
    assert chat.screen("data").state == "喜歡什麼"
    chat.edited(compiled(EDITED))
    assert chat.does("data", "保養").state == "size"


def test_what_changed_before_it_was_sent_is_asked_before_it_is_sent() -> None:
    chat = data()
    chat.goes_to("data")
    for said in ("1990-05-20", "油性", "保養", "同意"):
        chat.does("data", said)
    chat.edited(compiled(EDITED))
    screen = chat.screen("data")
    assert screen.form is not None
    assert [row.text for row in screen.form.rows] == ["1990-05-20", None, None, "是"]
    assert chat.does("data", "", "send").state == "skin"
    assert chat.attributes == {}


def test_a_form_that_is_gone_leaves_nothing_behind() -> None:
    chat = data()
    chat.goes_to("data")
    chat.does("data", "1990-05-20")
    chat.edited(compiled(HEAD + "rules: [{when: anything_else, reply: 嗨}]"))
    assert chat.says("嗨") == ["嗨"]
    assert (chat.contact.flows, chat.contact.timers) == ((), ())


HOURS = (
    HEAD
    + """
forms:
  visit:
    fields:
      - {ask: 哪一天, answer: {type: date, at_least: today, during: 營業}, save: visit}
      - {ask: 幾點, answer: {type: time, during: 營業, on: visit}, save: at}
    done: {reply: 好}
"""
)


def test_a_time_lies_within_the_hours_of_the_day_that_was_answered_before() -> None:
    """The condition between fields that the language has: `during` with `on`."""
    chat = chat_of(HOURS)
    chat.goes_to("visit")
    assert chat.does("visit", "2026-09-05").state == "visit"  # a Saturday
    assert chat.does("visit", "2026-09-04").state == "at"
    assert chat.does("visit", "20:00").state == "at"
    assert chat.does("visit", "11:00").kind == "review"


def test_an_answer_of_yesterday_may_fit_no_more() -> None:
    chat = chat_of(HOURS)
    chat.goes_to("visit")
    chat.does("visit", "2026-09-02")
    chat.does("visit", "11:00")
    chat.now += timedelta(days=2)
    assert chat.does("visit", "", "send").state == "visit"


TOLD = (
    HEAD
    + """
forms:
  who:
    again: true
    fields:
      - {ask: 手機, answer: phone, optional: true}
      - {ask: 信箱, answer: email, optional: true}
    done: {trigger: 我填好了, reply: 謝謝}
rules:
  - {when: {text: 手機}, if: {contact: {phone: {known: true}}}, reply: 有手機}
  - {when: {text: 信箱}, if: {contact: {email: amy@forest.example}}, reply: 有信箱}
  - {when: anything_else, reply: 沒有}
"""
)


def test_what_nobody_has_proven_is_kept_as_that() -> None:
    """E2: an e-mail address holds from then on; a phone is the contact's once a code proves it."""
    chat = chat_of(TOLD)
    screen = chat.goes_to("who")
    assert screen.notice
    chat.does("who", "0912-345-678")
    assert [consent.version for consent in chat.contact.consents] == ["v1"]
    assert not chat.does("who", "amy@forest.example").notice
    chat.does("who", "", "send")
    assert chat.actions(FindMatches) == [FindMatches("+886912345678", "amy@forest.example")]
    assert (chat.contact.phone, chat.contact.stated_phone) == (None, "+886912345678")
    assert (chat.says("信箱"), chat.says("手機")) == (["有信箱"], ["沒有"])
    assert chat.contact.bindings == {}


def test_the_proven_phone_stays_what_it_is() -> None:
    chat = chat_of(TOLD)
    chat.contact = replace(chat.contact, phone="+886900000000", bindings={"phone": Binding(chat.now)})
    chat.fills("who", "0912345678", None)
    assert (chat.contact.phone, chat.contact.stated_phone) == ("+886900000000", "+886912345678")
    chat.fills("who", "0900000000", None)
    assert chat.contact.stated_phone == "+886912345678"


def test_the_notice_is_due_before_a_phone_is_taken() -> None:
    """A page of before the notice has changed: what is answered there is asked again."""
    chat = chat_of(TOLD)
    chat.goes_to("who")
    chat.edited(compiled(TOLD.replace("version: v1", "version: v2")))
    chat.contact.flows[0].notice_version = None
    assert chat.does("who", "0912345678").state == "手機"
    assert chat.contact.consents == ()


def test_two_accounts_fill_in_each_for_itself() -> None:
    chat = data("again: true")
    chat.goes_to("data")
    chat.does("data", "1990-05-20")
    chat.channel = "second"
    assert chat.goes_to("data").state == "birthday"
