"""Loads a playbook: reads, compiles and checks a folder, and gives the engine's playbook or all its
findings."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from bot.engine.compiled.playbook import Playbook
from bot.model.money import prices_of
from bot.model.problem import Level, Problem
from bot.model.settings import EnvironmentValue, Settings
from bot.model.translatable import plural
from bot.playbook.autofix.offers import with_offers
from bot.playbook.codes import mistake
from bot.playbook.compile.playbook import Compiled, compiled
from bot.playbook.compile.values.pictures import sha256_of
from bot.playbook.findings import deduplicated, without_follow_ups
from bot.playbook.graph.examine import examine
from bot.playbook.read import NO_EDITS, AssetFile, ParsedPlaybook, PlaybookContents, read
from bot.playbook.redaction import redaction_of
from bot.playbook.shape.promotions import every_code
from bot.playbook.shape.schema import PLAYBOOK
from bot.playbook.shape.suggest_times import SOME_YEAR, GuessedYear
from bot.playbook.syntax.entries import FoldedText, names_in
from bot.playbook.syntax.environment import filled, read_dotenv
from bot.playbook.syntax.folder import is_hidden
from bot.playbook.syntax.folder_names import BOT_YAML, SCENARIOS
from bot.playbook.syntax.hiding import secret_defaults
from bot.playbook.syntax.source import SourceFile

_DATE = re.compile(rf"{SOME_YEAR}-(\d\d)-(\d\d)")
"""A date of a hint whose year was guessed: groups are month and day."""


def year_to_come(problem: Problem, now: datetime) -> Problem:
    """The finding with dates in its hint that end after `now`; others unchanged. The last date in the hint is
    the end."""
    hint = problem.hint
    guessed = [] if hint is None else [value for _, value in hint.values if isinstance(value, GuessedYear)]
    if hint is None or not guessed:
        return problem
    end = [match.groups() for value in guessed for match in _DATE.finditer(value)][-1]
    last = now.year + (end < (f"{now.month:02}", f"{now.day:02}"))

    def dated(match: re.Match[str]) -> str:
        return f"{last - (match.groups() > end)}-{match[1]}-{match[2]}"

    values = tuple((name, _DATE.sub(dated, str(value))) for name, value in hint.values)
    return replace(problem, hint=replace(hint, values=values))


LISTED = 500
"""Mistakes and warnings that are listed, at most."""
_OF_ONE_VALUE = frozenset(
    {code for code in every_code() if code.startswith("unknown-") or code.endswith("-too-long")}
    | {"image-missing", "placeholder-unknown", "uri-scheme", "not-https"}
)
"""Errors of a single name or text, which do not depend on other errors around it."""
KEY_RING = "${OAFLOW_KEYS:-generated}"
"""The value of `keys` where a playbook has none."""


@dataclass(frozen=True)
class Loaded:
    """A playbook as it was read, with all its problems."""

    document: ParsedPlaybook = field(repr=False)
    """Its canonical form, as far as it passed the first two phases (syntax and shape)."""
    playbook: Playbook | None
    """What the engine runs; `None` where a problem is an error."""
    settings: Settings = field(default_factory=lambda: Settings({}))
    problems: tuple[Problem, ...] = ()
    """Errors and warnings, by file and line."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """The files' texts for showing, by path from the playbook's folder: literal secrets are starred."""
    filled: tuple[str, ...] = ()
    """The environment variables that `stand_in` gave a value."""
    information: tuple[Problem, ...] = ()
    """Notes on what costs money (level `info`)."""
    contents: PlaybookContents | None = field(default=None, repr=False)
    """Its files as they may be stored; `None` where there is an error."""


def load(
    folder_or_file: Path,
    environment: Mapping[str, str],
    stand_in: Callable[[str], str] | None = None,
    *,
    unset: Level = "error",
    edits: Mapping[str, str] = NO_EDITS,
    now: datetime | None = None,
    examined: bool = True,
) -> Loaded:
    """Load a playbook with all its findings at once.

    `environment` has precedence over the `.env` file beside `bot.yaml`. A variable that neither has gets its
    value from `stand_in`, else it is the finding `env-unset` of level `unset`. `edits` are texts in place of
    files. Past dates are reported where `now` (UTC) is given. `examined=False` skips phase 4, for a version
    that has passed it. Raises `PlaybookMissing` where there is no playbook, and nothing else, whatever the
    files hold.
    """
    with collector_at_rest():
        document = read(folder_or_file, environment, stand_in, unset=unset, edits=edits)
        variables, _ = read_dotenv(document.folder)
        key_ring = _default_key_ring({**variables, **environment})
        made = compiled(document, key_ring)
        problems = [*document.problems, *made.problems, *_names_in_refused(document, made, key_ring)]
        if examined:
            prices = prices_of(made.settings)
            found = examine(made.playbook, document.root, document.sources, document.ordered, now, prices)
            problems += without_follow_ups(found, problems, document.files, document.lost)
        if now is not None:
            problems = [year_to_come(problem, now) for problem in problems]
        problems = list(_with_offers(_listed(problems), document.files))
        problems = list(redaction_of(document.files, document.sources).redact(problems))
    is_wrong = _errors(problems)
    return Loaded(
        document=document,
        playbook=None if is_wrong else made.playbook,
        settings=made.settings,
        problems=deduplicated(in_order(problem for problem in problems if problem.level != "info")),
        sources=document.sources,
        filled=document.filled,
        information=in_order(problem for problem in problems if problem.level == "info"),
        contents=None if is_wrong else _contents(document, made),
    )


def _names_in_refused(
    document: ParsedPlaybook, made: Compiled, key_ring: EnvironmentValue
) -> Iterator[Problem]:
    """The unknown names in entries with another mistake, which must not hide them.

    A name that stands in a text that had to be taken out is not reported: it may be declared there.
    """
    beside = document.beside
    if beside is None:
        return
    rest = replace(document, root=beside.root, refused=beside.refused, left_out=beside.left_out)
    known, gone = set(made.problems), FoldedText("\n".join(beside.gone))
    for one in compiled(rest, key_ring).problems:
        if (
            one.code in _OF_ONE_VALUE
            and one not in known
            and not gone.mentions(names_in(one.message, quoted=True))
        ):
            yield one


def _listed(problems: Sequence[Problem]) -> list[Problem]:
    """At most `LISTED` errors and warnings, errors first; one more says how many are left out."""
    found = [one for one in problems if one.level != "info"]
    if len(found) <= LISTED:
        return list(problems)
    in_front = sorted(in_order(found), key=lambda one: one.level != "error")
    listed, more = in_front[:LISTED], len(in_front) - LISTED
    message = plural("and 1 more mistake or warning", "and {number} more mistakes or warnings", more)
    last = in_order(listed)[-1].place
    behind = replace(last, column=last.column + 1)
    rest = mistake(behind, "more-mistakes", message, level=listed[0].level)
    return [*listed, rest, *(one for one in problems if one.level == "info")]


def _with_offers(problems: Sequence[Problem], files: Mapping[str, SourceFile]) -> Iterator[Problem]:
    """The findings with their repairs, in another order."""
    by_file: dict[str, list[Problem]] = {}
    for problem in problems:
        by_file.setdefault(problem.place.file, []).append(problem)
    for file, found in by_file.items():
        yield from with_offers(files[file], found, PLAYBOOK) if file in files else found


def _contents(document: ParsedPlaybook, made: Compiled) -> PlaybookContents:
    redacted = tuple(name for name, text in document.texts.items() if text != document.files[name].text)
    return PlaybookContents(
        document.folder,
        document.first,
        made.playbook.version,
        document.texts,
        made.beside,
        made.marks,
        redacted,
        tuple(
            (name, *one)
            for name in redacted
            for one in secret_defaults(document.files[name].text, document.texts[name])
        ),
        tuple(_media(made)),
        dict(_scenarios(document.folder)),
    )


def _scenarios(folder: Path) -> Iterator[tuple[str, AssetFile]]:
    """The files of scenarios, by path; without those that cannot be read, or lead out of the folder."""
    home = folder.resolve()
    for path in sorted((folder / SCENARIOS).rglob("*.yaml")):
        name = path.relative_to(folder).as_posix()
        with suppress(OSError):
            if path.is_file() and not is_hidden(name) and path.resolve().is_relative_to(home):
                yield name, AssetFile(path, sha256_of(path))


def _media(made: Compiled) -> Iterator[tuple[str, AssetFile]]:
    """The public files of messages, by the name in their address; without those that cannot be read."""
    beside = {one.path: one for one in made.beside.values()}
    for address, path in made.settings.files.items():
        if path in beside:
            yield unquote(PurePosixPath(address).name), beside[path]


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Stop the garbage collector within this context: loading makes objects that stay, and it would take a
    third of the time to look for others."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if not _has_frozen():
                gc.freeze()
                gc.unfreeze()  # moves young objects to the oldest generation
            gc.enable()


_frozen = False


def _has_frozen() -> bool:
    """Whether the server has frozen its objects (`gc.freeze`). Counting takes 15 ms, so a yes is
    remembered."""
    global _frozen
    _frozen = _frozen or gc.get_freeze_count() > 0
    return _frozen


def _default_key_ring(environment: Mapping[str, str]) -> EnvironmentValue:
    """The keys for encryption of a playbook without `keys`."""
    return EnvironmentValue(KEY_RING, filled(KEY_RING, environment) or "")


def _errors(problems: Iterable[Problem]) -> bool:
    return any(problem.level == "error" for problem in problems)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The findings, each once, by file (`bot.yaml` first), line and column."""

    def where(problem: Problem) -> tuple[bool, str, int, int, str, str]:
        place = problem.place
        return (
            place.file != BOT_YAML,
            place.file,
            place.line,
            place.column,
            problem.code,
            str(problem.message),
        )

    return tuple(sorted(dict.fromkeys(problems), key=where))
