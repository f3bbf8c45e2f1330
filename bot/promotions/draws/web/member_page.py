"""The draws of a page as JSON (N3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.model.screen import DrawView
from bot.operations.payload import Payload, pick


def draw_json(view: DrawView, milliseconds: Callable[[datetime], int]) -> Payload:
    """A draw as one person sees it: what came of the last try, never what another could win."""
    payload = pick(view, "name", "title", "look", "prizes", "state", "tries", "daily", "sure")
    payload |= pick(view, "result", "prize", "won", "code", "terms", "image")
    moments = {name: getattr(view, name) for name in ("until", "starts", "ends")}
    return payload | {name: None if at is None else milliseconds(at) for name, at in moments.items()}
