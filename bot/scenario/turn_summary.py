"""A turn in short words and as a sentence: what the person said or did, or what came due."""

from __future__ import annotations

from bot.engine.turn.event_words import event_words
from bot.engine.turn.line_news import news_of
from bot.model.event import Event, Other, OtherMessage, PageAnswer, Postback, Tapped, TextMessage
from bot.model.translatable import Translatable
from bot.scenario.trace_words import event_text, tap_text

_AS_AN_ACT = {
    "follow: again": "unblocks",
    "follow": "follows",
    "unfollow": "blocks",
    "join": "joins",
    "link: ": "opens the link ",
    "page: ": "opens the page ",
    "form: ": "sends the form ",
    "skip on page: ": "leaves a question out on the page ",
    "back on page: ": "goes back on the page ",
    "change on page: ": "changes an answer on the page ",
    "send on page: ": "sends the form ",
    "staff: take over": "staff take the conversation",
    "staff: unbind ": "staff unbind the ",
    "staff: bind ": "staff bind the ",
    "staff: tags ": "staff tag ",
}
"""What somebody does, by how the event is called on a timeline."""


def event_sentence(event: Event, label: str | None = None) -> Translatable | None:
    """The sentence; none of what a person said, for that stays as it is."""
    match event.what:
        case TextMessage() | PageAnswer(act=None):
            return None
        case Postback(data=name) | Tapped(tap=name):
            return tap_text(label or name)
        case _:
            return event_text(event_words(event))


def event_line(event: Event, label: str | None = None) -> str:
    """One line; `label` is that of the button that was tapped, where it is known."""
    match event.what:
        case TextMessage(text=text) | PageAnswer(text=text, act=None):
            return text
        case OtherMessage(type=kind):
            return f"({kind})"
        case Postback(data=name) | Tapped(tap=name):
            return f"taps [{label or name}]"
        case Other() if (news := news_of(event.what)) is not None:
            return f"{news.kind} {news.subject}"
    words = event_words(event)
    begins = next((one for one in _AS_AN_ACT if words.startswith(one)), "")
    return _AS_AN_ACT[begins] + words.removeprefix(begins) if begins else words.replace(": ", " ", 1)
