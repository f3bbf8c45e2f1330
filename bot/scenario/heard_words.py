"""What a turn was about: what the person said or did, or what came due; in short words, and as a sentence."""

from __future__ import annotations

from bot.engine.event_words import event_words
from bot.engine.told import told
from bot.model.event import (
    Event,
    Follow,
    FormSent,
    Join,
    News,
    Other,
    OtherMessage,
    Outcome,
    PageAnswer,
    PageOpened,
    Postback,
    Rewritten,
    StaffActs,
    StaffBinds,
    StaffDraws,
    StaffSets,
    StaffTags,
    StaffUnbinds,
    Tapped,
    TextMessage,
    TimerDue,
    Unfollow,
)
from bot.model.said import Said
from bot.scenario.trace_words import event_told


def heard_told(event: Event, label: str | None = None) -> Said | None:
    """The sentence; none of what a person said, for that stays as it is."""
    match event.what:
        case TextMessage() | PageAnswer():
            return None
        case Postback(data=name) | Tapped(tap=name):
            return event_told(f"taps {label or name}")
        case _:
            return event_told(event_words(event))


def heard_words(event: Event, label: str | None = None) -> str:
    """One line; `label` is that of the button that was tapped, where it is known."""
    match event.what:
        case TextMessage(text=text) | PageAnswer(text=text):
            return text
        case OtherMessage(type=kind):
            return f"({kind})"
        case Postback(data=data):
            return f"taps [{label or data}]"
        case Tapped(tap=key):
            return f"taps [{label or key}]"
        case Follow(again=again):
            return "unblocks" if again else "follows"
        case Unfollow():
            return "blocks"
        case Join():
            return "joins"
        case TimerDue(timer=timer):
            return f"timer {timer.flow} {timer.timer}".replace("  ", " ")
        case News(kind="link", subject=code):
            return f"opens the link {code}"
        case News(kind=kind, subject=subject):
            return f"{kind} {subject}".strip()
        case Outcome(asked=asked, subject=subject, result=result):
            return " ".join(word for word in (asked, subject, result) if word)
        case StaffActs(takes_over=takes):
            return "staff take the conversation" if takes else "staff hand back"
        case StaffUnbinds(kind=kind):
            return f"staff unbind the {kind}"
        case StaffTags(add=add, remove=remove):
            return f"staff tag {' '.join([*(f'+{tag}' for tag in add), *(f'-{tag}' for tag in remove)])}"
        case StaffSets(attribute=key, value=value):
            return f"staff {'clear' if value is None else 'set'} {key}"
        case StaffBinds():
            return "staff bind the phone"
        case StaffDraws(split=split, group=group):
            return f"staff draw {split}: {group}"
        case Rewritten(what=what):
            return what.replace("_", " ")
        case PageOpened(page=page):
            return f"opens the page {page}"
        case FormSent(form=form):
            return f"sends the form {form}"
        case Other(type=kind):
            news = told(event.what)
            return kind if news is None else f"{news.kind} {news.subject}"
