"""Reads the files of a playbook into one document: syntax, shape, canonical form (phases 1 and 2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.model.place import Place
from bot.model.problem import Level, Problem
from bot.model.translatable import tr
from bot.playbook.autofix.slips import with_repairs
from bot.playbook.canonical.document import canonical, version_of
from bot.playbook.codes import mistake
from bot.playbook.joined import Joined, join
from bot.playbook.shape.looked_into import looked_into
from bot.playbook.shape.schema import PLAYBOOK
from bot.playbook.shape.shape import Shape
from bot.playbook.syntax.entries import Entries
from bot.playbook.syntax.environment import EnvironmentFilling, read_dotenv
from bot.playbook.syntax.folder import contents, in_order, not_read, ordered_files, other_files, playbook_file
from bot.playbook.syntax.folder_names import BOT_YAML
from bot.playbook.syntax.full_width import full_width_signs
from bot.playbook.syntax.hiding import hidden, literal_secrets, speaks_of_secrets, without_secrets
from bot.playbook.syntax.nodes import Map, Node, Scalar, path_text
from bot.playbook.syntax.parse import Parsed, parsed
from bot.playbook.syntax.source import SourceFile, decode

NO_EDITS: Mapping[str, str] = {}
"""All texts come from the files."""
NODES_MOST = 200_000
"""Most keys and values of a playbook: about 20,000 rules."""


@dataclass(frozen=True)
class Remainder:
    """A playbook with mistakes of shape, after these were taken out: checked for further ones, never run."""

    root: Map
    """Its canonical form."""
    refused: frozenset[tuple[str, str]]
    """What is refused all the same, by section and name; "" is the section itself."""
    left_out: tuple[tuple[str, Node], ...]
    """The nodes of that, each with its section."""
    gone: tuple[str, ...]
    """The words that were taken out."""


@dataclass(frozen=True)
class ParsedPlaybook:
    """A playbook as it was read: all its files as one canonical document, and what is wrong with them."""

    root: Map
    """The canonical document, with only what passed syntax and shape; an entry that did not is left out."""
    problems: tuple[Problem, ...]
    sources: Mapping[str, str]
    """The files' texts for showing, by path from the folder: literal secrets are starred."""
    filled: tuple[str, ...]
    """The environment variables that `stand_in` gave a value."""
    folder: Path
    refused: frozenset[tuple[str, str]]
    """What was left out, by section and name; "" is the section itself."""
    lost: str
    """The text of what could not be parsed; names may stand in it."""
    files: Mapping[str, SourceFile]
    """The files as they were read, by path from the folder."""
    left_out: tuple[tuple[str, Node], ...] = ()
    """The nodes that were left out, each with its section."""
    ordered: tuple[str, ...] = ()
    """The files with a declared order: `bot.yaml` and those of `rule_order`."""
    first: str = BOT_YAML
    """The file from which the others are found."""
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The files' texts without literal secrets, still valid YAML: they may be stored."""
    beside: Remainder | None = field(default=None, repr=False)
    """What remains without the mistakes, where something is left out."""

    def find(self, written: str, node: Scalar) -> Place | None:
        """The place of a piece of text inside a value; `None` where it is folded or written otherwise."""
        source = self.files.get(node.file)
        if source is None:
            return None
        return source.find(written, node.start, node.end, path_text(node.path))


def read(
    folder_or_file: Path,
    environment: Mapping[str, str],
    stand_in: Callable[[str], str] | None = None,
    *,
    unset: Level = "error",
    edits: Mapping[str, str] = NO_EDITS,
) -> ParsedPlaybook:
    """Read all files of a playbook; `edits` are texts in place of files, by path.

    `environment` has precedence over the `.env` file beside `bot.yaml`. A variable that neither has gets its
    value from `stand_in`, else it is the finding `env-unset` of level `unset`. Raises `PlaybookMissing` where
    there is no playbook, and nothing else, whatever the files hold.
    """
    path = playbook_file(folder_or_file)
    variables, problems = read_dotenv(path.parent)
    reading = _Reading(path.parent, EnvironmentFilling({**variables, **environment}, stand_in, unset), edits)
    first = reading.tree(path.name)
    others, found = other_files(path.parent, first)
    problems += found
    others = sorted({*others, *(file for file in edits if file != path.name)})
    for file in others:
        reading.tree(file)
    order, found = in_order(others, first)
    problems += found
    if path.name == BOT_YAML:
        problems += not_read(path.parent, others)
    joined, found = reading.joined([path.name, *order])
    return ParsedPlaybook(
        root=canonical(joined.root, joined.channels),
        problems=(*problems, *reading.problems, *found),
        sources=reading.shown,
        filled=tuple(reading.filling.filled),
        folder=path.parent,
        refused=frozenset(joined.refused),
        lost="\n".join(reading.lost.values()),
        files=reading.sources,
        left_out=tuple(joined.left_out),
        ordered=ordered_files(first),
        first=path.name,
        texts=reading.texts,
        beside=None if reading.beside is None else _remainder(reading.beside, reading.gone),
    )


def _remainder(joined: Joined, gone: Sequence[str]) -> Remainder:
    root = canonical(joined.root, joined.channels)
    return Remainder(root, frozenset(joined.refused), tuple(joined.left_out), tuple(gone))


def _too_much(source: SourceFile) -> Problem:
    message = tr("with this file the playbook holds more than {most} values", most=f"{NODES_MOST:,}")
    hint = tr("take out what is not used any more; many people or codes belong into a list (CSV)")
    return mistake(source.place_at(1, 1), "file-too-large", message, hint=hint)


class _Reading:
    """The files of one playbook while they are read."""

    def __init__(self, folder: Path, filling: EnvironmentFilling, edits: Mapping[str, str]) -> None:
        self.filling = filling
        self.problems: list[Problem] = []
        self.sources: dict[str, SourceFile] = {}
        self.shown: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        self.lost: dict[str, str] = {}
        self._folder = folder
        self._edits = edits
        self._trees: dict[str, Parsed] = {}
        self.beside: Joined | None = None
        """Where something is refused, what is left of it without its mistakes."""
        self.gone: list[str] = []
        self._nodes = 0

    def tree(self, file: str) -> Node | None:
        """The nodes of a file (phase 1); `None` where it is empty or cannot be read."""
        edited = self._edits.get(file)
        raw = contents(self._folder / file) if edited is None else edited.encode("utf-8", "surrogatepass")
        source, found = decode(file, raw)
        tree = Parsed(None, found, whole=False) if found else parsed(source)
        self._nodes += tree.nodes
        if self._nodes > NODES_MOST:
            tree = Parsed(None, [_too_much(source)], whole=False)
        wrong = any(problem.level == "error" for problem in tree.problems)
        self.sources[file] = source
        shown = self.shown[file] = hidden(source.text, None if wrong else tree.root)
        whole = wrong or tree.root is None or (shown == source.text and not speaks_of_secrets(source.text))
        self.texts[file] = shown if whole or tree.root is None else without_secrets(source.text, tree.root)
        if not tree.whole:
            self.lost[file] = _lost(source, tree, raw)
        self._trees[file] = tree
        return tree.root

    def joined(self, order: Sequence[str]) -> tuple[Joined, list[Problem]]:
        """All files as one (phase 2), in that order, the first in front."""
        shape = Shape()
        files = []
        for number, file in enumerate(order):
            tree, before = self._trees[file], len(shape.problems)
            for root in (tree.root, *tree.more):
                if isinstance(root, Map):
                    self.filling.fill(self.sources[file], root, first=number == 0)
                    self.problems += literal_secrets(root)
                if root is not None:
                    refused = shape.refused(root, tree.refused)
                    if not isinstance(root, Map):
                        self.lost[file] = self.sources[file].text
                    files.append((root if isinstance(root, Map) else _empty(file), refused))
                elif number == 0:
                    files.append((_empty(file), set()))
            self.problems += full_width_signs(self.sources[file], tree.signs)
            self.problems += with_repairs(
                self.sources[file], [*tree.problems, *shape.problems[before:]], PLAYBOOK
            )
        joined = join(files, needed=not self.lost.keys() & order[:1])
        if joined.left_out:
            self._look_into(files)
        return joined, [*self.filling.problems, *joined.problems]

    def _look_into(self, files: Sequence[tuple[Map, set[tuple[str | int, ...]]]]) -> None:
        """Join the files once more with only the errors taken out of what was refused."""
        rests = [looked_into(root, refused, self._trees[root.file].refused) for root, refused in files]
        self.beside = join([(one.root, one.refused) for one in rests], needed=False)
        self.gone = [word for one in rests for word in one.gone]


def _lost(source: SourceFile, tree: Parsed, raw: bytes) -> str:
    """The text that may declare names which are not in the tree: the whole file where it has no tree."""
    if tree.root is None:
        return raw.decode("utf-8", "replace")
    entries = Entries(source)
    lines = {problem.place.line for problem in tree.problems if problem.level == "error"}
    return "\n".join((tree.given_up, *(entries.at(line).text for line in sorted(lines))))


def _empty(file: str) -> Map:
    return Map(file, (), 1, 1)


@dataclass(frozen=True, slots=True)
class AssetFile:
    """A file beside the YAML: a picture, a list of people, a Flex message, a scenario."""

    path: Path
    sha256: str
    """In hexadecimal, when it was read."""


@dataclass(frozen=True, slots=True)
class PlaybookContents:
    """The files that a playbook was read from, by path from its folder, as they may be stored."""

    folder: Path
    first: str
    """The file by which the others are found."""
    version: str
    """The playbook's version: a sha256 (hexadecimal)."""
    texts: Mapping[str, str] = field(repr=False)
    """The texts of its YAML, without literal secrets."""
    beside: Mapping[str, AssetFile]
    """The files that the YAML names: pictures, lists, Flex messages."""
    marks: tuple[str, ...]
    """What the version is made of beside the YAML: the lists, as `name@sha`."""
    redacted: tuple[str, ...]
    """Files whose text here lacks a secret: what is read from it may be another playbook."""
    defaults: tuple[tuple[str, int, str], ...] = ()
    """File, line and variable of each `${NAME:-default}` whose default is a secret, and not in `texts`."""
    media: tuple[tuple[str, AssetFile], ...] = ()
    """The name that a file beside the YAML has in its public address, and the file."""
    scenarios: Mapping[str, AssetFile] = field(default_factory=dict)
    """The playbook's tests: stored so that they can be edited; the running bot does not read them."""

    @property
    def stored(self) -> Mapping[str, AssetFile]:
        """All files that are stored beside the YAML."""
        return {**self.scenarios, **self.beside}

    def is_whole(self) -> bool:
        """Whether reading `texts` gives this playbook. Blocks, where something is redacted."""
        if not self.redacted:
            return True
        again = read(self.folder / self.first, {}, unset="warning", edits=self.texts)
        return version_of(again.root, self.marks) == self.version
