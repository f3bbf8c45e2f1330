"""Lines of the rules that forms write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.model.message import Message
from bot.playbook.syntax.yaml_text import braces


def rule(when: Mapping[str, str], does: str, what: str, condition: str = "") -> Sequence[str]:
    """A rule: when this happens, and the condition holds, it does that; all of it is YAML."""
    only = [f"  if: {condition}"] if condition else []
    return [f"- when: {braces(when)}", *only, f"  {does}: {what}"]


def or_push(message: str) -> str:
    """A reply that is pushed where nothing can be answered."""
    return braces({"or_push": "true", "message": message})


def first_way(asked: str) -> str:
    """What a customer says in the picture beside the form: the first of the ways to ask."""
    return next(iter(asked.replace("，", ",").split(",")), "").strip()


def quick_reply(text: str, label: str) -> Message:
    """A text with a button below, as it is looked at."""
    tap = {"type": "action", "action": {"type": "message", "label": label, "text": "…"}}
    return {"type": "text", "text": text, "quickReply": {"items": [tap]}}
