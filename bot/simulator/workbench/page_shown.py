"""What a turn did on a page (LIFF): which visit it belongs to, and what the page shows after it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.engine.pages.screen import screen_of
from bot.model.event import PageAnswer, PageOpened
from bot.runtime.watching import Watched


def page_shown(watched: Watched) -> dict[str, Any] | None:
    """`name`, `opened` (the turn is its opening), `kind` as of a screen, `texts`; `None`: no page changed."""
    what = watched.event.what
    match what:
        case PageOpened(page=page) | PageAnswer(page=page):
            name = page
        case _:
            changed = _changed(watched)
            if changed is None:
                return None
            name = changed
    contact, channel = watched.decision.contact, watched.event.channel
    screen = screen_of(watched.playbook, contact, name, channel, watched.now)
    lines = (*screen.texts, *([screen.question] if screen.question is not None else ()))
    texts = [line.strip() for line in lines]
    return {"name": name, "opened": isinstance(what, PageOpened), "kind": screen.kind, "texts": texts}


def _changed(watched: Watched) -> str | None:
    """The page on which something happened in this turn, though nobody did anything there."""
    channel = watched.event.channel
    before = {page.page: page.step for page in watched.before.pages if page.channel == channel}
    after = watched.decision.contact.pages
    return next((p.page for p in after if p.channel == channel and before.get(p.page) != p.step), None)


def with_visit(page: dict[str, Any] | None, turn: str, visits: dict[str, str]) -> Mapping[str, Any] | None:
    """The page with the id of the turn that began this visit; `visits` are those of the chat, by page."""
    if page is None:
        return None
    if page["opened"] or page["name"] not in visits:
        visits[page["name"]] = turn
    return page | {"visit": visits[page["name"]]}
