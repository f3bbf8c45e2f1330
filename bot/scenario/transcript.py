"""A scenario as a chat: what was said, tapped and shown while it was played, and what changed beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from bot.model.place import Place
from bot.model.translatable import Language, Quoted, Translatable, TranslatableValue, tr
from bot.playbook.load import Loaded
from bot.scenario.folder import PlaybookFiles
from bot.scenario.people import Person
from bot.scenario.play import play
from bot.scenario.player import Player
from bot.scenario.result import LONGEST, Result, plans_of
from bot.wording.conversation import OURS, Mark, SpokenLine, addressee, in_brackets

Side: TypeAlias = Literal["customer", "bot", "event"]
"""Who speaks; `event`: the line is none of a chat, such as a changed tag."""


@dataclass(frozen=True, slots=True)
class PlayedLine:
    """A bubble of the customer or the bot, or an event between them."""

    at: datetime
    side: Side
    speaker: TranslatableValue
    text: TranslatableValue
    buttons: tuple[str, ...] = ()
    mark: Mark = " "

    def said(self, language: Language) -> str:
        """Its text without its buttons."""
        return language.words(self.text).removesuffix(in_brackets(self.buttons))


@dataclass(frozen=True, slots=True)
class ShownScenario:
    """What came of a scenario, with its conversation; no lines where its file has mistakes."""

    result: Result
    zone: ZoneInfo
    lines: tuple[PlayedLine, ...] = ()


@dataclass(slots=True)
class _Watching:
    """Collects the conversation while it is played, and what each step changes."""

    spoken: list[SpokenLine] = field(default_factory=list)
    changes: list[tuple[int, PlayedLine]] = field(default_factory=list)
    """With the number of spoken lines before each."""
    names: frozenset[str] = frozenset()
    _tags: dict[str, frozenset[str]] = field(default_factory=dict)
    _menus: dict[str, str | None] = field(default_factory=dict)

    def step(self, player: Player, place: Place) -> None:
        """Note the tags and rich menus that this step has changed."""
        self.spoken, self.names = player.lines, frozenset(player.people)
        for person in player.people.values():
            for text in self._changed(player, person):
                line = PlayedLine(player.now, "event", person.name if len(player.people) > 1 else "", text)
                self.changes.append((len(player.lines), line))

    def _changed(self, player: Player, person: Person) -> Iterator[Translatable]:
        if (contact := player.contacts.get(person.contact)) is None:
            return
        tags = frozenset(t.name for t in contact.tags if t.expires is None or t.expires > player.now)
        before = self._tags.get(person.name, tags)
        self._tags[person.name] = tags
        for name in sorted(tags - before):
            yield tr("the tag {name} is on", name=Quoted(name))
        for name in sorted(before - tags):
            yield tr("the tag {name} is off", name=Quoted(name))
        menu = contact.identity(person.channel).menu
        if menu != self._menus.setdefault(person.name, menu):
            self._menus[person.name] = menu
            yield tr("the rich menu is {name}", name=tr("none") if menu is None else Quoted(menu))


def shown(files: PlaybookFiles, file: str, loaded: Loaded) -> ShownScenario:
    """Read and play one scenario of a playbook without errors. Raises `ScenarioMissing`. Blocks."""
    read = files.read(file, loaded)
    assert loaded.playbook is not None, "it is without errors"
    if read.scenario is None:
        return ShownScenario(Result(file, file, read.problems, None, read.text), loaded.playbook.zone)
    watching = _Watching()
    failure = play(read.scenario, loaded.playbook, plans_of(loaded.settings), watching.step, LONGEST)
    spoken = watching.spoken if failure is None else failure.conversation
    lines = tuple(_with_changes(spoken, watching))
    result = Result(file, read.scenario.title, read.problems, failure, read.text)
    return ShownScenario(result, loaded.playbook.zone, lines)


def _with_changes(spoken: Sequence[SpokenLine], watching: _Watching) -> Iterator[PlayedLine]:
    """All lines in their order, changes between them. A line that was expected and did not come is not
    counted."""
    happened, changes = 0, iter([*watching.changes, None])
    change = next(changes)
    for line in spoken:
        while change is not None and change[0] <= happened:
            yield change[1]
            change = next(changes)
        side = _side(line, watching.names)
        yield PlayedLine(line.at, side, line.speaker, line.text, line.buttons, line.mark)
        happened += line.mark != "-"
    while change is not None:
        yield change[1]
        change = next(changes)


def _side(line: SpokenLine, names: frozenset[str]) -> Side:
    if line.speaker in (OURS["bot"], *map(addressee, names)):
        return "bot"
    return "customer" if line.speaker == OURS["user"] or line.speaker in names - {""} else "event"
