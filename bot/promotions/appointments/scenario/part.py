"""Appointments of scenarios (N5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from bot.model.asked import outcomes_of
from bot.playbook.shape.words import FILLED, SCALARS, TEXT, Schema, Word, one_of
from bot.promotions.appointments.model import AppointmentAct
from bot.promotions.appointments.scenario import expected, steps
from bot.promotions.appointments.scenario.memory import AppointmentsInMemory, WishesInMemory
from bot.promotions.appointments.services.part import LEDGER, WISHES
from bot.promotions.appointments.services.waiting_list import turn_of
from bot.scenario.checks import NOTHING
from bot.scenario.promotions import ActWord, ContactWord, MemoryContext, PlayedPage, ScenarioPart
from bot.scenario.shape.schemas import TEXTS, named, one_named
from bot.services.promotions import Ports

_AT_A_TIME: Schema = {**one_named(TEXT, "a service with a moment: {剪髮: 2026-09-05 14:00}")}
_ON_A_DAY: Schema = {**one_named(TEXT, "a service with a date: {剪髮: 2026-09-05}")}
_RESULT = Word(
    one_of(*outcomes_of("appointment")), 2, "What comes of it instead. 結果不是成功的時候寫", "full"
)
_TIMED = ("books", "moves", "cancels", "waits_for", "stops_waiting")
_BY_USER: Mapping[steps.ActKind, Word] = {
    "book": Word(_AT_A_TIME, 2, "Books on the page. 在網頁上預約", "{剪髮: 2026-09-05 14:00}"),
    "move": Word(_AT_A_TIME, 2, "Moves what is booked. 改期", "{剪髮: 2026-09-06 14:00}"),
    "cancel": Word(TEXT, 2, "Cancels what is booked. 取消預約", "剪髮"),
    "wait": Word(_ON_A_DAY, 2, "Waits for a place on a full day. 候補", "{剪髮: 2026-09-05}"),
    "leave": Word(_ON_A_DAY, 2, "Waits for it no more. 取消候補", "{剪髮: 2026-09-05}"),
}
_BY_STAFF: Mapping[steps.ActKind, Word] = {
    "book": Word(_AT_A_TIME, 2, "Book for the person. 替客人預約", "{剪髮: 2026-09-05 14:00}"),
    "move": Word(_AT_A_TIME, 2, "Move their next one. 替客人改期", "{剪髮: 2026-09-06 14:00}"),
    "cancel": Word(TEXT, 2, "Cancel their next one. 替客人取消", "剪髮"),
    "came": Word(TEXT, 2, "The person came. 客人有來", "剪髮"),
    "missed": Word(TEXT, 2, "The person did not come. 客人沒有來", "剪髮"),
}


def _words(by: Literal["user", "staff"], words: Mapping[steps.ActKind, Word]) -> Mapping[str, ActWord]:
    return {steps.WORDS[what]: ActWord(word, steps.reader(by, what)) for what, word in words.items()}


def _ports(context: MemoryContext) -> Ports:
    wishes = WishesInMemory(context.id_of, lambda service: turn_of(context.playbook(), service))
    return {LEDGER: AppointmentsInMemory(context.id_of), WISHES: wishes}


def _next_due(ports: Ports, until: datetime) -> datetime | None:
    wishes = WISHES.of(ports)
    assert isinstance(wishes, WishesInMemory)
    return wishes.next_lapse(until)


PART = ScenarioPart(
    _ports,
    _next_due,
    contact={
        "appointments": ContactWord(
            Word(
                {
                    **named(TEXTS, "services, each with its moments, or nothing"),
                    "type": [*SCALARS, "object"],
                    "words": [NOTHING],
                },
                2,
                "Just these are to come; nothing: none. 還沒到的預約",
                "{剪髮: 2026-09-05 14:00}",
            ),
            expected.expected,
            expected.differs,
            order=1,
        )
    },
    user=_words("user", _BY_USER),
    staff=_words("staff", _BY_STAFF),
    user_beside={"result": (_RESULT, _TIMED)},
    staff_beside={
        "result": (_RESULT, _TIMED),
        "reason": (Word(FILLED, 2, "Why, for the person to hear. 原因", "老師請假"), _TIMED),
    },
    plays={steps.ActsOnAppointment: steps.act_on_appointment},
    page=PlayedPage(recorded=steps.page_answer_step),
    recorded={AppointmentAct: steps.staff_act_step},
    outcome=steps.amended,
    prepare=expected.prepare,
    real=frozenset({("appointment", one) for one in ("booked", "moved", "cancelled")}),
)
