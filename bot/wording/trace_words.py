"""What the engine noted, and what timelines keep, as sentences in a language of people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import orjson

import bot.engine.decide  # noqa: F401 - imported for its effect: kinds of notes register where they are declared
from bot.engine import notes
from bot.engine.conditions import reasons
from bot.engine.promotions import note_from
from bot.model.asked import ASKED
from bot.model.decision import TraceStep
from bot.model.promotions import kinds
from bot.model.trace import NoteLook, NoteValue, TraceNote
from bot.model.translatable import NAMED, Joining, Language, Quoted, Translatable, TranslatableValue, row, tr
from bot.wording import trace_sentences as sentences
from bot.wording.titles import NamedThing

FEW = 8
"""The parts of a condition that are named: nobody reads more."""
_LATER: Mapping[str, str] = {action: question.later for action, question in ASKED.items()}
"""What an answer waits for, by the action that asks."""
_SILENT = frozenset(
    {
        *(notes.PUSH_SKIPPED, notes.GATE_HELD, notes.TIMER_HELD),
        *(notes.TIMER_WAITS, notes.TIMER_LOST, notes.TIMER_BRAKED),
    }
)
"""Notes that explain a silent turn."""


@dataclass(frozen=True, slots=True)
class DescribedStep:
    """What happened at a step, what decided it where that does not say so, and how it looks."""

    message: Translatable
    facts: tuple[TranslatableValue, ...] = ()
    look: NoteLook = "did"

    @property
    def whole(self) -> Translatable:
        """The message with the facts in one sentence."""
        if not self.facts:
            return self.message
        return tr("{head}  ({facts})", head=self.message, facts=row(self.facts, "semicolon"))


def step_words(note: TraceNote, language: Language) -> str:
    """What happened at a step, with what decided it."""
    return as_sentence(step_text(note).whole, language)


def as_sentence(text: TranslatableValue, language: Language) -> str:
    """A text of a trace in a language, as a sentence: with a capital letter."""
    words = language.within("trace").words(text)
    return words[:1].upper() + words[1:]


def step_text(note: TraceNote) -> DescribedStep:
    """The sentence of a step; one that another version of oaflow has noted is its code."""
    if note.kind is notes.CONDITION:
        return condition_text(_several(note.values[0]))
    if note.kind is notes.UNKNOWN:
        return DescribedStep(tr("{raw}", raw=str(note.values[0])))
    return DescribedStep(_sentence(note), (), note.kind.look)


def condition_text(facts: Sequence[NoteValue]) -> DescribedStep:
    """A condition that does not hold, or one that rules out and holds; these decided it."""
    if is_ruled_out(facts):
        what = [fact.values[0] for fact in facts if isinstance(fact, TraceNote)]
        return DescribedStep(tr("What rules it out holds, so it is not done"), reason_texts(what), "not")
    return DescribedStep(_sentence(TraceNote(notes.CONDITION)), reason_texts(facts), "not")


def is_ruled_out(facts: Sequence[NoteValue]) -> bool:
    """Whether what must not hold (`unless`) holds, and nothing else decided it."""
    unless = [isinstance(fact, TraceNote) and fact.kind is reasons.UNLESS for fact in facts]
    return bool(unless) and all(unless)


def reason_texts(facts: Sequence[NoteValue]) -> tuple[TranslatableValue, ...]:
    """What decided a condition; the first parts."""
    texts = [_value("fact", fact, {}) for fact in facts[:FEW]]
    return (*texts, *([tr("…")] if len(facts) > FEW else []))


def silence_text(steps: Iterable[TraceStep]) -> Translatable | None:
    """Why a turn that might have spoken is silent: a push was skipped or waits, or the answer comes later."""
    later = None
    for _, note in steps:
        if note.kind in _SILENT:
            return _sentence(note)
        if note.kind.look == "wait" and note.kind.what in _LATER:
            later = Translatable(_LATER[note.kind.what])
    return later


# -- timelines


def from_stored(detail: str) -> TraceNote | None:
    """What a row of a timeline keeps of a step; `None`: it is none, or another version has noted it."""
    if not detail.startswith('["'):
        return None
    code, *values = orjson.loads(detail)
    return note_from(code, values)


def detail_english(detail: str) -> str:
    """The detail of a timeline's row for programs: English without personal data."""
    note = from_stored(detail)
    return detail if note is None else note.open_english


def detail_words(detail: str, language: Language) -> str:
    """What a row of a timeline keeps beside its event; what has no sentence stays as it is stored."""
    found = _beside(detail)
    if found is None and (note := from_stored(detail)) is not None:
        found = _in_row(note)
    return detail if found is None else language.within("trace").text(found)


def _beside(detail: str) -> Translatable | None:
    if detail in sentences.BESIDE:
        return Translatable(sentences.BESIDE[detail])
    word, _, name = detail.partition(" ")
    if name and word in sentences.BESIDE_ABOUT:
        return _about(sentences.BESIDE_ABOUT[word], name)
    menu = detail.removesuffix(": not at LINE")
    return None if menu == detail else tr("rich menu {menu}: not at LINE", menu=Quoted(menu))


def row_words(what: str, language: Language) -> str:
    """What a row of the timeline was about; what has no sentence stays as it is stored."""
    found = _row(what)
    return what if found is None else language.within("trace").text(found)


def event_text(what: str) -> Translatable:
    """An event, as `bot/engine/turn/event_words.py` calls it."""
    return _row(what) or tr("LINE's event {name}", name=Quoted(what))


def tap_text(label: str) -> Translatable:
    """A tap on the button with this label."""
    return tr("tapped {label}", label=Quoted(label))


def timer_text(timer: str) -> Translatable:
    """What a timer is for, which is called by its flow, if it has one, and by its name."""
    flow, _, name = timer.partition(" ")
    if name:
        return _timer(flow, name, sentences.PENDING)
    return Translatable(sentences.TIMERS[timer]) if timer in sentences.TIMERS else tr("{raw}", raw=timer)


def _timer(flow: str, name: str, by_name: Mapping[str, str]) -> Translatable:
    word, _, about = name.partition(" ")
    values = {"flow": NamedThing(flow, "flow"), "audience": Quoted(about), "wait": _wait(name)}
    return Translatable(by_name.get(word, by_name[""]), tuple(values.items()))


def _row(what: str) -> Translatable | None:
    if what in sentences.ROWS:
        return Translatable(sentences.ROWS[what])
    head, _, about = what.partition(": ")
    word, _, name = head.partition(" ")
    match word:
        case "timer" if name:
            return _timer(name, about, sentences.DUE_IN_FLOW)
        case "timer" if about in sentences.DUE:
            return Translatable(sentences.DUE[about])
        case "hook" if name and about in sentences.HOOKS:
            return _about(sentences.HOOKS[about], name)
        case "staff" if about.startswith("draw "):
            split, _, group = about.removeprefix("draw ").partition(": ")
            names = {"in_split": Quoted(split), "group": Quoted(group)}
            return tr("staff put them into the group {group} of {in_split}", **names)
    for noun, rows in sentences.PROMOTIONS.items():
        if head.startswith(f"{noun} ") and about in rows:
            return _about(rows[about], head.removeprefix(f"{noun} "))
    first, _, rest = about.partition(" ")
    for key, one in ((head, about), (f"{head}: {first}", rest)):
        if one and key in sentences.ROWS_ABOUT:
            return _about(sentences.ROWS_ABOUT[key], one)
    found = trigger_text(head, about)
    return found if isinstance(found, Translatable) else None


def _about(sentence: str, text: str) -> Translatable:
    """A sentence with a name in it, or none."""
    return Translatable(sentence, tuple((name, _value(name, text, {})) for name in NAMED.findall(sentence)))


def trigger_text(kind: str, subject: str) -> TranslatableValue:
    """The words of an event: an outcome, news, a message that is no text."""
    found = sentences.EVENTS.get(kind)
    sentence = found if isinstance(found, str | None) else found.get(subject, found.get(""))
    if sentence is None or (not subject and NAMED.search(sentence) and kind != "postback"):
        return Quoted(f"{kind}: {subject}" if subject else kind)
    return _about(sentence, subject)


# -- which sentence it is, and what stands in it


def _sentence(note: TraceNote) -> Translatable:
    kind, values = note
    return _filled(kind.cases.get(values[0], kind.sentence) if kind.cases and values else kind.sentence, note)


def _in_row(note: TraceNote) -> Translatable:
    return _filled(note.kind.in_row, note) if note.kind.in_row else _sentence(note)


def _filled(sentence: str, note: TraceNote) -> Translatable:
    values = note.named
    return Translatable(sentence, tuple((name, _value(name, one, values)) for name, one in values.items()))


def _value(name: str, value: NoteValue, others: Mapping[str, NoteValue]) -> TranslatableValue:
    """The words of a note's value; `others` give the flow of a state."""
    if isinstance(value, TraceNote):
        if value.kind in (notes.EVENT, notes.CAUSE):
            return trigger_text(*map(str, value.values))
        if (rows := sentences.NEWS.get(value.kind.code)) is not None:
            subject, result = map(str, value.values)
            return _about(rows.get(result, rows[""]), subject)
        return _sentence(value)
    if name == "outcome":
        return trigger_text(str(others["asked"]), str(value))
    several = _several(value)
    if name in _SEVERAL:
        return row((_value(_SEVERAL[name], one, others) for one in several), _JOINED.get(name, "or"))
    if name == "wanted":
        first, *more = (_value("test", one, {}) for one in several)
        return _and(first, *more)
    if name == "shift":
        return _in_line([tr("{sign} {span}", sign=one[:1], span=_span(one[1:])) for one in map(str, several)])
    text = ", ".join(map(str, several))
    if name in _OWN and text in _OWN[name]:
        return Quoted(Translatable(_OWN[name][text]))
    if name in _NAMES_OF:
        return NamedThing(text, _NAMES_OF[name], _flow_of(others))
    return _TELL.get(name, Quoted)(text)


def _and(first: TranslatableValue, *more: TranslatableValue) -> TranslatableValue:
    return tr("{first} and {rest}", first=first, rest=_and(*more)) if more else first


def _several(value: NoteValue) -> tuple[NoteValue, ...]:
    return value if isinstance(value, tuple) and not isinstance(value, TraceNote) else (value,)


def _flow_of(others: Mapping[str, NoteValue]) -> str | None:
    flows = _several(others.get("flow", others.get("flows", ())))
    return str(flows[0]) if len(flows) == 1 else None


def _one_of(words: Mapping[str, str]) -> Callable[[str], TranslatableValue]:
    return lambda text: Translatable(words[text]) if text in words else Quoted(text)


def _tags(text: str) -> TranslatableValue:
    """`+新客 -熟客`"""
    signs = ((one[:1], Quoted(one[1:])) for one in text.split(" "))
    return row(tr("on: {tag}", tag=tag) if sign == "+" else tr("off: {tag}", tag=tag) for sign, tag in signs)


def _wait(text: str) -> TranslatableValue:
    """A wait as `after` has it: `3d at 10:00`."""
    match text.split(" "):
        case ["until", day, clock] if day in sentences.WEEKDAYS:
            return Translatable(sentences.WEEKDAYS[day], (("clock", clock),))
        case ["until", *moment]:
            return tr("until {moment}", moment=" ".join(moment))
        case [attribute, "+0d", "at", clock]:
            return tr("on {attribute}, {clock}", attribute=NamedThing(attribute, "attribute"), clock=clock)
        case [attribute, away, "at", clock]:
            before = away.startswith("-")
            template = "{away} before {attribute}, {clock}" if before else "{away} after {attribute}, {clock}"
            named = NamedThing(attribute, "attribute")
            return Translatable(template, (("away", _span(away)), ("attribute", named), ("clock", clock)))
        case ["1d", "at", clock]:
            return tr("next day {clock}", clock=clock)
        case [time, "at", clock]:
            return tr("{time} later at {clock}", time=_span(time), clock=clock)
        case [time]:
            return tr("after {time}", time=_span(time))
        case _:
            return text


def _span(text: str) -> TranslatableValue:
    """`1h30m` as `1 hour 30 minutes`."""
    found = re.findall(r"(\d+)(mo|[smhdwy])", text)
    return (
        _in_line([_measure(int(number), sentences.UNITS[unit]) for number, unit in found]) if found else text
    )


def _often(text: str) -> TranslatableValue:
    """`once_per`, one of its words or a span."""
    return (
        Translatable(sentences.ONCE[text])
        if text in sentences.ONCE
        else tr("once per person in {time}", time=_span(text))
    )


def _in_line(measures: list[Translatable]) -> Translatable:
    first, *rest = measures
    return tr("{first} {rest}", first=first, rest=_in_line(rest)) if rest else first


def _measure(number: int, unit: str) -> Translatable:
    measure = f"1 {unit}" if number == 1 else f"{{number}} {unit}s"
    return Translatable(measure, (("number", number),))


_NAMES_OF = {
    **{kind: kind for kind in ("flow", "state", "attribute", "page", "form", "link", "channel", "store")},
    "before": "state",
    "ended": "state",
}
"""By name of a value the kind of thing (`NamedThing.kind`) whose name it is."""
_SEVERAL = {
    "flows": "flow",
    "states": "state",
    "channels": "channel",
    "stores": "store",
    "bindings": "binding",
    **dict.fromkeys(
        ("names", "listed", "choice", *(one for kind in kinds() for one in kind.trace_lists)), "name"
    ),
}
"""By name of a value that is several things, the name of the value that each of them is."""
_JOINED: Mapping[str, Joining] = {"names": "comma", "listed": "comma"}
"""How several are joined, by the name of the value; any others are alternatives, joined by *or*."""
_TELL: Mapping[str, Callable[[str], TranslatableValue]] = {
    **dict.fromkeys(("fact", "number", "most", "moment", "by", "order"), str),
    "tags": _tags,
    "binding": _one_of(sentences.BINDINGS),
    "held": _one_of(sentences.HELD),
    "skipped": _one_of(sentences.SKIPPED),
    "stopped": _one_of(sentences.STOPPED),
    **{name: _one_of(words) for name, words in sentences.WORDS.items()},
    "shop": _one_of(sentences.SHOP),
    "notice": _one_of(sentences.NOTICES),
    "wait": _wait,
    "time": _span,
    "often": _often,
    "found": _one_of({"true": "yes", "false": "no"}),
}
"""The words of a value, by its name in a sentence; any other is quoted."""
_OWN: Mapping[str, Mapping[str, str]] = {"ended": sentences.ENDED, "page": sentences.PAGES}
"""Values that may be names of our own, not of the playbook: these words are quoted."""
