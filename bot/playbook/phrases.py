"""Words triggers and conditions: in short (`after 3d`), as traces and pictures of flows have them, and from
that in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.rule import (
    OnAfter,
    OnAnythingElse,
    OnDate,
    OnMessage,
    OnNews,
    OnPattern,
    OnPostback,
    OnText,
    OnTextContaining,
    Rule,
    Trigger,
)
from bot.engine.conditions.condition import Condition
from bot.engine.times.value_words import listed
from bot.model.translatable import ENGLISH, Language, Phrase, tr


def rule_words(rule: Rule) -> str:
    """When a rule runs, in short: any of its triggers, and its condition."""
    triggers = " / ".join(trigger_words(trigger) for trigger in rule.when)
    return " ".join(filter(None, [triggers, if_words(rule.condition)]))


def if_words(condition: Condition | None) -> str:
    """`if …`, or nothing."""
    return "" if condition is None else f"if {condition.in_short}"


def trigger_words(trigger: Trigger) -> str:
    """A trigger in short: `text 營業時間, 幾點開`, `hook crm ok`, `after 30m`."""
    match trigger:
        case OnText(texts):
            return f"text {listed(texts)}"
        case OnTextContaining(texts, _, every):
            return f"text_contains_all {listed(texts)}" if every else f"text_contains {listed(texts)}"
        case OnPattern(pattern, postback, _):
            if pattern.text == "*" and not postback:
                return "any_message"
            return f"{'postback_pattern' if postback else 'text_pattern'} {pattern.text}"
        case OnPostback(data):
            return f"postback {listed(data)}"
        case OnMessage(kind):
            return kind
        case OnAnythingElse():
            return "anything_else"
        case OnNews(kind, subjects, where, at):
            refined = [f"{_name(w.field)}{' and '.join(t.words for t in w.tests)}" for w in where]
            clock = [f"at {at:%H:%M}"] if at is not None else []
            return " ".join([kind, *([listed(subjects)] if subjects else []), *refined, *clock])
        case OnAfter(wait):
            return wait_words(wait.text)
        case OnDate(slot, days, at, yearly, months):
            span = f"{months:+}mo" if months else f"{days:+}d"
            return f"{'anniversary' if yearly else 'date'} of {_key(slot)} {span} at {at:%H:%M}"
        case _:
            assert_never(trigger)


def wait_words(text: str) -> str:
    """A wait in short: `after 3d`, but `until 10:00`."""
    return text if text.startswith("until ") else f"after {text}"


def _name(field: str) -> str:
    return "" if field == "result" else f"{field} "


def _key(slot: str) -> str:
    """The attribute of a slot in the database."""
    return slot.partition(".")[2]


_WAIT = re.compile(r"after (?P<span>\S+)(?: at (?P<at>\d\d:\d\d))?|until (?P<until>.+)")
"""`after 3d`, `after 1d at 10:00`, `until mon 10:00`."""
_DATE = re.compile(
    r"(?P<kind>date|anniversary) of (?P<slot>\S+) "
    r"(?P<sign>[+-])(?P<number>\d+)(?P<unit>mo|d) at (?P<at>\d\d:\d\d)"
)
"""`date of birthday +3d at 10:00`, `anniversary of birthday -1mo at 10:00`."""
_PIECE = re.compile(r"(\d+)(mo|[smhdwy])")
"""A number and its unit in a span: `30m` of `1h30m`."""
_BETWEEN = re.compile(r"( / | and | or )")
"""What joins triggers, or conditions."""
_SPLIT = re.compile(r"split (?P<split>\S+) (?P<groups>.+)")
"""The condition of a random group: `split test A`."""
_TAG = re.compile(r"tag (?P<names>.+?)(?: within (?P<within>\d\S*))?(?: over (?P<over>\d\S*))?")
"""The condition of a tag, and how long ago it was put on: `tag VIP within 30d`."""
_SEVERAL = re.compile(r"(?P<names>.+?)(?: (?P<more>\+\d+))?")
"""Names in a row, and how many more there are."""
_AGO = re.compile(r"(?P<slot>\w+) (?P<how>within|over) (?P<span>\d\S*)")
"""The condition of a moment in the past: `last_order within 30d`."""
_SETTING = re.compile(r"(?P<name>\w+) is (?P<value>.+)")
"""The condition of a flow's setting."""
_OFF = "off: "
"""In front of a condition that never holds, with its reason."""
_WIDE_LETTER = r"[\u3000-\u9fff\uff00-\uffef]"
_WIDE_GAP = re.compile(f"(?<={_WIDE_LETTER}) (?={_WIDE_LETTER})")
"""A blank between Chinese characters, which Chinese does not have."""

_WITH_NAMES = frozenset(
    ["text", "text_contains", "text_contains_all", "text_pattern", "postback", "postback_pattern"]
)
"""Words before texts of people, which are quoted and not translated."""
_NAMED = frozenset(
    [
        *("tag_added", "tag_removed", "enters", "leaves", "audience", "flow_ended"),
        *("form_sent", "link", "during", "store", "channel"),
    ]
)
"""Words before names, which are quoted and not translated; or before `any`."""
_BARE = frozenset(("ended", "in_flow"))
"""Words before names that are neither quoted nor translated."""
_DAYS = {
    "mon": tr("until Monday {clock}"),
    "tue": tr("until Tuesday {clock}"),
    "wed": tr("until Wednesday {clock}"),
    "thu": tr("until Thursday {clock}"),
    "fri": tr("until Friday {clock}"),
    "sat": tr("until Saturday {clock}"),
    "sun": tr("until Sunday {clock}"),
}
"""Waits until a weekday."""

AttributeTitles: TypeAlias = tuple[tuple[str, str], ...]
"""(key, title) of each attribute with a title."""


def attribute_titles(playbook: Playbook) -> AttributeTitles:
    """The titles of the playbook's attributes."""
    return tuple((name, info.title) for name, info in playbook.attributes.items() if info.title)


@dataclass(frozen=True, slots=True)
class ShortTrigger(Phrase):
    """A trigger as a part of a sentence, which is worded when the sentence is, in the reader's language."""

    short: str
    """The trigger in short: `after 3d`, `hook crm ok`."""
    english: str
    """Its words in an English sentence."""
    titles: AttributeTitles = ()

    def in_language(self, language: Language) -> str:
        """The trigger's words in a language."""
        if language.name == ENGLISH.name:
            return self.english
        return Phrases(self.titles, language).when(self.short)


class Phrases:
    """Words short triggers and conditions in one language; its catalogue has them in contexts of their
    own."""

    def __init__(self, titles: AttributeTitles, language: Language) -> None:
        self._titles = dict(titles)
        self._trigger_words = language.within("picture: is heard").sentence
        self._happens = language.within("picture: happens").sentence
        self._is_so = language.within("picture: is so").sentence
        self._subject_words = language.within("picture: said of it").sentence
        self._between = language.within("picture: between").sentence
        self._unit = language.within("picture: how long").sentence
        self._text = language.text
        self._quoted = language.quoted

    def trigger(self, text: str) -> str:
        """A trigger, or several that are separated by ` / `."""
        return self._row(text, self._trigger_part)

    def when(self, text: str) -> str:
        """A trigger as a moment: "when …"; a date or a wait is a moment without that word."""
        words = self.trigger(text)
        return words if is_date(text) or _WAIT.fullmatch(text) else close(words, self._between("when"))

    def condition(self, text: str) -> str:
        """A condition."""
        return self._row(text, self._condition_part)

    def subject(self, word: str) -> str:
        """What a trigger is about; empty for `any`."""
        return "" if word == "any" else self._subject_words(word)

    def field(self, slot: str) -> str:
        """The title of an attribute, or the word for a field of the contact."""
        return self._titles.get(slot) or self._subject_words(slot)

    def _row(self, text: str, worded: Callable[[str], str]) -> str:
        """Several parts, each worded, with the words between them."""
        parts = _BETWEEN.split(text)
        return "".join(self._between(part.strip()) if n % 2 else worded(part) for n, part in enumerate(parts))

    def _trigger_part(self, piece: str) -> str:
        """One trigger."""
        if wait := _WAIT.fullmatch(piece.strip()):
            return self._waited(wait["span"], wait["at"], wait["until"])
        if date := _DATE.fullmatch(piece.strip()):
            slot = self._titles.get(date["slot"], date["slot"])
            away = self._away(date["sign"], date["number"], date["unit"])
            kind = self._trigger_words(date["kind"])
            return close(kind, slot, away or self._text(tr("on the day")), date["at"])
        return self._word(piece.strip()) or piece

    def _word(self, piece: str) -> str | None:
        """A known word with what it is about; `None` where the word is not known."""
        word, _, about = piece.partition(" ")
        if (whole := self._whole(word, about)) is not None:
            return whole
        if word == "attribute_changed" and about:
            changed = self._between("and").join(map(self.field, about.split(", ")))
            return close(changed, self._happens("attribute_changed"))
        if (phrase := self._trigger_words(word)) == word:
            return None
        if word == "shop" and about:
            return self._of_several(about)
        if word in _WITH_NAMES or (word in _NAMED and about != "any"):
            return f"{phrase}{self._names(about)}" if about else phrase
        return close(phrase, self._names(about, quoted=False) if word in _BARE else self._of_several(about))

    def _whole(self, word: str, about: str) -> str | None:
        """The phrase of the catalogue for a word with its results; `None` where it has none."""
        results = [f"{word} {result}" for result in about.split(", ")]
        phrases = [self._happens(result) for result in results]
        return None if set(phrases) & set(results) else self._between("and").join(phrases)

    def _names(self, names: str, *, quoted: bool = True) -> str:
        """Names, or texts of people, and how many there are where some are left out."""
        match = _SEVERAL.fullmatch(names)
        shown = (names if match is None else match["names"]).split(", ")
        in_a_row = self._between("and").join(map(self._quoted, shown) if quoted else shown)
        if match is None or match["more"] is None:
            return in_a_row
        number = len(shown) + int(match["more"])
        return close(in_a_row, self._text(tr("and others, {number} in all", number=number)))

    def _of_several(self, about: str) -> str:
        """What is behind a word, each part worded."""
        between = ", " if "," in about else " "
        return between.join(self.subject(word) for word in about.split(between))

    def _away(self, sign: str, number: str, unit: str) -> str:
        """A distance from a date; empty where there is none."""
        if not int(number):
            return ""
        span = f"{number} {self._unit(unit)}"
        return self._text(tr("before {span}", span=span) if sign == "-" else tr("after {span}", span=span))

    def long(self, span: str) -> str:
        """A duration in words: `2 天`; other texts unchanged."""
        return " ".join(f"{number} {self._unit(unit)}" for number, unit in _PIECE.findall(span)) or span

    def _waited(self, span: str | None, at: str | None, until: str | None) -> str:
        if span is None:
            day, _, clock = (until or "").partition(" ")
            known = _DAYS.get(day)
            return self._text(
                replace(known, values=(("clock", clock),))
                if known
                else tr("until {moment}", moment=until or "")
            )
        if span == "1d" and at is not None:
            return self._text(tr("next day {clock}", clock=at))
        return self._text(tr("after {span}", span=self.long(span))) + (f" {at}" if at is not None else "")

    def _condition_part(self, piece: str) -> str:
        """One test of a condition, with its brackets and `not`."""
        if piece.startswith("(") or (piece.endswith(")") and "(" not in piece):
            opening, closing = piece[: piece.startswith("(")], piece[len(piece.rstrip(")")) :]
            return opening + self._condition_part(piece.removeprefix("(").rstrip(")")) + closing
        if (whole := self._is_so(piece)) != piece:
            return whole
        if without := _TAG.fullmatch(piece.removeprefix("not ")) if piece.startswith("not tag ") else None:
            return self._text(
                tr("has not the tag {names}", names=self._names(without["names"]))
            ) + self._since(without)
        if piece.startswith("not "):
            return self._between("not") + self._condition_part(piece.removeprefix("not "))
        if piece.startswith(_OFF):
            return self._text(tr("never: {why}", why=self._condition_part(piece.removeprefix(_OFF))))
        if setting := _SETTING.fullmatch(piece):
            return self._text(tr("the setting {name} is {value}", **setting.groupdict()))
        return self._tested(piece)

    def _tested(self, piece: str) -> str:
        if drawn := _SPLIT.fullmatch(piece):
            return self._text(tr("in the group {names}", names=self._names(drawn["groups"])))
        if tag := _TAG.fullmatch(piece):
            return self._text(tr("has the tag {names}", names=self._names(tag["names"]))) + self._since(tag)
        if ago := _AGO.fullmatch(piece):
            slot, span = self.field(ago["slot"]), self.long(ago["span"])
            within = tr("{slot} within {span}", slot=slot, span=span)
            return self._text(
                within if ago["how"] == "within" else tr("{slot} over {span} ago", slot=slot, span=span)
            )
        word, _, about = piece.partition(" ")
        if word not in self._titles and (phrase := self._word(piece)) is not None:
            return phrase
        return close(self.field(word), self._of_several(about))

    def _since(self, tag: re.Match[str]) -> str:
        """How long ago a tag was put on, where the condition has that."""
        if tag["within"]:
            return self._text(tr("put on within {span}", span=self.long(tag["within"])))
        return self._text(tr("put on over {span} ago", span=self.long(tag["over"]))) if tag["over"] else ""


def is_date(text: str) -> bool:
    """Whether a short trigger is a date."""
    return _DATE.fullmatch(text) is not None


def close(*parts: str) -> str:
    """Joins parts of a phrase by blanks, but for those between two Chinese characters."""
    return _WIDE_GAP.sub("", " ".join(filter(None, parts)))
