"""The answers that stand in a draft, as the form for one has them: found, changed, taken out (L8).

A rule is in the form if texts and a reply are all that it says; every other one is the editor's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from bot.engine.texts.text import fold
from bot.model.draft import digest
from bot.model.translatable import Refusal, tr
from bot.operations.drafts.rule_answer import SAID_AT_MOST, rule_files
from bot.operations.new_playbook.starter import answer_of, reply_of, ways_of, with_question_marks
from bot.playbook.syntax.nodes import List, Map, Node, Scalar, first_of, plain, scalars
from bot.playbook.syntax.parse import parsed
from bot.playbook.syntax.source import SourceFile
from bot.playbook.syntax.written_entry import EntriesUnread, with_changed_item
from bot.playbook.syntax.yaml_text import inline, scalar
from bot.scenario.shape.formats import LOOKS_LIKE_A_NAME
from bot.wording.rule_to_paste import texts_heard

SECTION = "rules"


@dataclass(frozen=True, slots=True)
class WrittenAnswer:
    """A rule of texts and a reply, the one at `number` (from 0) of its file's rules. It `contains`: whatever
    has one of the texts in it is answered."""

    file: str
    number: int
    line: int
    texts: tuple[str, ...]
    answer: str
    contains: bool = False

    @property
    def ways(self) -> tuple[str, ...]:
        """What customers write, without what differs by a question mark alone."""
        if self.contains:
            return self.texts
        found: list[str] = []
        for text in self.texts:
            if not set(with_question_marks([text])) & set(with_question_marks(found)):
                found.append(text)
        return tuple(found)

    @property
    def asked(self) -> str:
        """The same as the field of the form has it."""
        between = ", " if all(one.isascii() for one in self.ways) else "、"
        return between.join(self.ways)

    @property
    def question_marks(self) -> bool:
        """Whether each way is answered with a question mark, too."""
        return self.contains or set(texts_heard(with_question_marks(self.ways))) == set(self.texts)

    @property
    def stamp(self) -> str:
        """Names exactly what it says: a form of a former state changes nothing."""
        return digest("\n".join([self.trigger, *self.texts, "", self.answer]).encode())

    @property
    def trigger(self) -> str:
        """The word of its trigger."""
        return trigger_word(contains=self.contains)


@dataclass(frozen=True, slots=True)
class EditorRule:
    """A rule that says more than the form knows; `says` is its name, or what it hears, as it is written."""

    file: str
    line: int
    says: str


def answers_in(sources: Mapping[str, str], channel: str) -> tuple[list[WrittenAnswer], list[EditorRule]]:
    """The rules of an account in the order of the files: those of the form, and all others. It blocks."""
    found: tuple[list[WrittenAnswer], list[EditorRule]] = [], []
    cards = frozenset(_cards(sources))
    for file, text in sorted(rule_files(sources).items()):
        for number, rule in enumerate(_rules(file, text, channel)):
            answer = _answer(file, number, rule, cards)
            if answer is not None:
                found[0].append(answer)
            else:
                found[1].append(EditorRule(file, first_of(rule).line, _says(rule)))
    return found


def answer_at(sources: Mapping[str, str], channel: str, file: str, number: int) -> WrittenAnswer | None:
    """The answer of this place; `None` where there is none that the form knows. It blocks."""
    answers, _ = answers_in(sources, channel)
    return next((one for one in answers if (one.file, one.number) == (file, number)), None)


def trigger_word(*, contains: bool) -> str:
    """By which a rule hears whatever has a text in it, or is one."""
    return "text_contains" if contains else "text"


def answer_that_hears(sources: Mapping[str, str], channel: str, text: str) -> WrittenAnswer | None:
    """The first answer of the form that waits for this text; `None` where there is none. It blocks."""
    answers, _ = answers_in(sources, channel)
    return next((one for one in answers if fold(text) in map(fold, one.texts)), None)


def with_changed_answer(
    text: str,
    there: WrittenAnswer,
    asked: str,
    answer: str,
    *,
    question_marks: bool,
    contains: bool = False,
) -> str:
    """The text of its file in which the rule `there` says this instead; comments stay.

    Raises `Refusal` where something of it cannot be written.
    """
    ways = ways_of(asked, SAID_AT_MOST)
    texts = ways
    if not contains:
        texts = texts_heard(with_question_marks(ways) if question_marks else ways)
    reply, said = answer_of(answer), there.answer
    is_heard_so = (ways, question_marks, contains) == (there.ways, there.question_marks, there.contains)
    if is_heard_so or set(texts) == set(there.texts):
        texts = there.texts
    trigger = trigger_word(contains=contains)
    try:
        return _replaced(text, there, trigger, texts, said if reply == answer_of(said) else reply)
    except EntriesUnread:
        raise _only_in_editor(there.file) from None


def without_answer(text: str, there: WrittenAnswer) -> str:
    """The text of its file without the rule. Raises `Refusal`."""
    try:
        return with_changed_item(text, SECTION, there.number, None).text
    except EntriesUnread:
        raise _only_in_editor(there.file) from None


def _only_in_editor(file: str) -> Refusal:
    return Refusal(tr("{file} is written so that only the editor can change it: open it there", file=file))


# -- found


def _cards(sources: Mapping[str, str]) -> Iterator[str]:
    for file, text in sources.items():
        root = parsed(SourceFile(file, text)).root if "cards:" in text else None
        cards = root.get("cards") if isinstance(root, Map) else None
        yield from cards.pairs if isinstance(cards, Map) else ()


def _rules(file: str, text: str, channel: str) -> Sequence[Node]:
    root = parsed(SourceFile(file, text)).root
    listed = root.get(SECTION) if isinstance(root, Map) else None
    of = root.get("channel") if isinstance(root, Map) else None
    channels = [] if of is None else _several(plain(of))
    is_other = bool(channels) and channel not in channels
    return listed.items if isinstance(listed, List) and not is_other else ()


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _answer(file: str, number: int, rule: Node, cards: Collection[str]) -> WrittenAnswer | None:
    if not isinstance(rule, Map) or set(rule.pairs) != {"when", "reply"}:
        return None
    if any(one.names or one.unset for one in scalars(rule)):
        return None
    when, reply = plain(rule.pairs["when"][1]), plain(rule.pairs["reply"][1])
    word = next(iter(when)) if isinstance(when, dict) and len(when) == 1 else ""
    texts = _several(when[word]) if word in ("text", "text_contains") else []
    if isinstance(reply, dict) and list(reply) == ["text"]:
        reply = reply["text"]
    elif isinstance(reply, str) and (reply in cards or LOOKS_LIKE_A_NAME.fullmatch(reply)):
        return None
    if not texts or not all(isinstance(one, str) for one in [*texts, reply]):
        return None
    found = WrittenAnswer(file, number, first_of(rule).line, tuple(texts), reply, word == "text_contains")
    return found if _fits(found) else None


def _fits(one: WrittenAnswer) -> bool:
    """Whether the fields of the form give back what it says."""
    try:
        answer_of(one.answer)
        return ways_of("\n".join(one.ways), SAID_AT_MOST) == one.ways
    except Refusal:
        return False


def _says(rule: Node) -> str:
    said = plain(rule)
    if not isinstance(said, dict):
        return inline(said)
    when = said.get("when")
    texts = next(iter(when.values())) if isinstance(when, dict) and len(when) == 1 else when
    if isinstance(texts, list) and all(isinstance(one, str) for one in texts):
        texts = "、".join(texts)
    return str(said.get("name") or (texts if isinstance(texts, str) else inline(when)))


# -- changed


def _replaced(text: str, there: WrittenAnswer, trigger: str, texts: Sequence[str], reply: str) -> str:
    """Raises `EntriesUnread` where anything else of the file would say another thing."""
    root = parsed(SourceFile("", text)).root
    listed = root.get(SECTION) if isinstance(root, Map) else None
    if not isinstance(root, Map) or not isinstance(listed, List):
        raise EntriesUnread
    rule = listed.items[there.number]
    if not isinstance(rule, Map):
        raise EntriesUnread
    changed = text
    heard, said = rule.pairs["when"][1], rule.pairs["reply"][1]
    pieces = []
    if isinstance(heard, Map) and tuple(texts) != there.texts:
        pieces.append(_texts_written(text, heard.pairs[there.trigger][1], texts))
    if isinstance(heard, Map) and trigger != there.trigger:
        word = heard.pairs[there.trigger][0]
        pieces.append((word.start, word.end, trigger))
    if reply != there.answer:
        is_bare = isinstance(said, Scalar)
        value = said if isinstance(said, Scalar) else said.pairs["text"][1] if isinstance(said, Map) else None
        if not isinstance(value, Scalar):
            raise EntriesUnread
        pieces.append((value.start, _end(text, value), reply_of(reply) if is_bare else scalar(reply)))
    for start, end, new in sorted(pieces, reverse=True):
        changed = changed[:start] + new + changed[end:]
    _check(changed, plain(root), there, trigger, texts, reply)
    return changed


def _check(
    changed: str, before: Any, there: WrittenAnswer, trigger: str, texts: Sequence[str], reply: str
) -> None:
    after = parsed(SourceFile("", changed))
    now = plain(after.root) if after.root is not None and after.whole else None
    rule = now[SECTION].pop(there.number) if isinstance(now, dict) and SECTION in now else {}
    before[SECTION].pop(there.number)
    says = rule.get("reply") if isinstance(rule, dict) else None
    heard = _several(rule["when"].get(trigger)) if says is not None else []
    if now != before or heard != list(texts) or says not in (reply, {"text": reply}):
        raise EntriesUnread


def _end(text: str, one: Scalar) -> int:
    """Behind what is written of it: what YAML counts of a block goes on to the next line."""
    return one.start + len(text[one.start : one.end].rstrip())


def _texts_written(text: str, heard: Node, texts: Sequence[str]) -> tuple[int, int, str]:
    """From where to where new ones stand instead, and how they are written there."""
    values = [*scalars(heard)]
    first, last = values[0].start, _end(text, values[-1])
    one_line = ", ".join(map(scalar, texts))
    if isinstance(heard, Scalar):
        return first, last, one_line if len(texts) == 1 else f"[{one_line}]"
    if not isinstance(heard, List) or any(not isinstance(one, Scalar) for one in heard.items):
        raise EntriesUnread
    if heard.flow:
        if "#" in _between(text, values):
            raise EntriesUnread
        return first, last, one_line
    return _lines_written(text, values, texts)


def _between(text: str, values: Sequence[Scalar]) -> str:
    gaps = pairwise(values)
    return "".join(text[_end(text, one) : after.start] for one, after in gaps)


def _lines_written(text: str, values: Sequence[Scalar], texts: Sequence[str]) -> tuple[int, int, str]:
    """Below each other: those that stay with what stands behind them, new ones last."""
    begins = text.rfind("\n", 0, values[0].start) + 1
    ends = text.find("\n", _end(text, values[-1]))
    ends = len(text) if ends < 0 else ends
    dash = text[begins : values[0].start]
    lines = text[begins:ends].split("\n")
    if dash.strip() != "-" or len(lines) != len(values):
        raise EntriesUnread
    there = {one.value: line for one, line in zip(values, lines, strict=True)}
    tail = "\r" if lines[-1].endswith("\r") else ""
    return begins, ends, "\n".join(there.get(one, f"{dash}{scalar(one)}{tail}") for one in texts)
