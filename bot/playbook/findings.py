"""Selects the findings that are shown: equal ones once, and none that may only follow from another error."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from bot.model.problem import Problem
from bot.model.translatable import tr
from bot.playbook.codes import Code
from bot.playbook.shape.promotions import WORDS_PARTS
from bot.playbook.similar import few, folded
from bot.playbook.syntax.entries import Entries, Entry, FoldedText, names_in
from bot.playbook.syntax.source import SourceFile

_OF_A_NAME: frozenset[Code] = frozenset({"bad-name", "unknown-attribute", "privacy-missing"})
"""Errors that are mended in one place for all that they are reported at, such as an undeclared name."""


def deduplicated(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The findings in their order. Equal ones become one, at the first place, with a note of the other
    places."""
    unique: dict[object, Problem] = {}
    again: dict[object, list[str]] = {}
    for problem in problems:
        whole = problem.code in _OF_A_NAME and problem.note is None
        key = (problem.code, problem.message) if whole else problem
        if unique.setdefault(key, problem) is not problem:
            again.setdefault(key, []).append(str(problem.place))
    return tuple(
        replace(problem, note=tr("also at {places}", places=few(again[key])), repair=())
        if key in again
        else problem
        for key, problem in unique.items()
    )


_LEAVES_NOTHING_OUT: frozenset[Code] = frozenset(
    {
        *("answer-not-here", "event-not-here", "format-for-other-type", "placeholder-unknown"),
        *("inputs-missing", "value-not-allowed", "replies-over-5", "answer-not-kept", "once-per-missing"),
        *("privacy-missing", "credentials-missing", "hook-inside", "sms-without-code", "sms-with-address"),
        *("text-too-long", "menu-ratio", "chat-bar-too-long", "alt-too-long", "label-too-long"),
        *("data-too-long", "too-many-taps", "taps-differ", "columns-differ", "too-many-columns"),
        *("flex-too-large", "flex-unknown-property", "quick-replies-over-13", "quick-replies-twice"),
        *("areas-over-20", "menu-overlap", "menus-over-1000", "uri-scheme", "not-https", "sender-name"),
        *("image-missing", "image-size", "image-type", "image-too-large", "binding-picture-size"),
    }
)
"""Errors after which the place is still compiled with all its rules, states and names: nothing follows from
them."""

_OF_ONE_ENTRY: frozenset[Code] = frozenset(
    {
        *("reply-without-token", "outcome-unhandled", "outcome-never-comes", "answer-leads-nowhere"),
        *("wait-without-timeout", "question-without-timeout", "unreachable-state", "no-way-to-end"),
        *("transient-cycle", "run-itself", "replies-over-5", "invisible-sign", "quotes-in-text"),
        *("text-like-card", "text-as-written", "choices-twice", "tag-in-both", "hook-unsigned"),
        *("loading-in-group", "past-date", "costs-quota", "may-cost-quota", "sms-cost"),
        *("answer-hides-rule", "rule-hides-answer", "word-clash"),
        *("unless-both", "yearly-once", "minutes-like-months"),
    }
)
"""Findings that depend only on the flow, rule or card at their place, which no other error can cause."""

_NAMED_NOWHERE: frozenset[Code] = frozenset(
    {
        *(
            "card-unused",
            "flow-unused",
            "audience-unused",
            "signal-unused",
            "hook-unused",
            "shop-unused",
        ),
        *(part.unused for part in WORDS_PARTS if part.unused is not None),
        *("menu-unused", "tag-never-added", "attribute-never-set"),
    }
)
"""Findings that a name is not used. Where an error elsewhere proposes that name, it is probably meant
there."""

_DEPENDS_ON: Mapping[str, Collection[str]] = {
    "attribute-never-set": ("shops",),
    "tap-unheard": ("text_contains", "text_contains_all", "text_pattern", "ask"),
    "link-unheard": ("text_contains", "text_contains_all", "text_pattern", "ask"),
    "postback-unheard": ("postback_pattern",),
    "contradiction": ("stores", "store_groups"),
    "nobody-told": ("alerts", "staff"),
    "menu-no-default": ("rich_menus",),
    "liff-missing": ("channels", "liff"),
    "sms-missing": ("channels", "sms"),
    "shop-missing": ("channels", "shops"),
    "shop-unused": ("channels",),
    "shop-not-heard": ("shops",),
    "shop-never-tells": ("shops",),
    "shop-login-unknown": ("channels", "shops"),
    "link-needs-liff": ("channels",),
    "referral-needs-provider": ("channels",),
}
"""By finding: keys of the playbook language that may remove it, if they are in a broken entry."""


class _Broken:
    """The entries with errors and the unreadable text, of which nothing, or not all, was compiled."""

    def __init__(self, errors: Iterable[tuple[Entry, Problem]], lost: str) -> None:
        pairs = list(errors)
        self._entries = {entry for entry, _ in pairs}
        broken = list(self._entries)
        if lost:
            broken.append(Entry("", lost, whole=True))
        self._wholes = [entry.text for entry in broken if entry.whole]
        self._names = frozenset(folded(name) for entry in broken for name in entry.names)
        text = "\n".join(f"{entry.section} {entry.text}" for entry in broken)
        proposed = (
            name
            for _, error in pairs
            for part in (error.message, error.hint or "")
            for name in names_in(part)
        )
        self._text = FoldedText(text)
        self._text_and_proposed = FoldedText("\n".join((text, *proposed)))

    def may_cause(self, finding: Problem, own: Entry | None) -> bool:
        """Whether the finding may disappear once all errors are mended; `own` is the entry of the finding."""
        if own is not None and (own in self._entries or any(own.text in whole for whole in self._wholes)):
            return True
        if finding.code in _OF_ONE_ENTRY:
            return False
        text = self._text_and_proposed if finding.code in _NAMED_NOWHERE else self._text
        names = [*names_in(finding.message), *_DEPENDS_ON.get(finding.code, ())]
        return text.mentions(names) or (own is not None and own.folded.mentions(self._names))


def without_follow_ups(
    found: Iterable[Problem], before: Iterable[Problem], files: Mapping[str, SourceFile], lost: str
) -> list[Problem]:
    """The findings of the graph phase without those that may only follow from errors of earlier phases.

    `found` are the former, `before` the latter; `files` are all files that were read, `lost` is the text in
    them that could not be parsed. A finding is withheld if its entry is broken, or a broken entry mentions
    what it is about, or it mentions a broken entry.
    """
    wrong = [p for p in before if p.level == "error" and p.code not in _LEAVES_NOTHING_OUT]
    if not wrong:
        return list(found)
    entries = {file: Entries(source) for file, source in files.items()}

    def entry_of(problem: Problem) -> Entry | None:
        of_file = entries.get(problem.place.file)
        return of_file.at(problem.place.line) if of_file else None

    broken = _Broken(((entry, problem) for problem in wrong if (entry := entry_of(problem))), lost)
    return [one for one in found if not broken.may_cause(one, entry_of(one))]
