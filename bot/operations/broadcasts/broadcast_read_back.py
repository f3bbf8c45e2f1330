"""Reads an entry of the playbook's broadcasts into the fields of the form (E4, I1).

An entry that the form cannot hold is not read, so that a form loses nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from bot.operations.broadcasts.broadcast_form import (
    AGREED,
    ALONE,
    EVERYONE,
    FIRST,
    HOLDOUT,
    NOTHING,
    SECOND,
    ComposedBroadcast,
    ComposedBubble,
    ComposedTap,
    ConditionKind,
    ConditionRow,
    condition_of,
    entry_of,
)
from bot.operations.broadcasts.composed_rhythm import rhythm_of
from bot.playbook.section_names import SectionNames
from bot.playbook.syntax.yaml_text import inline


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
        return {"audience_kind": "everyone"}
    if isinstance(to, str):
        return {"audience_kind": "audience", "audience": to}
    rows = tuple(_row(one) for one in _listed(to) if one != AGREED)
    agreed = AGREED in _listed(to)
    match rows:
        case () if agreed:
            return {"audience_kind": "everyone", "only_agreed": True}
        case (ConditionRow("audience", name),) if agreed:
            return {"audience_kind": "audience", "audience": name, "only_agreed": True}
        case _:
            return {"audience_kind": "conditions", "conditions": rows, "only_agreed": agreed}


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
        if one == kind and condition_of(row := ConditionRow(one, value)) == whole:
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
