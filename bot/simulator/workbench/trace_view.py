"""What a turn did in sentences, as the page shows them: in its languages, and things by their titles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.engine.compiled.playbook import Playbook
from bot.model.decision import TraceStep
from bot.model.event import Event
from bot.model.translatable import ENGLISH, Language, Translatable, TranslatableValue
from bot.scenario.explain import Candidate, candidate_as_json
from bot.translations.chinese import CHINESE
from bot.wording.titles import NamedThing, name_in_files, speaking_titles, things, titles
from bot.wording.trace_words import (
    as_sentence,
    condition_text,
    event_text,
    is_ruled_out,
    silence_text,
    step_text,
    timer_text,
)
from bot.wording.turn_summary import Change, event_sentence

PAGE_SPEAKS: Sequence[Language] = (CHINESE, replace(ENGLISH, quoted="\u201c{}\u201d".format))
"""With the quotation marks that a page has."""


class TraceTeller:
    """How what concerns the things of a playbook is told: data by language."""

    def __init__(self, playbook: Playbook | None) -> None:
        self._title_of = titles(playbook).of
        self._speaks = [speaking_titles(one, playbook) for one in PAGE_SPEAKS]

    def heard(self, event: Event, label: str | None) -> Mapping[str, str] | None:
        """What came in; nothing of what was said. `label`: that of the button that was tapped."""
        sentence = event_sentence(event, label)
        return None if sentence is None else self._words(sentence)

    def row(self, what: str) -> Mapping[str, str]:
        """What a row of the timeline was about."""
        return self._words(event_text(what))

    def timer(self, timer: str) -> Mapping[str, str]:
        """What this timer is for: `welcome 3d`."""
        return self._words(timer_text(timer))

    def change(self, change: Change) -> Mapping[str, Any]:
        """What is different; which timer is told in a sentence."""
        shown = {"what": change.what, "before": change.before, "after": change.after}
        kind, _, name = change.what.partition(" ")
        if kind != "timer":
            return shown
        return {**shown, "sentence": self.timer(name), "names": self._names(timer_text(name))}

    def step(self, step: TraceStep) -> Mapping[str, Any]:
        """A step."""
        texts = step_text(step.note)
        text, because = self._sentence(texts.message), self._facts(texts.facts)
        both = {name: {"text": text[name], "facts": because[name]} for name in text}
        return {"look": texts.look, "names": self._names(texts.message), "sentence": both}

    def rule(self, candidate: Candidate) -> Mapping[str, Any]:
        """A rule that hears the text, with what kept it from answering."""
        ruled_out = is_ruled_out(candidate.facts)
        if candidate.verdict == "limit":
            (limit,) = candidate.facts
            texts = {name: [sentence] for name, sentence in self._sentence(step_text(limit).whole).items()}
        else:
            texts = self._facts(condition_text(candidate.facts).facts)
        return {**candidate_as_json(candidate), "ruled_out": ruled_out, "sentence": texts}

    def silence(self, steps: Iterable[TraceStep]) -> Mapping[str, str] | None:
        """Why nothing is said, where these steps tell it."""
        sentence = silence_text(steps)
        return None if sentence is None else self._sentence(sentence)

    def _words(self, message: Translatable) -> Mapping[str, str]:
        return {one.name: one.within("trace").words(message) for one in self._speaks}

    def _sentence(self, message: Translatable) -> Mapping[str, str]:
        return {one.name: as_sentence(message, one) for one in self._speaks}

    def _facts(self, facts: Iterable[TranslatableValue]) -> dict[str, list[str]]:
        facts = list(facts)
        return {one.name: [one.within("trace").words(fact) for fact in facts] for one in self._speaks}

    def _names(self, said: TranslatableValue) -> Sequence[str]:
        """Those for which a title stands there, as files have them."""
        titled = (name_in_files(thing.text) for thing in things(said) if self._has_title(thing))
        return list(dict.fromkeys(name for name in titled if name is not None))

    def _has_title(self, thing: NamedThing) -> bool:
        return self._title_of(thing) != thing.text
