"""Appointments by a form: how long, when, who serves; the rules that open the page and answer (N5, L8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.model.translatable import Refusal, tr
from bot.operations.drafts.forms.entry import EntryPlace
from bot.operations.drafts.forms.form import DraftForm, Filled, Heading, Input, asked_field, title_field
from bot.operations.drafts.forms.needs import PAGES
from bot.operations.drafts.forms.rules import quick_reply, rule
from bot.operations.drafts.forms.written import asked, value_of
from bot.playbook.syntax.yaml_text import braces, scalar
from bot.promotions.appointments.model import MY_APPOINTMENTS

OPEN, LABEL = "點下面的按鈕，看看哪些時間還有空，也可以改期或取消。", "預約"
_TIME = "{{ event.start as M/D }} {{ event.start as time }}"
_SAYS = {
    "booked": f"約好了！{_TIME}，到時候見。要改期或取消，請打開「{LABEL}」。",
    "moved": f"改好了：{_TIME}，到時候見。",
    "cancelled": f"已經幫您取消 {_TIME} 的「{{{{ event.title }}}}」。歡迎再約！",
    "soon": f"提醒您：{_TIME} 有「{{{{ event.title }}}}」，到時候見。",
}
DAYS = {
    "mon": tr("Mon"),
    "tue": tr("Tue"),
    "wed": tr("Wed"),
    "thu": tr("Thu"),
    "fri": tr("Fri"),
    "sat": tr("Sat"),
    "sun": tr("Sun"),
}


def _check_minutes(minutes: object) -> None:
    if not (isinstance(minutes, int) and minutes % 5 == 0 and minutes <= 720):
        raise Refusal(tr("Write 5, 10, 15 … up to 720 minutes"))


def _own_hours(filled: Filled, texts: dict[str, str]) -> Mapping[str, object]:
    """The hours of the weekdays that are ticked, where no hours of the playbook were chosen."""
    days, begin, end = (value_of(filled, filled.form.field(one)) for one in ("days", "opens", "closes"))
    if not isinstance(days, list):
        return {}
    week = [*DAYS]
    run = week[week.index(days[0]) : week.index(days[-1]) + 1]
    named = f"{days[0]}-{days[-1]}" if days == run and len(run) > 1 else ",".join(days)
    return {"hours": {named: f"{begin}-{end}"}}


def _rules(filled: Filled, name: str, entry: Mapping[str, object]) -> Sequence[str]:
    """Who asks gets the page; what was done there is said in the chat, too."""
    button = braces({"label": scalar(LABEL), "page": MY_APPOINTMENTS})
    reply = braces({"text": scalar(OPEN), "quick_replies": f"[{button}]"})
    lines = [*rule({"text": asked(filled)}, "reply", reply)]
    for result, says in _SAYS.items():
        if result != "soon" or "remind" in entry:
            lines += rule({"appointment": scalar(name), "result": result}, "push", scalar(says))
    return lines


PART = DraftForm(
    name="appointment",
    page="/admin/appointments",
    title=tr("A new appointment"),
    definition="appointment",
    place=EntryPlace("appointments", "rules/appointments", "預約"),
    keys=("title", "hours", "minutes", "places", "staff", "cancel_until", "remind"),
    needs=(PAGES,),
    parts=(
        Heading("what", tr("What is booked")),
        title_field(tr("What the service is called"), "appointment.title", tr("for example  Haircut")),
        asked_field(tr("What customers write to book"), tr("for example  book, appointment")),
        Input(
            *("minutes", tr("How many minutes it takes"), "appointment.minutes", None, "", "60"),
            most=3,
            required=True,
            check=_check_minutes,
        ),
        Heading("when", tr("When it is offered")),
        Input("hours", tr("Opening hours"), "appointment.hours", empty=tr("on the days below")),
        Input(
            *("days", tr("Days"), ""),
            kind="ticks",
            usual="mon tue wed thu fri",
            says=DAYS,
            missing=tr("Choose one day at least"),
            only="hours=",
        ),
        Input("opens", tr("From what time"), kind="time", usual="10:00", required=True, only="hours="),
        Input("closes", tr("Until what time"), kind="time", usual="19:00", required=True, only="hours="),
        Heading("serves", tr("Who serves")),
        Input(
            *("staff", tr("Names of those who serve"), "appointment.staff"),
            *(tr("With commas between; each serves one customer at a time"), tr("for example  Amy, Ben")),
            kind="ways",
        ),
        Input(
            *("places", tr("How many customers at once"), "appointment.places"),
            *(tr("Where no names are written"), "", "1"),
            left_out="1",
            only="staff=",
        ),
        Heading("later", tr("Reminder and changes")),
        Input(
            *("days_before", tr("Remind so many days before"), "appointment.remind.days_before"),
            *(tr("Left empty, nobody is reminded. A reminder costs a message"), "", "1"),
        ),
        Input(
            *("at", tr("At this time"), "appointment.remind.at"),
            usual="10:00",
            required=True,
            only="days_before",
        ),
        Input(
            *("cancel", tr("Moved or cancelled until so many hours before"), "appointment.cancel_until"),
            *(tr("Left empty: until it begins"), "", "3"),
            kind="hours",
        ),
    ),
    more=_own_hours,
    rules=_rules,
    shown=lambda filled: [quick_reply(OPEN, LABEL)],
    beside=lambda filled: tr("The button opens the page where they see what is free, book, move and cancel"),
    done=lambda name: tr(
        "The appointment {appointment} is in your draft. Have a look: with Publish it is live",
        appointment=name,
    ),
)
