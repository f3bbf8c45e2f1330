"""The words of appointments (N5)."""

from __future__ import annotations

from bot.model.translatable import tr
from bot.playbook.codes import KindCode
from bot.playbook.shape.promotions import WordsPart
from bot.playbook.shape.sections import NamedKind, name_in, names_in
from bot.playbook.shape.words import (
    DURATION,
    SCALARS,
    TEXT,
    TIME,
    WHOLE,
    Schema,
    Word,
    names_to,
    record,
    ref,
    value_in,
)
from bot.promotions.appointments.engine.declared import APPOINTMENTS


class AppointmentFinding(KindCode):
    """Findings about appointments alone."""

    UNKNOWN = "unknown-appointment"
    UNUSED = "appointment-unused"
    NEVER_FITS = "appointment-never-fits"
    OUT_OF_REACH = "waiting-out-of-reach"
    REFUSAL_UNHEARD = "refusal-unheard"
    WITHOUT_PLACE = "appointments-without-place"


_APPOINTMENT_REMINDER: dict[str, Word] = {
    "days_before": Word(WHOLE, 2, "So many days before. 前幾天", "1"),
    "at": Word(TIME, 2, "At this time of that day. 那一天幾點", "10:00"),
    "hours_before": Word(WHOLE, 2, "So many hours before it begins. 開始前幾小時", "2"),
}
_STAFF_MEMBER: dict[str, Word] = {
    "hours": Word(
        ref("hours in place"), 2, "Hours of their own, within those of the service. 個人的班表", "小芳的班"
    ),
    "store": Word(name_in("stores"), 2, "Where they work. 在哪家門市", "xinyi"),
}
_STAFF: Schema = {
    "type": [*SCALARS, "array", "object"],
    "expected": "names, or names with their own hours: {小芳: {hours: 小芳的班}}",
    "items": ref("name"),
    "minItems": 1,
    "minProperties": 1,
    "propertyNames": {"format": "own name"},
    "additionalProperties": ref("staff member"),
}
_APPOINTMENT: dict[str, Word] = {
    "title": Word(TEXT, 2, "What people call it. 名稱", "剪髮預約"),
    "hours": Word(
        ref("hours in place"), 2, "When it is offered, as hours are written. 可以預約的時段", "營業時間"
    ),
    "minutes": Word(WHOLE, 2, "How long it takes: 5, 10 … 720. 一次幾分鐘", "60"),
    "step": Word(WHOLE, 2, "One may begin each so many minutes. 每隔幾分鐘一個時段", "30"),
    "places": Word(WHOLE, 2, "How many people at once. 同時幾位", "2"),
    "staff": Word(_STAFF, 2, "Who does it, each one person at a time. 服務人員", "[小芳, 阿明]"),
    "ahead": Word(
        record(
            "{from: DURATION, until: DURATION}",
            {
                "from": Word(DURATION, 2, "Booked no later than so long before. 最晚多久前", "2h"),
                "until": Word(DURATION, 2, "Booked no earlier than so long before. 最早多久前", "30d"),
            },
            minProperties=1,
        ),
        2,
        "When it can be booked. 什麼時候可以預約",
        "{from: 2h, until: 30d}",
    ),
    "per_person": Word(WHOLE, 2, "How many one person has to come. 每人最多幾個", "1"),
    "cancel_until": Word(
        DURATION, 2, "Moved or cancelled until so long before. 最晚多久前可以改期或取消", "3h"
    ),
    "remind": Word(
        record(
            "days_before and at, or hours_before",
            _APPOINTMENT_REMINDER,
            needs=["days_before", "hours_before"],
            dependentRequired={"days_before": ["at"], "at": ["days_before"]},
        ),
        2,
        "When soon is news. 預約前提醒",
        '{days_before: 1, at: "10:00"}',
    ),
    "waiting": Word(
        DURATION,
        2,
        "People can wait for a full day; the next one is told so long after the first. 候補",
        "30m",
    ),
}
_AT_A_TIME = record(
    "{appointment: …, start: …}",
    {
        "staff": Word(value_in("text"), 2, "Who is wanted; nobody else will do. 指定由誰服務", "小芳"),
        "appointment": Word(name_in(APPOINTMENTS.name), 2, "What is booked. 預約什麼", "剪髮"),
        "start": Word(
            value_in("date_time"), 2, "When it begins: a moment. 什麼時候", '"{{ answer.ask_when }}"'
        ),
    },
    required=["appointment", "start"],
)

PART = WordsPart(
    declared=Word(
        names_to(ref("appointment"), "new own name", "appointments, each with a name"),
        2,
        "What people book a time for. 預約",
        "{剪髮: {minutes: 60, hours: 營業時間}}",
    ),
    named=NamedKind(tr("appointment"), AppointmentFinding.UNKNOWN, "{minutes: 60, hours: …}"),
    title=tr("appointments"),
    definitions={
        "appointment": record(
            "an appointment, such as {minutes: 60, hours: 營業時間}",
            _APPOINTMENT,
            required=["hours", "minutes"],
            title="appointment",
        ),
        "staff member": {
            **record("{hours: …, store: …}, or nothing", _STAFF_MEMBER),
            "type": ["object", "null"],
        },
    },
    news=Word(
        names_in(APPOINTMENTS.name),
        2,
        "An appointment was booked, moved, cancelled, or not: event.start, event.place. 預約的結果",
        "剪髮",
    ),
    actions={
        "book_appointment": Word(
            _AT_A_TIME,
            2,
            "Books an appointment; what came of it comes back as appointment. 預約",
            '{appointment: 剪髮, start: "{{ answer.ask_when }}"}',
        ),
        "move_appointment": Word(
            _AT_A_TIME,
            2,
            "Moves the person's next appointment to another time. 改期",
            '{appointment: 剪髮, start: "{{ answer.ask_when }}"}',
        ),
        "cancel_appointment": Word(
            name_in(APPOINTMENTS.name), 2, "Cancels the person's next appointment. 取消預約", "剪髮"
        ),
    },
    unused=AppointmentFinding.UNUSED,
    codes=AppointmentFinding,
)
