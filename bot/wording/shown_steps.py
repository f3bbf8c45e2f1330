"""The steps of a turn as our pages draw them (bot/look/steps.html), in the words of one reader."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.engine.compiled.form import only_leads_on
from bot.engine.compiled.playbook import Playbook
from bot.model.place import Place
from bot.model.trace import NoteLook, TraceNote
from bot.model.translatable import Language, TranslatableValue, tr
from bot.wording.titles import NamedThing, name_in_files, speaking_titles, things, titles
from bot.wording.trace_words import as_sentence, detail_words, from_stored, step_text

_LOOKS = {
    "heard": tr("met"),
    "not": tr("not met"),
    "no": tr("went wrong"),
    "wait": tr("waiting"),
    "did": tr("done"),
}


def place_in_files(place: Place) -> str:
    """As editors open it: `rules/keywords.yaml:9`."""
    return f"{place.file}:{place.line}"


def is_shown(note: TraceNote) -> bool:
    """Not a step that only leads on, which is none of the playbook's."""
    return not (note.what == "state" and only_leads_on(note.result))


@dataclass(frozen=True, slots=True)
class ShownStep:
    """What happened, what decided it (`facts`), the names in files of what has a title in `text`, and where
    this is in the playbook; `mark`: the picture, where it is not that of the look."""

    text: str
    look: NoteLook
    look_words: str
    facts: Sequence[str] = ()
    names: Sequence[str] = ()
    places: Sequence[str] = ()
    mark: str = ""


class StepWords:
    """Puts steps into a language, with the playbook's titles."""

    def __init__(self, playbook: Playbook | None, language: Language) -> None:
        self._title_of = titles(playbook).of
        self.language = speaking_titles(language, playbook)
        self.trace = self.language.within("trace")
        self.says = self.language.within("turn")

    def step(self, note: TraceNote, place: Place | None = None) -> ShownStep:
        """A step as it was noted."""
        said = step_text(note)
        places = () if place is None else (place_in_files(place),)
        text = as_sentence(said.message, self.language)
        return self.row(text, said.look, said.facts, self.names(said.message), places)

    def stored(self, detail: str) -> ShownStep:
        """What a row of a timeline keeps of a step: without what decided it."""
        note = from_stored(detail)
        return self.row(detail_words(detail, self.language), "did" if note is None else note.kind.look)

    def row(
        self,
        text: str,
        look: NoteLook,
        facts: Iterable[TranslatableValue] = (),
        names: Sequence[str] = (),
        places: Sequence[str] = (),
        mark: str = "",
    ) -> ShownStep:
        """A step of which the text is known."""
        because = [self.trace.words(fact) for fact in facts]
        return ShownStep(text, look, self.says.text(_LOOKS[look]), because, names, places, mark)

    def names(self, said: TranslatableValue) -> Sequence[str]:
        """Those for which a title stands there, as files have them."""
        titled = (name_in_files(thing.text) for thing in things(said) if self._has_title(thing))
        return list(dict.fromkeys(name for name in titled if name is not None))

    def titled(self, thing: NamedThing) -> str:
        """What a thing is called, without marks."""
        return self.language.words(self._title_of(thing))

    def _has_title(self, thing: NamedThing) -> bool:
        return self._title_of(thing) != thing.text
