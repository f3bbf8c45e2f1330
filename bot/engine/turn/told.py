"""What LINE's other events are as news: each a trigger word of the language (section 4.2).

https://developers.line.biz/en/reference/messaging-api/#webhook-event-objects
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.engine.compiled.heard import Heard
from bot.model.event import Follow, Join, Other, Unfollow, What
from bot.model.news import NEWS

_KINDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    kind.line[0]: (word, kind.line[1]) for word, kind in NEWS.items() if kind.line is not None
}
"""LINE's type → our word, and where in the event its own kind lies."""


def told(what: What) -> Heard | None:
    """The news that an event of LINE's is; `None` where no trigger is about it."""
    match what:
        case Follow(again):
            return Heard("follow", "again" if again else "first")
        case Unfollow():
            return Heard("unfollow", "any")
        case Join():
            return Heard("join", "any")
        case Other(type=kind, content=content) if kind in _KINDS:
            word, path = _KINDS[kind]
            return Heard(word, _at(content, path))
        case _:
            return None


def _at(content: Any, path: tuple[str, ...]) -> str:
    for key in path:
        content = content.get(key) if isinstance(content, Mapping) else None
    return content if isinstance(content, str) else "any"
