"""Findings of the graph phase that may only follow from another mistake: withheld until it is mended."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from bot.model.problem import Problem
from bot.playbook.codes import Code
from bot.playbook.syntax.entries import Entries, Entry, mentions, names_in
from bot.playbook.syntax.source import SourceFile

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
"""Errors whose place is compiled with all its rules, states and names: nothing follows from them."""

_OF_ONE_ENTRY: frozenset[Code] = frozenset(
    {
        *("reply-without-token", "outcome-unhandled", "outcome-never-comes", "answer-leads-nowhere"),
        *("wait-without-timeout", "question-without-timeout", "unreachable-state", "no-way-to-end"),
        *("transient-cycle", "run-itself", "replies-over-5", "invisible-sign", "quotes-in-text"),
        *("text-like-card", "text-as-written", "choices-twice", "tag-in-both", "hook-unsigned"),
        *("loading-in-group", "past-date", "costs-quota", "may-cost-quota", "sms-cost"),
        *("answer-hides-rule", "rule-hides-answer", "word-clash"),
    }
)
"""Findings that depend on the flow, rule or card at their place, and on nothing else that may be missing."""

_NAMED_NOWHERE: frozenset[Code] = frozenset(
    {
        *("card-unused", "flow-unused", "audience-unused", "signal-unused", "hook-unused", "shop-unused"),
        *("menu-unused", "tag-never-added", "attribute-never-set"),
    }
)
"""Findings on a name that may be the one meant by another that nobody knows: its error proposes some."""

_DEPENDS_ON: Mapping[str, Collection[str]] = {
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
    "shop-login-unknown": ("channels", "shops"),
    "link-needs-liff": ("channels",),
    "referral-needs-provider": ("channels",),
}
"""What else takes a finding away that names none of it: keys of the language in what is broken."""


@dataclass(frozen=True)
class _Broken:
    """What nothing, or not all, was made of: an entry with an error, or the text that could not be read."""

    entry: Entry
    error: Problem | None = None

    def may_cause(self, finding: Problem, own: Entry | None) -> bool:
        """Whether the finding might be gone once the error is mended; `own` is the entry of the finding."""
        if own is not None and (own == self.entry or (self.entry.whole and own.text in self.entry.text)):
            return True
        if finding.code in _OF_ONE_ENTRY:
            return False
        names = [*names_in(finding.message), *_DEPENDS_ON.get(finding.code, ())]
        proposed: list[str] = []
        if self.error is not None and finding.code in _NAMED_NOWHERE:
            proposed = [*names_in(self.error.message), *names_in(self.error.hint or "")]
        text = " ".join((self.entry.section, self.entry.text, *proposed))
        return mentions(text, names) or (own is not None and own.mentions(self.entry.names))


def without_follow_ups(
    found: Iterable[Problem], before: Iterable[Problem], files: Mapping[str, SourceFile], lost: str
) -> list[Problem]:
    """What the graph phase has `found`, without what may only follow from errors of the phases `before`.

    `files` are all that were read, `lost` is the text in them of which nothing could be made. Withheld is a
    finding in an entry that is broken; and one that a broken entry could take away: it names what the finding
    is about, or the finding's entry names it.
    """
    wrong = [p for p in before if p.level == "error" and p.code not in _LEAVES_NOTHING_OUT]
    if not wrong:
        return list(found)
    entries = {file: Entries(source) for file, source in files.items()}

    def entry_of(problem: Problem) -> Entry | None:
        of_file = entries.get(problem.place.file)
        return of_file.at(problem.place.line) if of_file else None

    broken = [_Broken(entry, problem) for problem in wrong if (entry := entry_of(problem))]
    if lost:
        broken.append(_Broken(Entry("", lost, whole=True)))
    return [one for one in found if not any(error.may_cause(one, entry_of(one)) for error in broken)]
