"""`oaflow contact show` and `explain` call things by their titles, as the simulator does. E1, J1

Nobody has written the inner names of a form's steps: they stand in no file.
"""

from __future__ import annotations

import pytest

from bot.engine import notes
from bot.engine.compiled.form import FORGOTTEN, NEXT, REVIEW, SENT
from bot.model.contact import Contact, Identity
from bot.model.instance import Instance
from bot.model.journal import TimelineRow
from bot.model.place import Place
from bot.model.trace import TraceNote
from bot.model.translatable import ENGLISH, Language
from bot.operations.call_outcomes import CallSnapshot
from bot.operations.catalog.identities import Spoken
from bot.operations.contact_document import with_history
from bot.operations.contact_text import contact_lines
from bot.operations.contact_view import ContactHistory, ContactView
from bot.scenario.play import Why
from bot.translations.chinese import CHINESE
from bot.wording.titles import speaking_titles
from tests.conftest import NOW
from tests.playbooks import compiled

PLAYBOOK = compiled("""
attributes: {contact_time: {type: text, title: 方便聯絡的時間}}
forms:
  customer_data:
    title: 客戶資料
    fields: [{ask: 什麼時候方便？, answer: [白天, 晚上], save: contact_time}]
    done: {reply: 感謝填寫！}
rules:
  - {when: {text: 測}, start: quiz}
flows:
  quiz:
    title: 小測驗
    states:
      first: {title: 第一題, ask: 嗎, answer: number, give_up_after: {1h: 完}, next: 完}
      完: {end: true}
""")
ASKED = Instance("form:customer_data", "main", "contact_time", 1, NOW, NOW, on_page=True)
ALMOST = Instance("form:customer_data", "main", REVIEW, 1, NOW, NOW, on_page=True)
QUIZ = Instance("quiz", "main", "first", 1, NOW, NOW)
INNER = (NEXT, REVIEW, SENT, FORGOTTEN, "contact_time", "form:", "quiz", "first")


def shown(*flows: Instance, words: Language, rows: tuple[TimelineRow, ...] = ()) -> str:
    person = Contact("main:U1", identities=(Identity("main", "U1"),), flows=flows)
    happened = ContactHistory(0, (), (), rows, CallSnapshot(NOW, {}, {}))
    view = ContactView(person, simulated=False)
    told = with_history(view, happened, PLAYBOOK, NOW, str, Spoken(()))
    stored, speech = {row.id: row.details for row in rows}, speaking_titles(words, PLAYBOOK)
    return "\n".join(contact_lines(told, stored, PLAYBOOK, speech, str, str))


@pytest.mark.parametrize(
    ("instance", "chinese", "english"),
    [
        (ASKED, "客戶資料：第 1 題（方便聯絡的時間）", "客戶資料: question 1 (方便聯絡的時間)"),
        (ALMOST, "客戶資料：確認內容", "客戶資料: a look over all answers"),
        (QUIZ, "小測驗：第一題", "小測驗: 第一題"),
    ],
)
def test_where_somebody_is_by_title(instance: Instance, chinese: str, english: str) -> None:
    for words, expected in ((CHINESE, chinese), (ENGLISH, english)):
        told = shown(instance, words=words)
        assert expected in told
        assert not [name for name in INNER if name in told]


@pytest.mark.parametrize("words", [CHINESE, ENGLISH])
def test_the_timeline_by_title(words: Language) -> None:
    states = [TraceNote(notes.STATE, (one, "")).row for one in (NEXT, "contact_time", REVIEW, SENT)]
    details = (*states, "flow quiz")
    row = TimelineRow("e1", "main:U1", 0, NOW, "page: customer_data", details)
    ended = TimelineRow("e2", "main:U1", 0, NOW, "flow_ended", ("flow form:customer_data", f"state {SENT}"))
    told = shown(words=words, rows=(row, ended))
    assert not [name for name in INNER if name in told]
    assert "客戶資料" in told
    assert "方便聯絡的時間" in told


def test_why_by_title() -> None:
    place = Place("bot.yaml", 1, 1, "")
    speech = speaking_titles(CHINESE, PLAYBOOK)
    steps = [
        Why(place, TraceNote(notes.STATE, (REVIEW, "form:customer_data"))),
        Why(place, TraceNote(notes.STATE, ("first", "quiz"))),
        Why(place, TraceNote(notes.FLOW_ENDED, ("form:customer_data", SENT))),
    ]
    told = "\n".join(step.describe(speech) for step in steps)
    assert not [name for name in INNER if name in told]
    assert "第一題" in told
