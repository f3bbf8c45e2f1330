"""What an alert says to people: a subject and a text, plain, with what is to be done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from bot.connectors.mail.parts import LetterLink, LetterPart, Tone, letter_page, part_text
from bot.connectors.mail.smtp import in_one_line
from bot.engine.texts.text import utf16_units
from bot.model.alert import AlertNote
from bot.model.plain_text import TURNS_AROUND
from bot.model.translatable import Language, Translatable, tr
from bot.runtime.alerts.digest_letter import read_digest

LONGEST = 2_000
"""Characters of one note; a longer one is cut."""
_NAME = 60
"""Characters of a person's name; a longer one is cut."""
_BETWEEN = "\n\n"
# removes characters that turn the writing direction around, and control characters but tabs
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
    hands_back: str = ""
    """The console's page on which anybody hands back; empty while our own address is unknown."""


def hand_back_command(contact: str) -> str:
    """What gives the conversation back to the bot."""
    return f"oaflow contact hand-back {contact}"


def subject(notes: Sequence[AlertNote], wording: Wording) -> str:
    """The subject line: what one alert is about; of several how many they are."""
    what = _what(notes[0], wording) if len(notes) == 1 else tr("{number} alerts", number=len(notes))
    return wording.language.text(tr("{shop}: {what}", shop=in_one_line(wording.shop), what=what))


def text(notes: Sequence[AlertNote], wording: Wording, longest: int = LONGEST) -> str:
    """The alerts as plain text, one below the other."""
    return _BETWEEN.join(part_text(part) for note in notes for part in _parts(note, wording, longest)) + "\n"


def page(notes: Sequence[AlertNote], wording: Wording) -> str:
    """The alerts as an HTML page."""
    parts = [part for note in notes for part in _parts(note, wording, LONGEST)]
    return letter_page(subject(notes, wording), parts, wording.language.name)


def texts(
    notes: Sequence[AlertNote], wording: Wording, longest: int, units: int
) -> Sequence[tuple[str, int]]:
    """All of them in texts of so many UTF-16 units at most, parted between alerts; how many are in each.

    One that is longer by itself is cut, and shows it.
    """
    parted: list[tuple[str, int]] = []
    for note in notes:
        text = _BETWEEN.join(part_text(part) for part in _parts(note, wording, longest)).strip()
        if utf16_units(text) > units:
            text = text.encode("utf-16-le", "replace")[: (units - 1) * 2].decode("utf-16-le", "ignore") + "…"
        if parted and utf16_units(f"{parted[-1][0]}{_BETWEEN}{text}") <= units:
            before, number = parted[-1]
            parted[-1] = (f"{before}{_BETWEEN}{text}", number + 1)
        else:
            parted.append((text, 1))
    return parted


def _parts(note: AlertNote, wording: Wording, longest: int) -> Iterator[LetterPart]:
    if note.reason == "digest":
        yield from read_digest(note.text).parts
    elif note.contact is None:
        yield _of_trouble(note, wording, longest)
    else:
        yield _of_person(note, note.contact, wording, longest)


def _of_trouble(note: AlertNote, wording: Wording, longest: int) -> LetterPart:
    """The part for an alert about a trouble; a last line that is a web address becomes its link."""
    speech = wording.language
    lines = [in_one_line(line) for line in _cut(note.text, longest).splitlines()[1:]]
    link = None
    if lines and lines[-1].startswith(("https://", "http://")):
        address = lines.pop()
        link = LetterLink(address, speech.text(tr("Open the page")), address)
    title = speech.words(_what(note, wording))
    facts, tone = [*_facts(note, wording)], _OVER if note.over else _BEGUN
    return LetterPart(title, lines, link=link, facts=facts, tone=tone)


_BEGUN: Tone = "trouble"
_OVER: Tone = "fine"


def _of_person(note: AlertNote, contact: str, wording: Wording, longest: int) -> LetterPart:
    speech, link = wording.language, None
    facts = [*_facts(note, wording), speech.text(tr("contact: {contact}", contact=contact))]
    if note.reason == "handed_over":
        if (chat := wording.chats.get(note.channel or "")) is not None:
            said = speech.text(tr("to answer:  {address}", address=chat))
            link = LetterLink(said, speech.text(tr("Answer")), chat)
            silent = tr("the bot is silent there until somebody hands back on that page")
        else:
            how = wording.hands_back or hand_back_command(contact)
            silent = tr("the bot is silent there; to have it answer again:  {how}", how=how)
        facts.append(speech.text(silent))
    quoted = [line.translate(_STEERING) for line in _cut(note.text.strip(), longest).splitlines()]
    return LetterPart(speech.words(_what(note, wording)), quoted=quoted, link=link, facts=facts, marked=True)


def _facts(note: AlertNote, wording: Wording) -> Iterator[str]:
    speech = wording.language
    at = f"{note.at.astimezone(wording.zone):%Y-%m-%d %H:%M}"
    yield speech.text(tr("when: {at}", at=at))
    if note.channel is not None:
        title = wording.titles.get(note.channel) or note.channel
        yield speech.text(tr("account: {title} ({channel})", title=in_one_line(title), channel=note.channel))


def _what(note: AlertNote, wording: Wording) -> Translatable:
    if note.reason == "handed_over" or note.reason == "notified":
        name = _cut(in_one_line(note.name or ""), _NAME)
        known: Translatable | str = name or tr("a friend without a name")
        if note.reason == "handed_over":
            return tr("{name} waits for you", name=known)
        return tr("about {name}", name=known)
    if note.reason == "digest":
        return tr("{what}", what=read_digest(note.text).subject)
    line = _cut(in_one_line(note.text.partition("\n")[0]), LONGEST)
    return tr("over: {what}", what=line) if note.over else tr("{what}", what=line)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
