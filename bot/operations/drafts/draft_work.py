"""What is done with the files of a draft in a process of its own (`worker`): nothing here knows a database.

What comes of it goes back through a pipe, so arguments and results are data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import unified_diff
from pathlib import Path
from struct import Struct
from time import monotonic

from bot.engine.compiled.playbook import Playbook
from bot.model.problem import Problem
from bot.model.settings import STAND_IN
from bot.model.translatable import Language
from bot.operations.drafts.draft_scenarios import scenario_problems, with_scenarios
from bot.operations.drafts.merging import LARGEST
from bot.playbook.admin_lines import AdminLine, admin_lines
from bot.playbook.comparison import ComparedForm, Difference, compared_folder, differences
from bot.playbook.load import Loaded, load
from bot.playbook.name_completion import names_of
from bot.playbook.read import read
from bot.playbook.section_names import SectionNames
from bot.scenario.folder import PlaybookFiles
from bot.scenario.new_answers import with_new_answers
from bot.scenario.result import Result, all_played
from bot.scenario.transcript import ShownScenario, shown

HEAD = Struct("!Q")
"""In front of each message of the pipe: how many bytes it has."""
AT_ONCE = 3.0
"""Seconds after which no further scenario is played for one request."""


@dataclass(frozen=True, slots=True)
class DraftCopy:
    """A draft as a folder: its `first` file. `stand_ins` are values for variables of the environment, whose
    real ones whoever writes a draft must not learn by what a mistake says; `scenarios`: the folder whose
    scenarios are played where it has none."""

    first: Path
    stand_ins: Mapping[str, str] = field(repr=False)
    now: datetime
    scenarios: Path

    def loaded(self) -> Loaded:
        """What `check` reads."""
        return load(self.first, {}, self._stand_in, now=self.now)

    def _stand_in(self, name: str) -> str:
        return self.stand_ins.get(name, f"{STAND_IN}{name.lower()}")


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file of the draft, with its lines as a unified diff; none of a picture."""

    path: str
    lines: Sequence[str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReviewedFiles:
    """What the files of a draft say; without a `playbook` there is a mistake, and nothing was compared."""

    problems: Sequence[Problem]
    files: Sequence[ChangedFile]
    playbook: Playbook | None = field(default=None, repr=False)
    sources: Mapping[str, str] = field(default_factory=dict, repr=False)
    things: Sequence[Difference] = ()
    reserved: Sequence[AdminLine] = ()


@dataclass(frozen=True, slots=True)
class ScenarioRun:
    """Some of the scenarios of a draft, played. `done` of `number` are; `wrong` where it has mistakes."""

    played: Sequence[ShownScenario]
    done: int
    number: int
    wrong: bool = False


def check(copy: DraftCopy) -> Sequence[Problem]:
    """All mistakes and warnings, also of its scenarios."""
    loaded = copy.loaded()
    return (*loaded.problems, *scenario_problems(loaded, copy.first))


def review(
    copy: DraftCopy, before: ComparedForm, texts: Mapping[str, tuple[str | None, str | None]]
) -> ReviewedFiles:
    """What it changes of what was `before`; `texts` of the changed files, as they were and are."""
    loaded, files = copy.loaded(), [_changed(path, *both) for path, both in texts.items()]
    if loaded.playbook is None:
        return ReviewedFiles(loaded.problems, files)
    after = compared_folder(loaded)
    things, reserved = differences(before, after), admin_lines(before, after)
    return ReviewedFiles(loaded.problems, files, loaded.playbook, loaded.sources, things, reserved)


def _changed(path: str, before: str | None, after: str | None) -> ChangedFile:
    old, new = ("" if text is None else text for text in (before, after))
    if max(len(old), len(new)) > LARGEST:
        return ChangedFile(path, ())
    lines = unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=2)
    return ChangedFile(path, list(lines)[2:])


def rehearse(copy: DraftCopy, tell: Callable[[int | Result], None]) -> bool:
    """Play its scenarios, and tell how many there are, then what came of each. `False`: it has a mistake."""
    loaded = copy.loaded()
    if loaded.playbook is None:
        return False
    files = with_scenarios(copy.first, copy.scenarios)
    tell(len(files.scenarios()))
    for result in all_played(files, loaded):
        tell(result)
    return True


def run_scenarios(copy: DraftCopy, begun: int) -> ScenarioRun:
    """Play those behind the first `begun`, one after the other, as many as the time of a request allows."""
    end, loaded = monotonic() + AT_ONCE, copy.loaded()
    files = with_scenarios(copy.first, copy.scenarios)
    there = files.scenarios()
    if loaded.playbook is None:
        return ScenarioRun((), begun, len(there), wrong=True)
    played: list[ShownScenario] = []
    for file in there[begun:]:
        played.append(shown(files, file, loaded))
        if monotonic() > end:
            break
    return ScenarioRun(played, begun + len(played), len(there))


def renew_answers(copy: DraftCopy, file: str) -> str | None:
    """The text of a scenario that expects what the bot says by now; `None`: it fails by something else."""
    loaded = copy.loaded()
    if loaded.playbook is None:
        return None
    return with_new_answers(PlaybookFiles(copy.first, {}), file, loaded)


def preview(copy: DraftCopy, tests: Sequence[str]) -> tuple[Sequence[Problem], Sequence[ShownScenario]]:
    """What is said of the draft, and these of its scenarios, played: none where it has a mistake."""
    loaded = copy.loaded()
    if loaded.playbook is None:
        return loaded.problems, ()
    files = PlaybookFiles(copy.first, {})
    played = [shown(files, one, loaded) for one in tests]
    return [*loaded.problems, *(found for one in played for found in one.result.problems)], played


def names(copy: DraftCopy, words: Language) -> SectionNames:
    """The names that it declares, also where it has mistakes."""
    found = read(copy.first, {}, unset="warning")
    return names_of(found.root, found.left_out, words)


def compiled(copy: DraftCopy) -> tuple[Playbook | None, Sequence[Problem], Mapping[str, str]]:
    """The playbook, what is wrong with it, and its pictures: by their public address the file's path."""
    loaded = copy.loaded()
    folder = copy.first.parent
    files = {
        address: (path.relative_to(folder) if path.is_absolute() else path).as_posix()
        for address, path in loaded.settings.files.items()
    }
    return loaded.playbook, loaded.problems, files
