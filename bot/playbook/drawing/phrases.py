"""A picture without the words of playbooks, in the reader's own: nobody pastes from a picture."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from bot.engine.compiled.playbook import Playbook
from bot.model.translatable import ENGLISH, Language, tr
from bot.playbook.drawing.sketch import Arrow, Box, Sketch
from bot.playbook.drawing.words import DiagramStep
from bot.playbook.phrases import Phrases, attribute_titles, close, is_date

_IF = re.compile(r"(?:^|(?<=[ \n]))if ")


def in_words(of: Sketch, playbook: Playbook, language: Language) -> Sketch:
    """The sketch without words of the language of playbooks, where the reader's is another than English."""
    if language.name == ENGLISH.name:
        return of
    return DiagramPhrases(playbook, language).sketch(of)


class DiagramPhrases:
    """What stands at the boxes and arrows of one playbook's pictures."""

    def __init__(self, playbook: Playbook, language: Language) -> None:
        self._phrases = Phrases(attribute_titles(playbook), language)
        self._flows = {name: flow.title for name, flow in playbook.flows.items()}
        self._does = language.within("picture: a step does").sentence
        self._between = language.within("picture: between").sentence
        self._text = language.text

    def sketch(self, of: Sketch) -> Sketch:
        return replace(of, boxes=tuple(map(self._box, of.boxes)), arrows=tuple(map(self._arrow, of.arrows)))

    def _box(self, box: Box) -> Box:
        title = self._does("exit") if box.kind == "out" else box.title
        return replace(box, title=title, lines=self._lines(box.lines))

    def _arrow(self, arrow: Arrow) -> Arrow:
        heard, *conditions = _IF.split(arrow.heard)
        first = self._phrases.trigger(heard).strip()
        rest = [self._phrases.condition(part) for part in conditions]
        if rest and is_date(heard.strip()):
            words = self._text(
                tr("{date}, of people: {conditions}", date=first, conditions=self._between("and").join(rest))
            )
        else:
            asked = self._between("if").join(rest)
            words = first + close(self._between("if"), asked) if first and rest else first or asked
        again = self._how_often(arrow.again.removeprefix("once_per "))
        return replace(arrow, heard=words, lines=self._lines(arrow.lines), again=again)

    def _how_often(self, limit: str) -> str:
        """Of a journey: never before the last one has ended."""
        match limit:
            case "":
                return ""
            case "person":
                return self._text(tr("once a person, ever"))
            case "day":
                return self._text(tr("once a person and day"))
            case "always":
                return self._text(tr("each time, once the last has ended"))
            case span:
                return self._text(tr("once more after {span} at the earliest", span=self._phrases.long(span)))

    def _lines(self, lines: Iterable[DiagramStep]) -> tuple[DiagramStep, ...]:
        return tuple(replace(line, verb=self._does(line.verb), about=self._about(line)) for line in lines)

    def _about(self, line: DiagramStep) -> str:
        if line.verb in ("set", "increase", "clear"):
            slot, _, value = line.about.partition(": ")
            name = self._phrases.field(slot)
            return self._text(tr("{name}: {value}", name=name, value=value)) if value else name
        named = self._flows if line.verb in ("start", "run", "exit") else {}
        return named.get(line.about) or self._phrases.subject(line.about)
