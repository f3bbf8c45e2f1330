"""Questions that nobody answered, grouped: how many asked, and the rule that would answer (N7).

What was written comes from the conversations, by the ids that hours have of texts no rule was for: who was
erased, or whose time is over, is not among them. All of it is masked before anything else is done with it.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Literal, TypeAlias
from zoneinfo import ZoneInfo

from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.condition import ConditionContext
from bot.engine.texts.text import fold
from bot.engine.times.bounds import When
from bot.model.answer_fields import AsText, Clock, Help, Internal
from bot.model.audit import AuditEntry
from bot.model.contact import Contact
from bot.model.hours import HOUR, HourOfChannels, hour_of
from bot.model.place import Place
from bot.model.plain_text import visible
from bot.model.translatable import Translatable, TranslatableValue, plural, row, tr
from bot.operations.alike_texts import grouped, key_of, without_closing, without_courtesies
from bot.operations.audit_trail import record
from bot.operations.contact_view import HIDDEN, PrivateWords
from bot.operations.question_rules import (
    HeardTexts,
    ProposedRule,
    WidenedRule,
    proposed_rule,
    text_of_rule,
    waited_for,
    widened_rule,
)
from bot.operations.simulated_time import now_among
from bot.store.stores import Stores
from bot.wording.near_rules import Near, letters_of, near_rules, rule_that_takes

LONGEST = 200
"""Characters of a text that are shown and compared: what is longer is cut, and goes into no rule."""
LATELY = 30
"""Days back that are looked at where nobody says how many."""
TEXTS_MOST = 20_000
"""Texts that are read for that, the last ones."""
AT_ONCE = 200
"""Turns that are read at a time: others are answered in between."""
QUESTIONS_MOST = 50
"""Questions of a state that are listed, but for those that are ignored."""
WAYS_COMPARED = 2
"""Texts of a question, the commonest, for which a rule is looked for that waits for nearly them."""
IMPERSONAL = 3
"""What so many people have asked is nobody's in particular."""
OTHERS_MOST = 4
"""Other words for a question that are shown, and go into its rule."""
HALF = 0.5
"""Of a question's letters so many are those of a rule that waits for a part of it; and of its messages more
were ignored."""
QuestionState: TypeAlias = Literal["open", "answered", "ignored"]
_TOGETHER = re.compile(r"[A-Za-z\d_-]{5,}")
"""Letters and digits in a row, which may be a code."""
CODE_DIGITS, CODE_SIGNS = 5, 7
"""So many digits, or capitals and digits, stand together in the number of an order, or a coupon's code."""


@dataclass(frozen=True, slots=True)
class UnheardText:
    """A text that nobody answered, in which chat (`channel:userId`), and when."""

    text: str
    chat: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AskedWords:
    """What was written so; `plain`: nothing in it is masked. In which chats, in each how often."""

    text: str
    plain: bool
    chats: Mapping[str, int]
    last: datetime
    key: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", key_of(self.text))

    @property
    def times(self) -> int:
        return sum(self.chats.values())

    @property
    def channels(self) -> frozenset[str]:
        return frozenset(chat.partition(":")[0] for chat in self.chats)


AskedAlike: TypeAlias = Sequence[AskedWords]
"""What asks the same, the commonest first."""


@dataclass(frozen=True, slots=True)
class UnansweredQuestion:
    """Messages that ask the same. Of one that is `open` only what no rule would take by now is counted.

    `rule` would answer it, and so would `near`; both `None` where something in all its texts is masked.
    `keys`: by which it is known again.
    """

    state: QuestionState
    text: Annotated[str, Help("The commonest, masked; one in which nothing is masked comes first.")]
    times: int
    people: int
    last: datetime
    others: Annotated[Sequence[str], Help("In which other words.")]
    channel: Annotated[str, Help("The one account where it was asked; empty: several.")]
    keys: Annotated[frozenset[str], Internal()]
    answered_by: Annotated[Place | None, AsText(), Help("Where the rule stands that answers by now.")] = None
    rule: Annotated[ProposedRule | None, Help("A rule of its own that would answer.")] = None
    near: Annotated[WidenedRule | None, Help("A rule of the playbook that waits for nearly this.")] = None

    @property
    def asked(self) -> Translatable:
        """How many people asked it, and how often."""
        people = plural("1 person", "{number} people", self.people)
        times = plural("1 time", "{number} times", self.times)
        return tr("{people}, {times}: {text}", people=people, times=times, text=self.text)

    def lines(self) -> Iterator[TranslatableValue]:
        """What was asked, and what would answer it."""
        yield self.asked
        if self.others:
            yield tr("    also: {texts}", texts=row(self.others))
        if self.near is not None:
            yield tr("    {place} hears nearly this; it hears it with", place=self.near.place.text)
            yield f"      {self.near.yaml}"
        if self.rule is not None:
            yield from self.rule.lines()

    @property
    def id(self) -> str:
        """Names it on a page."""
        return question_id(key_of(self.text))


def question_id(key: str) -> str:
    """Names the question whose commonest text has this key."""
    return sha256(key.encode()).hexdigest()[:16]


async def unheard_texts(
    stores: Stores, hours: Sequence[HourOfChannels], channel: str | None, most: int
) -> list[UnheardText]:
    """Texts that nobody answered in these hours, the last ones. May raise `DatabaseUnavailable`."""
    events = [name for one in hours for name in one.unheard if channel in (None, name.partition(":")[0])]
    found = list[UnheardText]()
    events = events[-most:]
    for at in range(0, len(events), AT_ONCE):
        for turn in await stores.conversations.of_events(events[at : at + AT_ONCE]):
            said = turn.incoming
            if said is None or said.kind != "text" or said.secrecy or not isinstance(said.content, str):
                continue
            if fold(said.content):
                found.append(UnheardText(said.content, turn.chat, turn.at))
    return found


async def asked_lately(
    stores: Stores, zone: ZoneInfo, since: datetime, now: datetime, channel: str | None = None
) -> list[AskedAlike]:
    """What was asked alike from this hour on. May raise `DatabaseUnavailable`."""
    hours = await stores.hours.between(hour_of(since), now + HOUR)
    return await asked_in(stores, zone, hours, channel, TEXTS_MOST)


async def asked_in(
    stores: Stores, zone: ZoneInfo, hours: Sequence[HourOfChannels], channel: str | None, most: int
) -> list[AskedAlike]:
    """What was asked alike in these hours, of the last texts, beside whatever else is done meanwhile. May
    raise `DatabaseUnavailable`."""
    texts = await unheard_texts(stores, hours, channel, most)
    return await asyncio.to_thread(asked_alike, texts, zone)


def asked_alike(texts: Iterable[UnheardText], zone: ZoneInfo) -> list[AskedAlike]:
    """What asks the same together, masked; whatever the order of the texts."""
    words = PrivateWords(Contact(""), zone)
    written: dict[str, list[tuple[str, UnheardText]]] = defaultdict(list)
    for one in texts:
        masked = _masked(words, one.text)
        text = masked if len(masked) <= LONGEST else f"{masked[:LONGEST]}…"
        written[fold(text)].append((text, one))
    found = {one.text: one for one in (_asked(some) for some in written.values())}
    groups = grouped({text: one.times for text, one in found.items()})
    return [tuple(found[text] for text in group) for group in groups]


def _masked(words: PrivateWords, text: str) -> str:
    """The text without what is private, and without codes of orders and coupons."""
    return _TOGETHER.sub(_without_code, words.masked(text))


def _without_code(found: re.Match[str]) -> str:
    digits = sum(map(str.isdecimal, found[0]))
    is_code = digits > 0 and len(found[0]) >= CODE_SIGNS and found[0].isupper()
    return HIDDEN if digits >= CODE_DIGITS or is_code else found[0]


def _asked(some: Sequence[tuple[str, UnheardText]]) -> AskedWords:
    spellings = Counter(masked for masked, _ in some)
    text = min(spellings, key=lambda spelling: (-spellings[spelling], spelling))
    plain = all(masked == visible(one.text) for masked, one in some)
    return AskedWords(text, plain, Counter(one.chat for _, one in some), max(one.at for _, one in some))


@dataclass(frozen=True, slots=True)
class UnansweredQuestions:
    """By how many people asked: what is open, then what has an answer by now, then what is ignored."""

    questions: Sequence[UnansweredQuestion]
    more: Annotated[int, Help("Open ones that are not listed.")]

    def of(self, state: QuestionState) -> Sequence[UnansweredQuestion]:
        """Those in this state."""
        return [one for one in self.questions if one.state == state]

    @property
    def rest(self) -> Iterator[Translatable]:
        """What is not said of those that are listed."""
        if self.more:
            yield plural(
                "1 more question, which fewer people asked",
                "{number} more questions, which fewer people asked",
                self.more,
            )
        if answered := len(self.of("answered")):
            yield plural(
                "1 question has an answer by now", "{number} questions have an answer by now", answered
            )
        if ignored := len(self.of("ignored")):
            yield plural("1 is ignored", "{number} are ignored", ignored)

    def lines(self, at: Clock) -> Iterator[TranslatableValue]:
        """Each open question, with its rule."""
        if not (found := self.of("open")):
            yield tr("nobody asked in vain")
        for one in found:
            yield from one.lines()
        yield from self.rest


def questions(
    alike: Sequence[AskedAlike],
    playbook: Playbook,
    now: datetime,
    ignored: Collection[str] = (),
    most: int = QUESTIONS_MOST,
) -> UnansweredQuestions:
    """What was asked, as the playbook would answer it `now`. `ignored`: the keys of texts that staff have
    ignored. At most so many that are open, with their rules, or answered."""
    takers = _Takers(playbook, now)
    sorted_out: dict[QuestionState, list[tuple[UnansweredQuestion, AskedAlike]]] = {
        "open": [],
        "answered": [],
        "ignored": [],
    }
    for some in alike:
        left = [one for one in some if takers.of(one) is None]
        of_ignored = sum(one.times for one in left if one.key in ignored)
        is_ignored = of_ignored > HALF * sum(one.times for one in left)
        state: QuestionState = "answered" if not left else "ignored" if is_ignored else "open"
        sorted_out[state].append((_question(state, left or some, takers), left))
    for found in sorted_out.values():
        found.sort(key=lambda one: (-one[0].people, -one[0].times, one[0].text))
    unheard = {fold(one.text): one.times for some in alike for one in some if takers.of(one) is None}
    taken = (fold(one.text) for some in alike for one in some if takers.of(one) is not None)
    heard = HeardTexts(unheard, [*taken, *waited_for(playbook)])
    is_open = sorted_out["open"]
    with_rules = (_with_rules(one, left, takers, heard) for one, left in is_open[:most])
    others = (one for one, _ in [*sorted_out["answered"][:most], *sorted_out["ignored"]])
    return UnansweredQuestions([*with_rules, *others], max(0, len(is_open) - most))


async def questions_now(
    stores: Stores, alike: Sequence[AskedAlike], playbook: Playbook, now: datetime, most: int = QUESTIONS_MOST
) -> UnansweredQuestions:
    """The same without what staff have ignored among it, beside whatever else is done meanwhile. May raise
    `DatabaseUnavailable`."""
    ignored = await stores.ignored_questions.among({one.key for some in alike for one in some})
    return await asyncio.to_thread(questions, alike, playbook, now, ignored, most)


async def ignore_question(stores: Stores, one: UnansweredQuestion, actor: str) -> None:
    """It is no question: from now on it is not counted. May raise `DatabaseUnavailable`."""
    now = await now_among(stores)
    await stores.ignored_questions.add(one.keys, now)
    await record(stores, AuditEntry("question_ignored", actor, now, _shown(one)))


async def restore_question(stores: Stores, one: UnansweredQuestion, actor: str) -> None:
    """It is one after all. May raise `DatabaseUnavailable`."""
    if await stores.ignored_questions.remove(one.keys):
        await record(stores, AuditEntry("question_restored", actor, await now_among(stores), _shown(one)))


def _shown(one: UnansweredQuestion) -> str:
    """What the audit log, which outlives every person, has of it: a text that several have written."""
    return one.text if one.people >= IMPERSONAL else ""


class _Takers:
    """Which rule would take a text by now, from somebody of whom nothing is known, on all its channels."""

    def __init__(self, playbook: Playbook, now: datetime) -> None:
        self.playbook = playbook
        self._when = When(now, playbook.zone)
        self._known: dict[str, Place | None] = {}

    def on(self, channel: str) -> ConditionContext:
        return ConditionContext(Contact(""), channel, self._when)

    def of(self, one: AskedWords) -> Place | None:
        if one.text not in self._known:
            rules = [rule_that_takes(self.playbook, one.text, self.on(name)) for name in sorted(one.channels)]
            places = [rule.place for rule in rules if rule is not None]
            self._known[one.text] = places[0] if len(places) == len(rules) else None
        return self._known[one.text]


def _question(state: QuestionState, some: AskedAlike, takers: _Takers) -> UnansweredQuestion:
    first, *others = sorted(some, key=lambda one: not one.plain)
    channels = sorted({name for one in some for name in one.channels})
    return UnansweredQuestion(
        state,
        first.text,
        sum(one.times for one in some),
        len({chat for one in some for chat in one.chats}),
        max(one.last for one in some),
        [one.text for one in others[:OTHERS_MOST]],
        channels[0] if len(channels) == 1 else "",
        frozenset(one.key for one in some),
        takers.of(first),
    )


def _with_rules(
    one: UnansweredQuestion, left: AskedAlike, takers: _Takers, heard: HeardTexts
) -> UnansweredQuestion:
    plain = [text for text in left if text.plain]
    if not plain:
        return one
    ways = [text.text for text in plain[: 1 + OTHERS_MOST]]
    near = _near(plain, takers)
    return replace(
        one,
        rule=proposed_rule({fold(text.text): text.times for text in plain}, heard, ways),
        near=None if near is None else widened_rule(takers.playbook, near, ways),
    )


def _near(plain: AskedAlike, takers: _Takers) -> Near | None:
    """The rule that waits for the same without courtesies, or for nearly the same: not where it waits for a
    small part of it."""
    for text in plain[:WAYS_COMPARED]:
        asked, context = without_courtesies(fold(text.text)), takers.on(min(text.channels))
        rule = rule_that_takes(takers.playbook, asked, context)
        if rule is not None and (same := text_of_rule(rule, asked)) is not None:
            return Near(rule.place, same, "marks")
        for near in near_rules(takers.playbook, asked, context):
            is_most = len(letters_of(near.text)) >= HALF * len(letters_of(asked))
            if near.how in ("marks", "slip") or (near.how == "within" and is_most):
                return near
    return None


async def asked_by_several(
    stores: Stores, hours: Sequence[HourOfChannels], channel: str, zone: ZoneInfo, least: int, most: int
) -> list[tuple[str, int]]:
    """Texts that nobody answered and that `least` people at least have written, all in the same words, with a
    question mark or without; the most people first. A text in which anything would be masked is not among
    them. May raise `DatabaseUnavailable`."""
    people: dict[str, set[str]] = {}
    written: dict[str, str] = {}
    for one in await unheard_texts(stores, hours, channel, most):
        key = without_closing(one.text)
        people.setdefault(key, set()).add(one.chat)
        written.setdefault(key, one.text)
    words = PrivateWords(Contact(""), zone)
    several = [(written[key], len(some)) for key, some in people.items() if len(some) >= least]
    plain = (one for one in several if _masked(words, one[0]) == visible(one[0]))
    return sorted(plain, key=lambda one: -one[1])
