"""A broadcast as the fields of a form, and the entry of the playbook that says the same (E4, I1).

`broadcast_read_back` reads an entry into the fields.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from bot.operations.broadcasts.composed_rhythm import ComposedRhythm
from bot.playbook.section_names import SectionNames
from bot.playbook.syntax.written_entry import data_of
from bot.playbook.syntax.yaml_text import YamlWord

BubbleKind: TypeAlias = Literal["text", "card", "picture", "buttons"]
AudienceKind: TypeAlias = Literal["everyone", "audience", "conditions"]
ConditionKind: TypeAlias = Literal[
    "tag",
    "!tag",
    "bound",
    "!bound",
    "audience",
    "!audience",
    "ordered",
    "!ordered",
    "followed",
    "!refused",
    "written",
]
"""With `!` where it must not hold. `ordered` and `followed` within so many days; `written`: as the playbook
writes it, on one line."""

BUBBLES_MOST, TAPS_MOST, CONDITIONS_MOST = 5, 4, 8
FIRST, SECOND, HOLDOUT = "甲", "乙", "不發"
"""The groups of a comparison, by their names in the playbook."""
NOTHING, EVERYONE = "nothing", "everyone"
DAYS = re.compile(r"[1-9]\d{0,3}")
_OPENS = ("https:", "http:", "tel:", "line:", "mailto:")
"""How an address begins that a button may open."""
ALONE: Mapping[ConditionKind, Any] = {
    "bound": {"bound": "phone"},
    "!bound": {"not": {"bound": "phone"}},
    "!refused": {"not": {"contact": {"marketing": YamlWord("false")}}},
}
"""Conditions without a value."""
AGREED = {"contact": {"marketing": YamlWord("true")}}
"""The condition that is a tick of its own, whomever else it is for."""
_FIELD = {"ordered": "last_order", "followed": "followed"}
"""By a kind of condition with a number of days: the field of a contact that it is about."""


@dataclass(frozen=True, slots=True)
class ComposedTap:
    """A button. `to`: an address is opened, the name of a page too, and any other text is said."""

    label: str
    to: str


@dataclass(frozen=True, slots=True)
class ComposedBubble:
    """A message. `text`: what it says; of a card its name, of a picture its path in the playbook."""

    kind: BubbleKind = "text"
    text: str = ""
    title: str = ""
    picture: str = ""
    """Above buttons; empty: none."""
    taps: tuple[ComposedTap, ...] = ()

    @property
    def is_finished(self) -> bool:
        """Whether nothing that LINE asks for is missing."""
        return bool(self.text) and (
            self.kind != "buttons" or (bool(self.taps) and all(tap.label and tap.to for tap in self.taps))
        )


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """One of the conditions that must hold; `value` is a name, or a number of days."""

    kind: ConditionKind
    value: str = ""


@dataclass(frozen=True, slots=True)
class ComposedBroadcast:
    """All that the form knows.

    `messages` of one group, or of the two that are compared, of which the second is `second` percent;
    `holdout` percent get nothing. `goal` is `kind=value` (`shop=order_paid`), within `goal_days`. `at` is
    `2027-11-11 10:00`; without it and a `rhythm` it is sent by hand. An empty `channel` is the file's own.
    """

    title: str = ""
    channel: str = ""
    audience_kind: AudienceKind = "everyone"
    audience: str = ""
    conditions: tuple[ConditionRow, ...] = ()
    only_agreed: bool = False
    messages: tuple[tuple[ComposedBubble, ...], ...] = ((ComposedBubble(),),)
    second: int = 0
    holdout: int = 0
    at: str = ""
    rhythm: ComposedRhythm | None = None
    until: str = ""
    quiet_hours: str = ""
    add_tags: tuple[str, ...] = ()
    goal: str = ""
    goal_days: str = "7"
    sends_part: bool = False
    is_high: bool = False
    names: tuple[str, str, str] = (FIRST, SECOND, HOLDOUT)
    """Of the groups: the first text, the second, nothing."""

    @property
    def groups(self) -> Mapping[str, int]:
        """The shares of what is compared, in percent; empty where all get the same."""
        if len(self.messages) == 1 and not self.holdout:
            return {}
        first, other, nothing = self.names
        second = self.second if len(self.messages) > 1 else 0
        shares = {first: 100 - second - self.holdout}
        if len(self.messages) > 1:
            shares[other] = second
        return {**shares, nothing: self.holdout} if self.holdout else shares

    @property
    def lacks_conditions(self) -> bool:
        """Whether it is for those of whom something is true, and nothing says what."""
        return self.audience_kind == "conditions" and not self.conditions

    @property
    def empty_condition(self) -> ConditionRow | None:
        """The first of its conditions that does not say which, or how many days."""
        if self.audience_kind != "conditions":
            return None
        return next((one for one in self.conditions if one.kind not in ALONE and not one.value), None)

    @property
    def finished(self) -> ComposedBroadcast:
        """Without the messages that are not finished; a group without any other says three dots."""
        finished = (tuple(one for one in group if one.is_finished) for group in self.messages)
        return replace(self, messages=tuple(group or (ComposedBubble("text", "…"),) for group in finished))


def entry_of(composed: ComposedBroadcast, name: str, split: str, names: SectionNames) -> Mapping[str, Any]:
    """The entry below `broadcasts`, as dicts, lists and texts; `split` is the name of its groups."""
    groups = composed.groups
    messages = [[_bubble(one, names) for one in group] for group in composed.messages]
    pushed: Any = messages[0]
    if groups:
        pushed = dict(zip(composed.names, messages, strict=False))
        if composed.holdout:
            pushed[composed.names[2]] = NOTHING
    within = f"{composed.goal_days}d"
    kind, _, value = composed.goal.partition("=")
    found: dict[str, Any] = {
        "title": composed.title if composed.title != name else "",
        "channel": composed.channel,
        "to": _to(composed),
        "split": split if groups else "",
        "push": pushed,
        "at": composed.at,
        "every": "" if composed.rhythm is None else composed.rhythm.text,
        "until": "" if composed.rhythm is None else composed.until,
        "quiet_hours": composed.quiet_hours,
        "add_tags": list(composed.add_tags),
        "if_quota_short": "send_part" if composed.sends_part else "",
        "goal": {kind: value, "within": within} if value else "",
        "priority": "high" if composed.is_high else "",
    }
    return {key: value for key, value in found.items() if value}


def _to(composed: ComposedBroadcast) -> Any:
    rows: list[Any] = [AGREED] if composed.only_agreed else []
    match composed.audience_kind:
        case "everyone":
            return AGREED if rows else EVERYONE
        case "audience":
            return [{"audience": composed.audience}, *rows] if rows else composed.audience
        case "conditions":
            rows = [*(condition_of(one) for one in composed.conditions), *rows]
            return rows[0] if len(rows) == 1 else rows


def condition_of(row: ConditionRow) -> Any:
    """One of the conditions, as the playbook writes it."""
    if row.kind == "written":
        return data_of(row.value)
    if row.kind in ALONE:
        return ALONE[row.kind]
    kind = row.kind.removeprefix("!")
    condition: Any = {kind: row.value}
    if kind in _FIELD:
        condition = {"contact": {_FIELD[kind]: {"within": f"{row.value}d"}}}
    return {"not": condition} if row.kind.startswith("!") else condition


def _bubble(one: ComposedBubble, names: SectionNames) -> Any:
    match one.kind:
        case "text":
            return {"text": one.text}
        case "card":
            return one.text if one.text in names.sections["cards"] else {"card": one.text}
        case "picture":
            return {"image": one.text}
        case "buttons":
            taps = [_tap(tap, names) for tap in one.taps]
            found = {"image": one.picture, "title": one.title, "text": one.text, "taps": taps}
            return {"buttons": {key: value for key, value in found.items() if value}}


def _tap(tap: ComposedTap, names: SectionNames) -> Mapping[str, str]:
    kind = "send"
    if tap.to.startswith(_OPENS):
        kind = "open"
    elif tap.to in names.sections["pages"]:
        kind = "page"
    return {"label": tap.label, kind: tap.to}
