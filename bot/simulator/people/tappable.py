"""Which action lies under a finger: found by its label in a message, by label or number in a rich menu."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_HOLDERS = ("action", "defaultAction")


def actions_in(content: Any) -> Iterator[Mapping[str, Any]]:
    """All actions of a message, quick replies first: those are nearest to the finger."""
    if isinstance(content, Mapping) and "quickReply" in content:
        yield from actions_in(content["quickReply"])
        content = {key: value for key, value in content.items() if key != "quickReply"}
    if isinstance(content, list):
        for one in content:
            yield from actions_in(one)
        return
    if not isinstance(content, Mapping):
        return
    for key, value in content.items():
        if key in _HOLDERS and isinstance(value, Mapping):
            yield value
        elif key == "actions" and isinstance(value, list):
            yield from (one for one in value if isinstance(one, Mapping))
        else:
            yield from actions_in(value)


def labelled(actions: Iterator[Mapping[str, Any]], label: str) -> Mapping[str, Any] | None:
    """The first action with this label; an action without one goes by the text that it says."""
    for action in actions:
        if (action.get("label") or action.get("text")) == label:
            return action
    return None
