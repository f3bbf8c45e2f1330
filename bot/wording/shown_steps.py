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
    """A place as editors open it: `rules/keywords.yaml:9`."""
    return f"{place.file}:{place.line}"


def is_shown(note: TraceNote) -> bool:
    """Whether a step is shown: one in which a form only goes on to its next question is not."""
    return not (note.what == "state" and only_leads_on(note.result))


@dataclass(frozen=True, slots=True)
class ShownStep:
    """One step as it is drawn."""

    text: str
    """What happened."""
    look: NoteLook
    look_words: str
    """The look in words, for people who do not see its picture."""
    facts: Sequence[str] = ()
    """What decided it."""
    names: Sequence[str] = ()
    """The names in files of all that `text` calls by a title."""
    places: Sequence[str] = ()
    """Where it is in the playbook: `rules/keywords.yaml:9`."""
    mark: str = ""
    """The picture, where it is not that of the look."""


class StepWords:
    """Puts steps into a language, with the playbook's titles in place of names."""

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
        """A step as a row of a timeline has stored it (`detail`): without what decided it."""
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
        """The names, as files have them, of all things that this sentence calls by a title."""
        titled = (name_in_files(thing.text) for thing in things(said) if self._has_title(thing))
        return list(dict.fromkeys(name for name in titled if name is not None))

    def titled(self, thing: NamedThing) -> str:
        """What a thing is called, without marks."""
        return self.language.words(self._title_of(thing))

    def _has_title(self, thing: NamedThing) -> bool:
        return self._title_of(thing) != thing.text
