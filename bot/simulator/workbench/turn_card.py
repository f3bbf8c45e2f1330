"""Draws a turn as a card of the workbench, in HTML by language: the event, the answers, why, and what
changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

from bot.engine import notes
from bot.engine.compiled.playbook import Playbook
from bot.look.drawings import page_templates, speaking
from bot.model.decision import TraceStep
from bot.model.message import Message
from bot.model.screen import SCREENS, ScreenKind
from bot.model.trace import TraceNote
from bot.model.translatable import ENGLISH, Language, Listing, Translatable, TranslatableValue, tr
from bot.scenario.explain import Candidate
from bot.translations.chinese import CHINESE
from bot.wording.conversation import line_of
from bot.wording.near_rules import How, Near, Offered
from bot.wording.rule_to_paste import with_another
from bot.wording.shown_steps import ShownStep, StepWords, place_in_files
from bot.wording.titles import NamedThing, speaking_titles
from bot.wording.trace_sentences import BINDINGS, HELD
from bot.wording.trace_words import as_sentence, is_ruled_out, silence_text, step_text, timer_text
from bot.wording.turn_summary import PRIVATE, Change

PAGE_SPEAKS: Sequence[Language] = (CHINESE, replace(ENGLISH, quoted="\u201c{}\u201d".format))
"""The languages of the page, with its quotation marks."""
STEPS_AT_FIRST = 8
"""Steps that are shown before the card is unfolded."""
CHANGES_MOST = 60
"""Changes that are shown."""

_NEAR: Mapping[How, Translatable] = {
    "marks": tr("Very near to “{text}”: only marks, spaces, width or characters differ"),
    "slip": tr(
        "Waits for “{text}”, of which a single letter is another one here; "
        "for the same answer, add this to its list"
    ),
    "within": tr(
        "Waits for just “{text}”, and there is more in this; to answer whatever has it, "
        "write text_contains instead of text"
    ),
    "part": tr("Waits for “{text}”, of which this is a part; for the same answer, add this to its list"),
}
"""How a rule and the text differ that is nearly what it waits for."""
_VERDICTS: Mapping[str, Translatable] = {
    "condition": tr("The text matches, but the condition does not hold"),
    "ruled out": tr("The text matches, but so does what rules it out"),
    "limit": tr("The text matches, but this rule does not answer now"),
    "later": tr("Matches too, but comes later"),
}
"""Why a rule that matches the text did not answer."""
_SELF_EVIDENT = frozenset({"on", "yes", "have the conversation"})
"""Values that are not shown: the kind of change says as much."""
_HELD = " (held: "
"""Text in a change of a flow, between its state and why it is held there."""


@dataclass(frozen=True, slots=True)
class ShownTurn:
    """What a card shows."""

    heard: TranslatableValue
    """The text of the person, or what happened."""
    answers: Sequence[Message] = ()
    page: tuple[ScreenKind, Sequence[str]] | None = None
    """The kind and the texts of a screen, where a page has changed."""
    trace: Sequence[TraceStep] = ()
    changed: Sequence[Change] = ()
    rules: Sequence[Candidate] = ()
    """The rules that match the text."""
    near: Sequence[Near] = ()
    """The rules that wait for nearly the text."""
    offered: Offered | None = None
    """The rule that would answer the text."""
    is_unheard: bool = False
    """Whether no rule matches the text."""
    is_answer_expected: bool = False
    """Whether the bot should have answered the event."""
    folder: Path | None = None
    """The folder of the playbook's files."""

    @property
    def to_widen(self) -> Near | None:
        """The rule whose texts should get this one, instead of a new rule."""
        return self.near[0] if self.near and self.near[0].how == "marks" else None


Sort: TypeAlias = Literal[
    "plus",  # it is new
    "minus",  # it is gone
    "moved",  # it has another value
]


class ShownChange(NamedTuple):
    """A change as the card shows it."""

    sort: Sort
    kind: str
    name: str
    value: str
    names: Sequence[str]


def drawn(turn: ShownTurn, playbook: Playbook | None) -> dict[str, dict[str, str]]:
    """The parts of the card by language: `heard` (text), `answers`, `why`, `changed` (HTML, or empty)."""
    return {one.name: _drawn(turn, _Words(playbook, one), _parts(one.within("turn"))) for one in PAGE_SPEAKS}


def _drawn(turn: ShownTurn, words: _Words, parts: Any) -> dict[str, str]:
    html = {name: getattr(parts, name)(turn, words) for name in ("answers", "why", "changed")}
    return {"heard": words.heard(turn), **{name: str(part).strip() for name, part in html.items()}}


def in_each_language(message: Translatable, playbook: Playbook | None) -> Mapping[str, str]:
    """A sentence of the trace (about a timer, an event) by language."""
    return {one.name: speaking_titles(one, playbook).within("trace").text(message) for one in PAGE_SPEAKS}


@cache
def _parts(language: Language) -> Any:
    """The macros of the template in a language."""
    own = {**speaking(language), "with_another": with_another, "AT_FIRST": STEPS_AT_FIRST}
    return page_templates().get_template("turn.html").make_module(own)


class _Words(StepWords):
    """Cards in one language."""

    def heard(self, turn: ShownTurn) -> str:
        return self.trace.words(turn.heard) or self.says.text(tr("(nothing to read)"))

    def answers(self, turn: ShownTurn) -> Sequence[str]:
        return [line_of(message, self.language) for message in turn.answers]

    def on_page(self, turn: ShownTurn) -> Sequence[str]:
        if turn.page is None:
            return ()
        kind, texts = turn.page
        return texts or [self.language.text(SCREENS[kind])]

    def silence(self, turn: ShownTurn) -> str:
        """Why nothing is said, where the steps say that."""
        why = silence_text(turn.trace)
        return "" if why is None else as_sentence(why, self.language)

    def steps(self, turn: ShownTurn) -> Sequence[ShownStep]:
        return [self.step(step.note, step.place) for step in turn.trace]

    # -- other rules

    def near(self, turn: ShownTurn) -> Iterator[ShownStep]:
        """The rules that wait for nearly what was said, and how the two differ."""
        for one in turn.near:
            text = self.says.text(replace(_NEAR[one.how], values=(("text", one.text),)))
            yield self.row(text, "did", places=[place_in_files(one.place)], mark="near")

    def others(self, turn: ShownTurn) -> Iterator[ShownStep]:
        """The other rules that match the text, and why they did not answer, unless the steps say so
        already."""
        noted = {place_in_files(step.place) for step in turn.trace if step.place is not None}
        rules = [one for one in turn.rules if one.verdict != "answers"]
        rules = [one for one in rules if place_in_files(one.failed or one.place) not in noted]
        later = [place_in_files(one.place) for one in rules if one.verdict == "later"]
        yield from (self._other(one) for one in rules if one.verdict != "later")
        if later:
            several = tr("{number} more rules match too, but come later", number=len(later))
            text = self.says.text(several if len(later) > 1 else _VERDICTS["later"])
            yield self.row(text, "did", places=later, mark="wait")

    def _other(self, rule: Candidate) -> ShownStep:
        if rule.verdict == "limit":
            (limit,) = rule.facts
            facts: list[TranslatableValue] = [as_sentence(step_text(limit).whole, self.language)]
        else:
            facts = list(step_text(TraceNote(notes.CONDITION, (rule.facts,))).facts)
        verdict = "ruled out" if is_ruled_out(rule.facts) else rule.verdict
        return self.row(self.says.text(_VERDICTS[verdict]), "not", facts, places=[place_in_files(rule.place)])

    # -- what changed

    def changes(self, turn: ShownTurn) -> Sequence[ShownChange]:
        """The changes, those of timers last."""
        return sorted(map(self._change, turn.changed), key=lambda one: one.kind == "timer")[:CHANGES_MOST]

    def _change(self, change: Change) -> ShownChange:
        kind, _, name = change.what.partition(" ")
        sort: Sort = "plus" if change.before is None else "minus" if change.after is None else "moved"
        values = [one for one in (change.before, change.after) if one and one not in _SELF_EVIDENT]
        value = " → ".join(self._value(one, kind, name) for one in values)
        if kind == "timer":
            timer = timer_text(name)
            return ShownChange(sort, kind, self.trace.text(timer), value, self.names(timer))
        thing = NamedThing(name, kind)
        states = [NamedThing(one.partition(_HELD)[0], "state", name) for one in values if kind == "flow"]
        is_binding = kind == "bound" and name in BINDINGS
        title = self.trace.text(Translatable(BINDINGS[name])) if is_binding else self.titled(thing)
        return ShownChange(sort, kind, title, value, self.names(Listing((thing, *states))))

    def _value(self, value: str, kind: str, flow: str) -> str:
        """A value as it is shown; of a flow its state, and why it is held there."""
        if value == PRIVATE:
            return self.says.text(tr("not shown (private)"))
        if value.startswith("until "):
            return self.says.text(tr("until {moment}", moment=value[6:]))
        if kind != "flow":
            return value
        state, _, by = value.removesuffix(")").partition(_HELD)
        title = self.titled(NamedThing(state, "state", flow))
        if not by:
            return title
        held = self.trace.text(Translatable(HELD[by]))
        return self.says.text(tr("{step} (waits for {what})", step=title, what=held))
