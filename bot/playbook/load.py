"""Reading a playbook: a folder in, the engine's playbook or all its problems out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.engine.playbook import Playbook
from bot.model.problem import Problem
from bot.model.settings import Settings
from bot.playbook.compile.compiler import Compiler, default_key_ring
from bot.playbook.shape.shape import check_shape
from bot.playbook.syntax.dotenv import read_dotenv
from bot.playbook.syntax.environment import Filling
from bot.playbook.syntax.folder import BOT_YAML, contents, files_to_come, playbook_file
from bot.playbook.syntax.hiding import hidden, literal_secrets
from bot.playbook.syntax.nodes import Map, Node
from bot.playbook.syntax.parse import parse
from bot.playbook.syntax.source import Source, decode


@dataclass(frozen=True)
class Loaded:
    """A playbook as it was read: compiled, or `None` where `problems` (sorted) holds an error.

    `sources` are the files' texts by their path from the playbook's folder, for showing: literal secrets are
    starred in them. `filled` names the environment variables that `stand_in` gave a value.
    """

    playbook: Playbook | None
    settings: Settings = field(default_factory=lambda: Settings({}))
    problems: tuple[Problem, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    filled: tuple[str, ...] = ()


def load(
    folder_or_file: Path, environment: Mapping[str, str], stand_in: Callable[[str], str] | None = None
) -> Loaded:
    """Read a playbook, with all its mistakes at once.

    `environment` comes before the `.env` file beside `bot.yaml`. A variable that neither has is given by
    `stand_in`, or is the error `env-unset`. Raises `PlaybookMissing` where there is no playbook at all;
    whatever the files hold, it never raises anything else.
    """
    path = playbook_file(folder_or_file)
    variables, problems = read_dotenv(path.parent)
    environment = {**variables, **environment}
    problems += files_to_come(path.parent)
    source, found = decode(path.name, contents(path))
    root: Node | None = None
    if not found:
        root, found = parse(source)
    broken = _errors(found)
    sources = {source.file: hidden(source.text, None if broken else root)}
    problems += found
    if broken:
        return Loaded(None, problems=_sorted(problems), sources=sources)
    filling = Filling(source, environment, stand_in)
    playbook, settings, found = _compiled(source, root, filling, default_key_ring(environment))
    problems += found
    return Loaded(
        None if _errors(problems) else playbook, settings, _sorted(problems), sources, tuple(filling.filled)
    )


def _compiled(
    source: Source, root: Node | None, filling: Filling, key_ring: str
) -> tuple[Playbook, Settings, list[Problem]]:
    """Phases two and three over one file whose syntax is right."""
    tree = Map(1, 1) if root is None else root
    problems = []
    if isinstance(tree, Map):
        filling.fill(tree)
        problems += filling.problems + literal_secrets(source, tree)
    found, refused = check_shape(source.file, tree)
    compiler = Compiler(source, tree if isinstance(tree, Map) else Map(1, 1), refused, key_ring)
    playbook, settings = compiler.compile()
    return playbook, settings, problems + found + compiler.problems


def _errors(problems: Iterable[Problem]) -> bool:
    return any(problem.level == "error" for problem in problems)


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    def where(problem: Problem) -> tuple[bool, str, int, int, str, str]:
        place = problem.place
        return place.file != BOT_YAML, place.file, place.line, place.column, problem.code, problem.message

    return tuple(sorted(dict.fromkeys(problems), key=where))
