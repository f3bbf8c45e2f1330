"""Reports of the playbook's files in a running process: why they are not served, and warnings of what is."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from bot.app.live import Live
from bot.model.problem import Problem
from bot.model.published_version import SHORT, AcceptedPlaybook
from bot.model.translatable import Language, Refusal, Translatable, TranslatableValue, plural, tr
from bot.operations.acceptance import ENDS_AT_ONCE, Acceptance
from bot.playbook.report import CountedProblems, as_data, as_one, count_problems
from bot.playbook.valid import PlaybookWrong

log = logging.getLogger("oaflow.reload")

_ALSO_AT_A_START = tr("a restart serves it, too, until  oaflow publish")
"""What a restart would serve where the published version is served: the one that is served now."""

Report: TypeAlias = Callable[[Language], Mapping[str, object]]
"""Gives the problems of a playbook as JSON, with its sentences in a language: see `playbook.report`."""


def warn_of_files(live: AcceptedPlaybook, holds: str | None) -> None:
    """Log that the version `live`, served from the database, is not what the folder's files hold.

    `holds` is the version of those files; `None` where they cannot be served.
    """
    if holds == live.version:
        return
    log.warning(
        "%s%s is served from the database until the next  oaflow publish; the files of this folder hold %s",
        live,
        f", which {live.made_by} brought back," if live.is_rolled_back else "",
        "no playbook that can be served" if holds is None else f"another one, {holds[:SHORT]}",
    )


class ReloadReports:
    """The reports of a process, for its simulator, its log and `oaflow doctor`."""

    def __init__(
        self, live: Live, acceptance: Acceptance, mistakes: PlaybookWrong | None, *, published: bool
    ) -> None:
        """`mistakes` are those of the files at the start; `published`: only what is published is served."""
        self._live = live
        self._acceptance = acceptance
        self._at_a_start = _ALSO_AT_A_START if published else ENDS_AT_ONCE
        self._refused: Mapping[str, str] = {} if mistakes is None else mistakes.sources
        """The texts of the files whose mistakes were logged last."""
        self.on_refused: Callable[[Report], None] = lambda why: None
        """Called with the reason at each reading of files that cannot be served."""
        self.on_taken: Callable[[Report | None], None] = lambda warned: None
        """Called each time a playbook begins to be served, with its warnings; `None`: there are none."""
        self.why_refused = None if mistakes is None else self._why(mistakes.problems, mistakes.message)
        """Why the files cannot be served, and what a start would do with them; `None` where they can."""

    def refuse(self, problems: Sequence[Problem], sources: Mapping[str, str], why: Translatable) -> None:
        """Report mistakes in the files, and log them once; the playbook before goes on being served."""
        self.why_refused = self._why(problems, why)
        before = self.problem_counts()
        self.on_refused(lambda words: as_data(problems, sources, words, before))
        if sources != self._refused:
            self._refused = sources
            self._acceptance.tell(problems, sources)
            served = self._live.playbook.version[:SHORT]
            log.warning("%s: the last good one goes on, %s; %s", why, served, self._at_a_start)

    def cannot(self, error: Refusal) -> None:
        """Report why the files cannot be served, where they have no mistake."""
        why = error.message
        self.why_refused = self._why((), why)
        self.on_refused(lambda words: as_one(why, words))

    def mended(self) -> bool:
        """Forget the mistakes that were logged last; whether there were any."""
        were, self._refused = bool(self._refused), {}
        return were

    def warned(self, before: CountedProblems | None = None) -> Report | None:
        """The warnings of the served playbook; `None`: it has none.

        `before` are the problems reported earlier: warnings that are not among them are marked as new;
        without it none is.
        """
        warnings, sources = self._live.warnings, self._live.sources
        known = self.problem_counts() if before is None else before
        return (lambda words: as_data(warnings, sources, words, known)) if warnings else None

    def problem_counts(self) -> CountedProblems:
        """The problems that are reported of the served playbook."""
        return count_problems(self._live.warnings, self._live.sources)

    def _why(self, problems: Sequence[Problem], why: Translatable) -> tuple[TranslatableValue, Translatable]:
        return _first_of(problems) or why, self._at_a_start


def _first_of(problems: Sequence[Problem]) -> Translatable | None:
    """The file and line of the first error, its message, and the number of errors; `None`: there is none."""
    wrong = [one for one in problems if one.level == "error"]
    if not wrong:
        return None
    place = f"{wrong[0].place.file}:{wrong[0].place.line}"
    return plural(
        "{place}: {message}",
        "{place}: {message} (the first of {number} mistakes)",
        len(wrong),
        place=place,
        message=wrong[0].message,
        number=str(len(wrong)),
    )
