"""The scenarios of a playbook's folder, and the playbook that they are played with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.model.translatable import Unavailable, tr
from bot.playbook.load import Loaded, load
from bot.playbook.similar import hint_for
from bot.playbook.syntax.folder import PlaybookMissing, contents, is_hidden, playbook_file
from bot.playbook.syntax.folder_names import SCENARIOS
from bot.playbook.syntax.source import decode
from bot.scenario.read import Read, read_scenario


class ScenarioMissing(Unavailable):
    """There is no such scenario, or it cannot be read; the text says which, for people."""


def _stand_in(name: str) -> str:
    """A value for an unset `${NAME}`: nothing is called, so any will do, and it is the same in every run."""
    return f"scenario-{name.lower()}"


@dataclass(frozen=True)
class PlaybookFiles:
    """A playbook's folder with its environment: what is loaded, also with other texts in some files.

    Loaded playbooks are cached: each live edit is compiled once, whatever number of scenarios make it.
    """

    path: Path
    environment: Mapping[str, str]
    _loaded: dict[tuple[tuple[str, str], ...], Loaded] = field(
        default_factory=dict, repr=False, compare=False
    )

    @property
    def folder(self) -> Path:
        """The folder of the playbook, also where `path` is its first file."""
        return playbook_file(self.path).parent

    def load(self) -> Loaded:
        """The playbook as it is; unset variables have stand-in values. Raises `PlaybookMissing`."""
        return self.edited({})

    def text(self, file: str) -> str | None:
        """A file as it is; `None` where there is none."""
        try:
            source, problems = decode(file, contents(self.folder / file))
        except PlaybookMissing:
            return None
        return None if problems else source.text

    def edited(self, texts: Mapping[str, str]) -> Loaded:
        """The playbook with these texts in some of its files."""
        key = tuple(sorted(texts.items()))
        if key not in self._loaded:
            self._loaded[key] = load(self.path, self.environment, _stand_in, edits=texts)
        return self._loaded[key]

    def scenarios(self) -> list[str]:
        """The files of all scenarios, by path from the folder."""
        found = (self.folder / SCENARIOS).rglob("*.yaml")
        files = (path.relative_to(self.folder).as_posix() for path in found if path.is_file())
        return sorted(file for file in files if not is_hidden(file))

    def named(self, names: Sequence[str]) -> list[str]:
        """The files of scenarios: all, or those named by path, or by file name with or without its ending.

        Raises `ScenarioMissing`.
        """
        there = self.scenarios()
        if not there and not names:
            folder = str(self.folder / SCENARIOS)
            raise ScenarioMissing(tr("there are no scenarios: {folder} holds no .yaml file", folder=folder))
        if not names:
            return there
        chosen: list[str] = []
        for name in names:
            found = _called(self.folder, there, name)
            if not found:
                hint = hint_for(Path(name).stem, [Path(file).stem for file in there])
                why = tr('there is no scenario "{name}"', name=name)
                raise ScenarioMissing(tr("{message}: {hint}", message=why, hint=hint) if hint else why)
            chosen += found
        return list(dict.fromkeys(chosen))

    def read(self, file: str, loaded: Loaded) -> Read:
        """One scenario, read against the playbook. Raises `ScenarioMissing`."""
        if loaded.playbook is None:
            raise ValueError("the playbook has errors")
        try:
            raw = contents(self.folder / file)
        except PlaybookMissing:
            raise ScenarioMissing(tr("the scenario {file} cannot be read", file=file)) from None
        return read_scenario(file, raw, loaded.playbook, self)


def _called(folder: Path, there: Sequence[str], name: str) -> list[str]:
    """The files that a name means: that of the path (from the folder, or from the working directory), else
    all with this file name, its ending aside."""
    path = Path(name)
    for place in (folder / path, path):
        if place.is_file():
            absolute, home = place.resolve(), folder.resolve()
            return [absolute.relative_to(home).as_posix() if absolute.is_relative_to(home) else str(absolute)]
    return [file for file in there if Path(file).stem == path.stem or file == name]
