"""Reads the form of a composed broadcast into its model, and carries out the small buttons of the form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar, get_args

from bot.engine.built_in_words import STOP
from bot.model.translatable import Translatable, row, tr
from bot.operations.broadcasts.broadcast_form import (
    ALONE,
    BUBBLES_MOST,
    CONDITIONS_MOST,
    DAYS,
    FIRST,
    HOLDOUT,
    SECOND,
    TAPS_MOST,
    AudienceKind,
    BubbleKind,
    ComposedBroadcast,
    ComposedBubble,
    ComposedTap,
    ConditionKind,
    ConditionRow,
)
from bot.operations.broadcasts.composed_rhythm import WEEKDAYS, ComposedRhythm, rhythm_from
from bot.web.admin.visit import whole_number

GROUPS, NAMES = ("a", "b"), (FIRST, SECOND, HOLDOUT)
"""The groups of messages, as the form's fields begin; and the usual names of the three groups of people."""
_AT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
"""A day and a time, as a field `datetime-local` or an author writes it."""
T = TypeVar("T", bound=str)


def composed_from(form: Mapping[str, str]) -> ComposedBroadcast:
    """The broadcast that the form says; a value that no field of ours sends is left out."""
    when = form.get("when", "")
    days = form.get("goal_days", "").strip()
    groups = [_bubbles(form, group) for group in GROUPS[: 1 + (form.get("compared") == "yes")]]
    called = [form.get(f"group{number}", "").strip() for number in range(len(NAMES))]
    first, other, nothing = called if all(called) and len({*called}) == len(NAMES) else NAMES
    second = _percent(form, "second") if len(groups) > 1 else 0
    return ComposedBroadcast(
        title=form.get("title", "").strip(),
        channel=form.get("channel", ""),
        audience_kind=_one(form.get("whom", ""), get_args(AudienceKind), "everyone"),
        audience=form.get("audience", "").strip(),
        conditions=tuple(_conditions(form)),
        only_agreed=form.get("agreed") == "yes",
        messages=tuple(groups),
        second=second,
        holdout=min(_percent(form, "holdout"), 99 - second),
        at=_moment(form, "at") if when == "at" else "",
        rhythm=_rhythm(form) if when == "every" else None,
        until=_moment(form, "until") if when == "every" else "",
        quiet_hours=form.get("quiet_hours", ""),
        add_tags=tuple(tag for one in re.split("[,，、]", form.get("add_tags", "")) if (tag := one.strip())),
        goal=form.get("goal", ""),
        goal_days=days if DAYS.fullmatch(days) else "7",
        names=(first, other, nothing),
        sends_part=form.get("short") == "send_part",
        is_high=form.get("priority") == "high",
    )


def _moment(form: Mapping[str, str], name: str) -> str:
    """A day and a time as `YYYY-MM-DD HH:MM`; empty for anything else."""
    written = form.get(name, "").strip()
    return written.replace("T", " ")[:16] if _AT.match(written) else ""


def _rhythm(form: Mapping[str, str]) -> ComposedRhythm:
    weekdays = [one for one in WEEKDAYS if form.get(f"every_{one}") == "yes"]
    kind, day, clock = (form.get(f"every_{name}", "").strip() for name in ("kind", "day", "clock"))
    return rhythm_from(kind, weekdays, day, clock)


def _one(written: str, among: tuple[T, ...], otherwise: T) -> T:
    """The value where it is `among` those that are known, else `otherwise`."""
    return next((one for one in among if one == written), otherwise)


def _percent(form: Mapping[str, str], name: str) -> int:
    """A number of per cent, from 0 to 99."""
    return min(whole_number(form.get(name, "").strip(), 999), 99)


def _conditions(form: Mapping[str, str]) -> list[ConditionRow]:
    """The rows of conditions: fields `c0`, `c0_value`, and so on."""
    kinds: tuple[ConditionKind, ...] = get_args(ConditionKind)
    found = []
    for number in range(CONDITIONS_MOST):
        kind = form.get(f"c{number}", "")
        if kind in kinds:
            value = "" if kind in ALONE else form.get(f"c{number}_value", "").strip()
            found.append(ConditionRow(_one(kind, kinds, "written"), value))
    return found


def _bubbles(form: Mapping[str, str], group: str) -> tuple[ComposedBubble, ...]:
    """The messages of a group: fields `a0`, `a0_text`, `a0_t0` (a button), `a0_t0_to`, and so on."""
    kinds: tuple[BubbleKind, ...] = get_args(BubbleKind)
    found = []
    for number in range(BUBBLES_MOST):
        at = f"{group}{number}"
        if (kind := form.get(at, "")) not in kinds:
            continue
        taps = [
            ComposedTap(form.get(f"{at}_t{tap}", "").strip(), form.get(f"{at}_t{tap}_to", "").strip())
            for tap in range(TAPS_MOST)
        ]
        found.append(
            ComposedBubble(
                _one(kind, kinds, "text"),
                form.get(f"{at}_text", "").replace("\r\n", "\n").rstrip(),
                form.get(f"{at}_title", "").strip(),
                form.get(f"{at}_picture", "").strip(),
                tuple(tap for tap in taps if tap.label or tap.to),
            )
        )
    return tuple(found) or (ComposedBubble(),)


def stepped(composed: ComposedBroadcast, act: str) -> ComposedBroadcast:
    """The broadcast after a small button of the form: `add:a:text` (a message), `drop:a:1`, `up:b:2`,
    `compare` (two texts), `same` (one text), `condition` (one more), `less:0` (one less)."""
    step, _, rest = act.partition(":")
    first, _, second = rest.partition(":")
    groups = [list(one) for one in composed.messages]
    group = groups[GROUPS.index(first)] if first in GROUPS[: len(groups)] else None
    number = whole_number(second, BUBBLES_MOST, -1)
    rows = composed.conditions
    match step:
        case "add" if group is not None and len(group) < BUBBLES_MOST:
            group.insert(_end_of(group), ComposedBubble(_one(second, get_args(BubbleKind), "text")))
        case "drop" if group is not None and 0 <= number < len(group) and len(group) > 1:
            del group[number]
        case "up" if group is not None and 0 < number < len(group):
            group[number - 1], group[number] = group[number], group[number - 1]
        case "compare" if len(groups) == 1:
            return replace(composed, messages=(composed.messages[0],) * 2, second=50 - composed.holdout // 2)
        case "same":
            return replace(composed, messages=composed.messages[:1], second=0)
        case "condition" if len(rows) < CONDITIONS_MOST:
            return replace(composed, audience_kind="conditions", conditions=(*rows, ConditionRow("tag")))
        case "less":
            others = tuple(row for at, row in enumerate(rows) if str(at) != first)
            return replace(composed, conditions=others)
        case _:
            return composed
    return replace(composed, messages=tuple(tuple(one) for one in groups))


def _end_of(group: Sequence[ComposedBubble]) -> int:
    """The place of one more message: last, but before a text that says how to stop messages."""
    says_stop = len(group) > 1 and group[-1].kind == "text" and STOP in group[-1].text
    return len(group) - 1 if says_stop else len(group)


def with_picture(composed: ComposedBroadcast, at: str, path: str) -> ComposedBroadcast:
    """The broadcast with this picture in a message, which `at` names as `a:1`."""
    group, _, number = at.partition(":")
    place = whole_number(number, BUBBLES_MOST, -1)
    if group not in GROUPS[: len(composed.messages)] or place < 0:
        return composed
    groups = [list(one) for one in composed.messages]
    bubbles = groups[GROUPS.index(group)]
    if place < len(bubbles):
        one = bubbles[place]
        new = replace(one, text=path) if one.kind == "picture" else replace(one, picture=path)
        bubbles[place] = new
    return replace(composed, messages=tuple(tuple(one) for one in groups))


def more_set(composed: ComposedBroadcast) -> list[Translatable]:
    """What is set among the settings that are folded away, for their summary."""
    found = []
    if composed.quiet_hours:
        found.append(tr("quiet hours: {name}", name=composed.quiet_hours))
    if len(composed.messages) > 1:
        found.append(tr("two texts are compared"))
    if composed.holdout:
        found.append(tr("percent who get nothing: {number}", number=str(composed.holdout)))
    if composed.goal:
        found.append(tr("a goal"))
    if composed.add_tags:
        found.append(tr("tags: {tags}", tags=row(composed.add_tags)))
    if composed.sends_part:
        found.append(tr("send to as many as it reaches"))
    if composed.is_high:
        found.append(tr("an important one"))
    return found
