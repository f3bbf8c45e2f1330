"""What an alert says to people: a subject and a text, plain, with what is to be done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from bot.engine.texts.text import utf16_units
from bot.mail.smtp import in_one_line
from bot.model.alert import AlertNote
from bot.model.plain_text import TURNS_AROUND
from bot.model.translatable import Language, Translatable, tr

LONGEST = 2_000
"""Characters of one note; a longer one is cut."""
_NAME = 60
_BETWEEN = "\n\n"
_QUOTED = ">"
_STEERING = dict.fromkeys([*map(ord, TURNS_AROUND), *range(9), *range(10, 0x20), *range(0x7F, 0xA0)])


@dataclass(frozen=True, slots=True)
class Wording:
    """How alerts are worded: for which shop, which accounts by their title, in which language and zone."""

    shop: str
    titles: Mapping[str, str] = field(repr=False)
    language: Language
    zone: ZoneInfo
    chats: Mapping[str, str] = field(default_factory=dict)
    """Where staff answer in the console, by the accounts whose staff do."""


def hand_back_command(contact: str) -> str:
    """What gives the conversation back to the bot."""
    return f"oaflow contact hand-back {contact}"


def subject(notes: Sequence[AlertNote], wording: Wording) -> str:
    """One line: what it is about, of several how many."""
    what = _what(notes[0], wording) if len(notes) == 1 else tr("{number} alerts", number=len(notes))
    return wording.language.text(tr("{shop}: {what}", shop=in_one_line(wording.shop), what=what))


def text(notes: Sequence[AlertNote], wording: Wording, longest: int = LONGEST) -> str:
    """All of them, one below the other."""
    return _BETWEEN.join(_note_text(note, wording, longest) for note in notes) + "\n"


def texts(
    notes: Sequence[AlertNote], wording: Wording, longest: int, units: int
) -> Sequence[tuple[str, int]]:
    """All of them in texts of so many UTF-16 units at most, parted between alerts; how many are in each.

    One that is longer by itself is cut, and shows it.
    """
    parted: list[tuple[str, int]] = []
    for note in notes:
        text = _note_text(note, wording, longest).strip()
        if utf16_units(text) > units:
            text = text.encode("utf-16-le", "replace")[: (units - 1) * 2].decode("utf-16-le", "ignore") + "…"
        if parted and utf16_units(f"{parted[-1][0]}{_BETWEEN}{text}") <= units:
            before, number = parted[-1]
            parted[-1] = (f"{before}{_BETWEEN}{text}", number + 1)
        else:
            parted.append((text, 1))
    return parted


def _note_text(note: AlertNote, wording: Wording, longest: int) -> str:
    return "\n".join(_lines(note, wording, longest))


def _lines(note: AlertNote, wording: Wording, longest: int) -> Iterator[str]:
    speech = wording.language
    if note.contact is None:
        yield speech.words(_what(note, wording))
    else:
        yield f"■ {speech.words(_what(note, wording))}"
        yield from _quoted(_cut(note.text.strip(), longest))
    at = f"{note.at.astimezone(wording.zone):%Y-%m-%d %H:%M}"
    yield speech.text(tr("when: {at}", at=at))
    if note.channel is not None:
        title = wording.titles.get(note.channel) or note.channel
        yield speech.text(tr("account: {title} ({channel})", title=in_one_line(title), channel=note.channel))
    if note.contact is not None:
        yield speech.text(tr("contact: {contact}", contact=note.contact))
        if note.reason == "handed_over":
            if (chat := wording.chats.get(note.channel or "")) is not None:
                yield speech.text(tr("to answer:  {address}", address=chat))
            command = hand_back_command(note.contact)
            yield speech.text(
                tr("the bot is silent there; to have it answer again:  {command}", command=command)
            )


def _what(note: AlertNote, wording: Wording) -> Translatable:
    if note.reason == "handed_over" or note.reason == "notified":
        name = _cut(in_one_line(note.name or ""), _NAME)
        known: Translatable | str = name or tr("a friend without a name")
        if note.reason == "handed_over":
            return tr("{name} waits for you", name=known)
        return tr("about {name}", name=known)
    line = _cut(in_one_line(note.text), LONGEST)
    return tr("over: {what}", what=line) if note.over else tr("{what}", what=line)


def _quoted(text: str) -> Iterator[str]:
    """Its lines as mails quote them: a person may have written them, and none is to look like ours."""
    for line in text.splitlines():
        yield f"{_QUOTED} {line.translate(_STEERING)}".rstrip()


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
