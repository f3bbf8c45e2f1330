"""What an event is called on a timeline: in the words of the language, and without personal data.

`text` and not the text, `code: right` and not the code: messages of people are stored sealed, elsewhere.
"""

from __future__ import annotations

from bot.engine.turn.line_news import news_of
from bot.model.event import (
    BroadcastTags,
    Event,
    Follow,
    Join,
    Listed,
    News,
    Other,
    OtherMessage,
    Outcome,
    PageAnswer,
    PageOpened,
    Postback,
    PromotionAct,
    Rewritten,
    Tapped,
    TextMessage,
    TimerDue,
    Unfollow,
)
from bot.model.instance import Timer
from bot.model.staff_chat import StaffNotes, StaffWrites
from bot.model.staff_order import (
    StaffActs,
    StaffBinds,
    StaffDraws,
    StaffEnds,
    StaffFollowsUp,
    StaffHandsOver,
    StaffSets,
    StaffStops,
    StaffTags,
    StaffUnbinds,
)

ONE_MORE_PHOTO = "image: one of several"
"""The words for a later one of photos sent at once: it is no message of its own."""


def event_words(event: Event) -> str:
    """The words for one event, on one line."""
    match event.what:
        case TextMessage():
            return "text"
        case OtherMessage(type=kind):
            return kind
        case Postback():
            return "postback"
        case Tapped(tap=key):
            return f"tap: {key}"
        case Follow(again=again):
            return "follow: again" if again else "follow"
        case Unfollow():
            return "unfollow"
        case Join():
            return "join"
        case TimerDue(timer=timer):
            return _timer(timer)
        case News(kind=kind, subject=subject):
            return f"{kind}: {subject}" if subject else kind
        case Outcome(asked=asked, subject=subject, result=result):
            return f"{asked} {subject}: {result}" if subject else f"{asked}: {result}"
        case StaffActs(takes_over=takes):
            return "staff: take over" if takes else "staff: hand back"
        case StaffFollowsUp(at=at):
            return "staff: no follow-up" if at is None else "staff: follow-up"
        case StaffWrites():
            return "staff: answer"
        case StaffNotes():
            return "staff: note"
        case StaffUnbinds(kind=kind):
            return f"staff: unbind {kind}"
        case StaffTags(add=add, remove=remove):
            return f"staff: tags {' '.join([*(f'+{tag}' for tag in add), *(f'-{tag}' for tag in remove)])}"
        case StaffSets(attribute=key, value=value):
            return f"staff: {'clear' if value is None else 'set'} {key}"
        case StaffStops(undo=undo):
            return "staff: marketing allowed" if undo else "staff: marketing stopped"
        case StaffBinds():
            return "staff: bind phone"
        case StaffDraws(split=split, group=group):
            return f"staff: draw {split}: {group}"
        case StaffEnds(flow=flow, restarts=restarts):
            return f"staff: {'restart' if restarts else 'out'} {flow}"
        case StaffHandsOver():
            return "staff: hand over to another clerk"
        case Listed():
            return "told by a list"
        case BroadcastTags(broadcast=name):
            return f"tags of broadcast: {name}"
        case Rewritten(what=change):
            return change.replace("_", " ")
        case PromotionAct():
            return event.what.words
        case PageOpened(page=page):
            return f"page: {page}"
        case PageAnswer(page=page, act=act):
            return f"{act or 'answer'} on page: {page}"
        case Other(type=kind):
            news = news_of(event.what)
            return kind if news is None else news.kind


def _timer(timer: Timer) -> str:
    """`timer welcome: 3d`; our own are of no flow: `timer: expiry` (of a tag), `staff` …"""
    return f"timer {timer.flow}: {timer.timer}" if timer.flow else f"timer: {timer.timer}"


def row_words(what: str) -> str:
    """What a row of a timeline is called."""
    return what.removeprefix("message ").removeprefix("event ")
