"""A broadcast as a form has it, and the entry of the playbook that says the same (E4, I1).

Both ways: whatever the form cannot hold is not read, so that nothing of an entry is lost by a form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias, get_args

from bot.operations.broadcasts.composed_rhythm import ComposedRhythm, rhythm_of
from bot.playbook.section_names import SectionNames
from bot.playbook.syntax.written_entry import data_of
from bot.playbook.syntax.yaml_text import YamlWord, inline

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
ALONE: Mapping[ConditionKind, Any] = {
    "bound": {"bound": "phone"},
    "!bound": {"not": {"bound": "phone"}},
    "!refused": {"not": {"contact": {"marketing": YamlWord("false")}}},
}
"""Conditions without a value."""
AGREED = {"contact": {"marketing": YamlWord("true")}}
"""The condition that is a tick of its own, whomever else it is for."""
_FIELD = {"ordered": "last_order", "followed": "followed"}


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
    whom: AudienceKind = "everyone"
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
        return self.whom == "conditions" and not self.conditions

    @property
    def finished(self) -> ComposedBroadcast:
        """Without the messages that are not finished; a group without any other says three dots."""
        finished = (tuple(one for one in group if one.is_finished) for group in self.messages)
        return replace(self, messages=tuple(group or (ComposedBubble("text", "…"),) for group in finished))


# -- as the playbook writes it


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
    match composed.whom:
        case "everyone":
            return AGREED if rows else EVERYONE
        case "audience":
            return [{"audience": composed.audience}, *rows] if rows else composed.audience
        case "conditions":
            rows = [*(_condition(one) for one in composed.conditions), *rows]
            return rows[0] if len(rows) == 1 else rows


def _condition(row: ConditionRow) -> Any:
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


# -- read back


class MoreThanForm(Exception):
    """The entry says something that the form has no field for."""


def composed_of(
    entry: Mapping[str, Any], name: str, split: str, shares: Mapping[str, Any], names: SectionNames
) -> ComposedBroadcast:
    """The form of an entry; `shares` are those of its split, if it has one. Raises `MoreThanForm`."""
    try:
        found = _read(entry, name, shares, names)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        raise MoreThanForm from error
    same = _alike(entry_of(found, name, split, names), names) == _alike(entry, names)
    if not same or found.groups != {key: int(value) for key, value in shares.items()}:
        raise MoreThanForm
    return found


def _read(
    entry: Mapping[str, Any], name: str, shares: Mapping[str, Any], names: SectionNames
) -> ComposedBroadcast:
    goal = entry.get("goal") or {}
    [(kind, value)] = [one for one in goal.items() if one[0] != "within"] or [("", "")]
    push = entry["push"]
    texts = [one for one in shares if push[one] != NOTHING]
    nothing = [one for one in shares if push[one] == NOTHING]
    free = {one: one if one not in shares else f"{one}_2" for one in (FIRST, SECOND, HOLDOUT)}
    [first, second, holdout] = [
        *(texts or [free[FIRST]]),
        *([free[SECOND]] if len(texts) < 2 else []),
        *(nothing or [free[HOLDOUT]]),
    ]
    groups = [push[one] for one in texts] or [push]
    return ComposedBroadcast(
        title=entry.get("title") or name,
        channel=entry.get("channel") or "",
        **_audience(entry["to"]),
        messages=tuple(tuple(_bubble_of(one, names) for one in _listed(group)) for group in groups),
        second=int(shares.get(second, 0)),
        holdout=int(shares.get(holdout, 0)),
        names=(first, second, holdout),
        at=(entry.get("at") or "").replace("T", " "),
        rhythm=rhythm_of(entry["every"]) if entry.get("every") else None,
        until=(entry.get("until") or "").replace("T", " "),
        quiet_hours=entry.get("quiet_hours") or "",
        add_tags=tuple(_listed(entry.get("add_tags") or [])),
        goal=f"{kind}={value}" if kind else "",
        goal_days=goal.get("within", "7d").removesuffix("d"),
        sends_part=entry.get("if_quota_short") == "send_part",
        is_high=entry.get("priority") == "high",
    )


def _audience(to: Any) -> dict[str, Any]:
    if to == EVERYONE:
        return {"whom": "everyone"}
    if isinstance(to, str):
        return {"whom": "audience", "audience": to}
    rows = tuple(_row(one) for one in _listed(to) if one != AGREED)
    agreed = AGREED in _listed(to)
    match rows:
        case () if agreed:
            return {"whom": "everyone", "only_agreed": True}
        case (ConditionRow("audience", name),) if agreed:
            return {"whom": "audience", "audience": name, "only_agreed": True}
        case _:
            return {"whom": "conditions", "conditions": rows, "only_agreed": agreed}


def _row(condition: Any) -> ConditionRow:
    for alone, said in ALONE.items():
        if said == condition:
            return ConditionRow(alone)
    whole, sign = condition, ""
    if isinstance(condition, Mapping) and list(condition) == ["not"]:
        condition, sign = condition["not"], "!"
    match condition:
        case {"tag": str(value)} if len(condition) == 1:
            return _known(f"{sign}tag", value, whole)
        case {"audience": str(value)} if len(condition) == 1:
            return _known(f"{sign}audience", value, whole)
        case {"contact": {"last_order": {"within": str(value)}}}:
            return _known(f"{sign}ordered", value.removesuffix("d"), whole)
        case {"contact": {"followed": {"within": str(value)}}}:
            return _known(f"{sign}followed", value.removesuffix("d"), whole)
        case _:
            return ConditionRow("written", inline(whole).removeprefix("{").removesuffix("}"))


def _known(kind: str, value: str, whole: Any) -> ConditionRow:
    for one in get_args(ConditionKind):
        if one == kind and _condition(row := ConditionRow(one, value)) == whole:
            return row
    return ConditionRow("written", inline(whole).removeprefix("{").removesuffix("}"))


def _bubble_of(one: Any, names: SectionNames) -> ComposedBubble:
    match one:
        case str() if one in names.sections["cards"]:
            return ComposedBubble("card", one)
        case str():
            return ComposedBubble("text", one)
        case {"text": str(text)}:
            return ComposedBubble("text", text)
        case {"card": str(text)}:
            return ComposedBubble("card", text)
        case {"image": str(text)}:
            return ComposedBubble("picture", text)
        case {"buttons": dict(buttons)}:
            taps = tuple(_tap_of(tap) for tap in buttons["taps"])
            text, title, image = (buttons.get(key, "") for key in ("text", "title", "image"))
            return ComposedBubble("buttons", text, title, image, taps)
        case _:
            raise MoreThanForm


def _tap_of(tap: Any) -> ComposedTap:
    if isinstance(tap, str):
        return ComposedTap(tap, tap)
    [to] = [value for key, value in tap.items() if key != "label"]
    return ComposedTap(tap["label"], to)


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def _alike(entry: Mapping[str, Any], names: SectionNames) -> Mapping[str, Any]:
    """The entry without what is only another way to write the same."""
    found = {key: value for key, value in entry.items() if value}
    push = found.get("push")
    if isinstance(push, Mapping) and "split" in found:
        found["push"] = {
            group: value if value == NOTHING else list(_messages(value, names))
            for group, value in push.items()
        }
    else:
        found["push"] = list(_messages(push, names))
    for key in ("to", "add_tags"):
        if not isinstance(found.get(key), str | None):
            found[key] = sorted(_listed(found[key]), key=lambda one: one == AGREED)
    if isinstance(found.get("add_tags"), str):
        found["add_tags"] = [found["add_tags"]]
    for key, usual in (("if_quota_short", "refuse"), ("priority", "normal")):
        if found.get(key) == usual:
            del found[key]
    return found


def _messages(pushed: Any, names: SectionNames) -> Iterator[Any]:
    for one in _listed(pushed):
        if isinstance(one, str) and one not in names.sections["cards"]:
            yield {"text": one.rstrip()}
        elif isinstance(one, Mapping) and list(one) == ["text"]:
            yield {"text": str(one["text"]).rstrip()}
        elif isinstance(one, Mapping) and list(one) == ["card"] and one["card"] in names.sections["cards"]:
            yield one["card"]
        elif isinstance(one, Mapping) and list(one) == ["buttons"]:
            taps = [
                {"label": tap, "send": tap} if isinstance(tap, str) else tap for tap in one["buttons"]["taps"]
            ]
            yield {"buttons": {**one["buttons"], "taps": taps}}
        else:
            yield one
