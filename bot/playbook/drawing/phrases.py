"""What the words of playbooks mean, in the reader's own: nobody pastes from a picture."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from bot.engine.compiled.playbook import Playbook
from bot.model.said import ENGLISH, Language, say
from bot.playbook.drawing.sketch import Arrow, Box, Sketch
from bot.playbook.drawing.words import DrawnLine

_WAIT = re.compile(r"after (?P<span>\S+)(?: at (?P<at>\d\d:\d\d))?|until (?P<until>.+)")
_DATE = re.compile(
    r"(?P<kind>date|anniversary) of (?P<slot>\S+) "
    r"(?P<sign>[+-])(?P<number>\d+)(?P<unit>mo|d) at (?P<at>\d\d:\d\d)"
)
_PIECE = re.compile(r"(\d+)(mo|[smhdwy])")
_IF = re.compile(r"(?:^|(?<=[ \n]))if ")
_BETWEEN = re.compile(r"( / | and | or )")
_SPLIT = re.compile(r"split (?P<split>\S+) (?P<groups>.+)")
_TAG = re.compile(r"tag (?P<names>.+?)(?: within (?P<within>\d\S*))?(?: over (?P<over>\d\S*))?")
_SEVERAL = re.compile(r"(?P<names>.+?)(?P<more> \+\d+)?")
"""Names in a row, and how many more there are."""
_SETTING = re.compile(r"(?P<name>\w+) is (?P<value>.+)")
_OFF = "off: "
_WIDE_LETTER = r"[\u3000-\u9fff\uff00-\uffef]"
_WIDE_GAP = re.compile(f"(?<={_WIDE_LETTER}) (?={_WIDE_LETTER})")
"""A blank between Chinese letters: nobody writes one."""

_NAMED = frozenset(
    [
        *("text", "text_contains", "text_contains_all", "text_pattern", "postback", "postback_pattern"),
        *("ended", "flow_ended", "tag_added", "tag_removed", "tag", "split", "in_flow", "enters", "leaves"),
        "audience",
    ]
)
"""What is followed by names, or by what people say: they stay."""
_QUOTED = frozenset(
    [
        *("text", "text_contains", "text_contains_all", "text_pattern", "postback", "postback_pattern"),
        *("tag_added", "tag_removed"),
    ]
)
"""Of these, what is quoted."""


def in_words(of: Sketch, playbook: Playbook, language: Language) -> Sketch:
    """The sketch without words of the language of playbooks, where the reader's is another than English."""
    if language.name == ENGLISH.name:
        return of
    return _Phrases(playbook, language).sketch(of)


class _Phrases:
    """The words of one playbook in one language: its catalogue has them in contexts of their own."""

    def __init__(self, playbook: Playbook, language: Language) -> None:
        self._titles = {name: info.title or name for name, info in playbook.attributes.items()}
        self._flows = {name: flow.title for name, flow in playbook.flows.items()}
        self._does = language.within("picture: a step does").sentence
        self._is_heard = language.within("picture: is heard").sentence
        self._is_so = language.within("picture: is so").sentence
        self._said_of_it = language.within("picture: said of it").sentence
        self._between = language.within("picture: between").sentence
        self._unit = language.within("picture: how long").sentence
        self._text = language.text
        self._quoted = language.quoted

    def sketch(self, of: Sketch) -> Sketch:
        return replace(of, boxes=tuple(map(self._box, of.boxes)), arrows=tuple(map(self._arrow, of.arrows)))

    def _box(self, box: Box) -> Box:
        title = self._does("exit") if box.kind == "out" else box.title
        return replace(box, title=title, lines=self._lines(box.lines))

    def _arrow(self, arrow: Arrow) -> Arrow:
        heard, *conditions = _IF.split(arrow.heard)
        first = self._row(heard, self._heard)
        rest = [self._row(part, self._asked) for part in conditions]
        if rest and _DATE.fullmatch(heard.strip()):
            words = self._text(
                say("{date}, of people: {conditions}", date=first, conditions=self._between("and").join(rest))
            )
        else:
            words = self._between("if").join([first.strip(), *rest]).strip() if rest else first
        again = self._how_often(arrow.again.removeprefix("once_per "))
        return replace(arrow, heard=words, lines=self._lines(arrow.lines), again=again)

    def _how_often(self, limit: str) -> str:
        """Of a journey: never before the last one has ended."""
        match limit:
            case "":
                return ""
            case "person":
                return self._text(say("once a person, ever"))
            case "day":
                return self._text(say("once a person and day"))
            case "always":
                return self._text(say("each time, once the last has ended"))
            case span:
                return self._text(say("once more after {span} at the earliest", span=self._long(span)))

    def _row(self, text: str, told: Callable[[str], str]) -> str:
        """Parts with words between them."""
        parts = _BETWEEN.split(text)
        return "".join(self._between(part.strip()) if n % 2 else told(part) for n, part in enumerate(parts))

    def _lines(self, lines: Iterable[DrawnLine]) -> tuple[DrawnLine, ...]:
        return tuple(replace(line, verb=self._does(line.verb), about=self._about(line)) for line in lines)

    def _about(self, line: DrawnLine) -> str:
        named = self._flows if line.verb in ("start", "run", "exit") else {}
        return named.get(line.about) or self._known(line.about)

    def _heard(self, piece: str) -> str:
        if wait := _WAIT.fullmatch(piece.strip()):
            return self._waited(wait["span"], wait["at"], wait["until"])
        if date := _DATE.fullmatch(piece.strip()):
            slot = self._titles.get(date["slot"], date["slot"])
            away = self._away(date["sign"], date["number"], date["unit"])
            kind = self._is_heard(date["kind"])
            return _close(kind, slot, away or self._text(say("on the day")), date["at"])
        return self._word(piece.strip()) or piece

    def _word(self, piece: str) -> str | None:
        """A word of ours with what it is about; `None` where it is none."""
        word, _, about = piece.partition(" ")
        if (heard := self._is_heard(word)) == word:
            return None
        if word == "shop" and about:
            return self._of_several(about)
        if word in _QUOTED and about:
            return f"{heard}{self._names(about)}"
        return _close(heard, about if word in _NAMED else self._of_several(about))

    def _names(self, names: str) -> str:
        """Names, or what people say, in quotation marks; and how many more there are."""
        found = _SEVERAL.fullmatch(names)
        one_by_one = names if found is None else found["names"]
        more = "" if found is None else found["more"] or ""
        return self._between("and").join(map(self._quoted, one_by_one.split(", "))) + more

    def _of_several(self, about: str) -> str:
        """What stands behind a word: of a hook only the last is a word of ours, its result."""
        between = ", " if "," in about else " "
        return between.join(self._known(word) for word in about.split(between))

    def _known(self, word: str) -> str:
        return "" if word == "any" else self._said_of_it(word)

    def _away(self, sign: str, number: str, unit: str) -> str:
        if not int(number):
            return ""
        span = f"{number} {self._unit(unit)}"
        return self._text(say("before {span}", span=span) if sign == "-" else say("after {span}", span=span))

    def _long(self, span: str) -> str:
        return " ".join(f"{number} {self._unit(unit)}" for number, unit in _PIECE.findall(span)) or span

    def _waited(self, span: str | None, at: str | None, until: str | None) -> str:
        if span is None:
            return self._text(say("until {moment}", moment=until or ""))
        if span == "1d" and at is not None:
            return self._text(say("next day {clock}", clock=at))
        return self._text(say("after {span}", span=self._long(span))) + (f" {at}" if at is not None else "")

    def _asked(self, piece: str) -> str:
        if piece.startswith("(") or (piece.endswith(")") and "(" not in piece):
            opening, closing = piece[: piece.startswith("(")], piece[len(piece.rstrip(")")) :]
            return opening + self._asked(piece.removeprefix("(").rstrip(")")) + closing
        if (whole := self._is_so(piece)) != piece:
            return whole
        if piece.startswith("not "):
            return self._between("not") + self._asked(piece.removeprefix("not "))
        if piece.startswith(_OFF):
            return self._text(say("never: {why}", why=self._asked(piece.removeprefix(_OFF))))
        if setting := _SETTING.fullmatch(piece):
            return self._text(say("the setting {name} is {value}", **setting.groupdict()))
        return self._tested(piece)

    def _tested(self, piece: str) -> str:
        if drawn := _SPLIT.fullmatch(piece):
            return self._text(say("in the group {names}", names=self._names(drawn["groups"])))
        if tag := _TAG.fullmatch(piece):
            has = self._text(say("has the tag {names}", names=self._names(tag["names"])))
            within, over = tag["within"], tag["over"]
            return (
                has
                + (self._text(say("put on within {span}", span=self._long(within))) if within else "")
                + (self._text(say("put on over {span} ago", span=self._long(over))) if over else "")
            )
        word, _, about = piece.partition(" ")
        if word in self._titles:
            return _close(self._titles[word], self._of_several(about))
        return self._word(piece) or f"{word} {self._of_several(about)}".strip()


def _close(*parts: str) -> str:
    """Parts of a phrase, with blanks where one of the two letters is none of Chinese."""
    return _WIDE_GAP.sub("", " ".join(filter(None, parts)))
