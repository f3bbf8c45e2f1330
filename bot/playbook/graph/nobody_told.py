"""What a playbook says to staff, and nobody is there to hear it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.actions.conversation import HandOver, TellStaff
from bot.model.alert import StaffReason
from bot.model.problem import Problem
from bot.model.said import Said, say
from bot.playbook.codes import mistake
from bot.playbook.graph.survey import Survey
from bot.playbook.syntax.nodes import List, Map, scalars


def nobody_told(survey: Survey) -> Iterator[Problem]:
    """`nobody-told`: `hand_over` or `notify_staff`, of which nobody learns; once each.

    Where staff answer in LINE's own chat they see the conversation there.
    """
    told = _told(survey)
    in_chat = any(channel.staff == "line_chat" for channel in survey.playbook.channels.values())
    over = next((one for one in survey.steps if isinstance(one, HandOver)), None)
    if over is not None and "handed_over" not in told and not in_chat:
        message = say("nobody learns that this person waits for staff, and the bot is silent")
        yield mistake(over.place, "nobody-told", message, hint=_hint("handed_over"), level="warning")
    notes = (one for one in survey.steps if isinstance(one, TellStaff) and one.how == "notify_staff")
    note = next(notes, None)
    if note is not None and "notified" not in told:
        message = say("nobody is told this: it stands in the person's log only")
        yield mistake(note.place, "nobody-told", message, hint=_hint("notified"), level="warning")


def _hint(reason: StaffReason) -> Said:
    example = '"${SMTP_URL}"'
    return say(
        "say who is told:  alerts: [{to: mail, who: YOU@YOUR.SHOP, through: {example}, when: [{reason}]}]",
        example=example,
        reason=reason,
    )


def _told(survey: Survey) -> set[str]:
    alerts = survey.root.get("alerts")
    items = alerts.items if isinstance(alerts, List) else []
    return {one.value for item in items if isinstance(item, Map) for one in scalars(item.pairs["when"][1])}
