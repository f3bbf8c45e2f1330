"""What the audit log records of a deed beside names, in words: figures, and words of its own.

They are recorded the same in every language, and by every version; in which one they are read is known when
they are shown. What is not known here is a name, and stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from bot.engine.compiled.form import flow_of_form
from bot.model.audit import AuditEntry, AuditKind
from bot.model.retention import PEOPLE
from bot.model.translatable import Translatable, TranslatableValue, plural, row, tr
from bot.operations.call_outcomes import KINDS as CALLS
from bot.operations.call_outcomes import REASONS
from bot.operations.contact_words import BOUND
from bot.operations.doctor.questions import QUESTIONS
from bot.operations.privacy import KIND_NAMES
from bot.operations.promotions import OPERATIONS_PARTS
from bot.store.events.dead_letters import EVENT

_OF_UNBINDING: Mapping[str, Translatable] = {**BOUND, "its tags stay": tr("its tags stay")}
_ASKED: Mapping[str, Translatable] = {one.item.name: one.item.title for one in QUESTIONS}

_Parts = Mapping[str, str]


def people(number: str) -> Translatable:
    """So many people."""
    return plural("1 person", "{number} people", int(number))


def messages(number: str) -> Translatable:
    """So many messages."""
    return plural("1 message", "{number} messages", int(number))


def _to_people(found: _Parts) -> TranslatableValue:
    parts: list[TranslatableValue] = [found["name"], people(found["number"])]
    return row([*parts, tr("for {moment}", moment=found["moment"])] if found["moment"] else parts)


def _given_up(found: _Parts) -> TranslatableValue:
    return row(details_words("resent", (found["kind"], found["reason"], found["name"])))


def _to_set(channel: str, sentence: str) -> TranslatableValue:
    """A line of the binding checklist, which is recorded by its English sentence."""
    return tr("{name}: {what}", name=channel, what=Translatable(sentence))


_TABLES: Mapping[str, Callable[[str], Translatable]] = {
    "form": lambda name: tr("{name}: answers of the form", name=name),
    **OPERATIONS_PARTS.table(lambda part: part.tables),
}
"""Of whom a table is, by the word that stands before its name."""
_TO_PEOPLE = re.compile(r"(?P<name>.+), (?P<number>\d+) people(?:, for (?P<moment>.+))?"), _to_people
_GIVEN_UP = re.compile(r"(?P<kind>\S+) (?P<reason>\S+) (?P<name>\S+)"), _given_up
_OF_FORM = (
    re.compile(rf"{re.escape(flow_of_form(''))}(?P<name>.+)"),
    lambda found: tr("the form {name}", name=found["name"]),
)
_ABOUT: Mapping[AuditKind, tuple[re.Pattern[str], Callable[[_Parts], TranslatableValue]]] = {
    "broadcast_sent": _TO_PEOPLE,
    "broadcast_agreed": _TO_PEOPLE,
    "broadcast_tested": (
        re.compile(r"(?P<name>.+), (?P<number>\d+) messages"),
        lambda found: row([found["name"], messages(found["number"])]),
    ),
    "many_exported": (
        re.compile(rf"(?P<of>{'|'.join(_TABLES)}) (?P<name>.+)"),
        lambda found: _TABLES[found["of"]](found["name"]),
    ),
    "erased": (re.compile(r"(?P<number>\d+)"), lambda found: people(found["number"])),
    "expiry_confirmed": (
        re.compile(rf"{PEOPLE} (?P<days>\d+)d"),
        lambda found: tr("{what}, after {days} days", what=KIND_NAMES[PEOPLE], days=found["days"]),
    ),
    "restored": (
        re.compile(r"(?P<moment>.+ UTC)(?P<staging> staging)?"),
        lambda found: (
            tr("as of {moment}, for trying out", moment=found["moment"])
            if found["staging"]
            else tr("as of {moment}", moment=found["moment"])
        ),
    ),
    "binding_checked": (
        re.compile(r"(?P<channel>[^:]+): (?P<what>.+)"),
        lambda found: _to_set(found["channel"], found["what"]),
    ),
    "setup_answered": (
        re.compile(r"(?P<item>\w+)"),
        lambda found: _ASKED.get(found["item"], found["item"]),
    ),
    "incident_listed": (
        re.compile(r"(?P<all>--all-data)|(?:--by (?P<by>.+) )?(?P<span>\S+(?: \S+)? – .+)"),
        lambda found: (
            tr("all data")
            if found["all"]
            else row([tr("by {who}", who=found["by"]), found["span"]] if found["by"] else [found["span"]])
        ),
    ),
    "flow_paused": _OF_FORM,
    "flow_resumed": _OF_FORM,
    "resent": _GIVEN_UP,
    "dropped": _GIVEN_UP,
}
"""What a deed was done to, where more than names is recorded of it."""

_RECORDED: Mapping[AuditKind, Mapping[str, Translatable]] = {
    "pushes_stopped": {"staging": tr("the database was restored for trying out")},
    "setup_answered": {"right": tr("found right"), "not so yet": tr("not so yet")},
    "binding_checked": {"open": tr("to be looked at"), "checked": tr("found right")},
    "menus_synced": {"changed": tr("changed at LINE"), "as it was": tr("as it was")},
    "shop_unlinked": {"forgotten": tr("its data is forgotten"), "kept": tr("its data stays")},
}
"""Words of what was so before a deed, and is so after it."""
_NUMBERED: Mapping[AuditKind, tuple[re.Pattern[str], Callable[[str], Translatable]]] = {
    "secret_kept": (
        re.compile(r"revision (\d+)"),
        lambda number: tr("version {number}", number=number),
    ),
    "expiry_confirmed": (re.compile(r"(\d+)"), people),
    "backup_made": (
        re.compile(r"(\d+)"),
        lambda number: plural("1 row", "{number} rows", int(number)),
    ),
}
"""Figures of what is so after a deed."""


def about_words(entry: AuditEntry) -> TranslatableValue:
    """What it was done to; names of the shop's stay as they are."""
    pattern, worded = _ABOUT.get(entry.kind, (None, None))
    found = None if pattern is None else pattern.fullmatch(entry.about)
    return entry.about if found is None or worded is None else worded(found.groupdict())


def recorded_words(kind: AuditKind, recorded: str) -> TranslatableValue:
    """What was so before it, or is so after it."""
    pattern, worded = _NUMBERED.get(kind, (None, None))
    found = None if pattern is None else pattern.fullmatch(recorded)
    if found is not None and worded is not None:
        return worded(found[1])
    return _RECORDED.get(kind, {}).get(recorded, recorded)


def details_words(kind: AuditKind, details: Sequence[str]) -> Sequence[TranslatableValue]:
    """The details of what was done to a contact."""
    if kind in ("bound", "unbound"):
        return [_OF_UNBINDING.get(one, one) for one in details]
    if kind in ("resent", "dropped") and len(details) > 1:
        of, reason, *more = details
        return [tr("event") if of == EVENT else CALLS.get(of, of), REASONS.get(reason, reason), *more]
    return details
