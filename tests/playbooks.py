"""Small playbooks made in code, for tests of the engine and the runtime."""

from __future__ import annotations

from bot.engine.playbook import (
    AddTags,
    OnFollow,
    OnText,
    OnTextContaining,
    Playbook,
    PushWith,
    ReplyWith,
    Rule,
    Step,
    TextCard,
    Trigger,
)
from bot.engine.template import Placeholder, Template
from bot.model.channel import Channel, GroupPolicy
from bot.model.decision import Place

SECRET = "channel-secret"


def place(path: str) -> Place:
    return Place("bot.yaml", 1, 1, path)


def card(*parts: str | Placeholder) -> TextCard:
    template = Template(parts)
    fixed = template.fixed
    return TextCard(template, None if fixed is None else {"type": "text", "text": fixed})


def reply(*texts: str) -> ReplyWith:
    return ReplyWith(place("reply"), tuple(card(text) for text in texts))


def push(*texts: str) -> PushWith:
    return PushWith(place("push"), tuple(card(text) for text in texts))


def tags(*names: str) -> AddTags:
    return AddTags(place("add_tags"), names)


def rule(when: Trigger, *do: Step) -> Rule:
    return Rule(place("rules"), (when,), do)


def channel(name: str = "main", groups: GroupPolicy = "leave") -> Channel:
    return Channel(name, f"@{name}", f"id-{name}", SECRET, "access-token", None, groups)


def playbook(*rules: Rule, channels: tuple[Channel, ...] = (channel(),)) -> Playbook:
    return Playbook("森活選品", {c.name: c.groups for c in channels}, rules, version="v1")


WELCOME = rule(OnFollow(), ReplyWith(place("welcome"), (card("歡迎 ", Placeholder("contact.name"), "！"),)))
HOURS = rule(OnText(("營業時間", "幾點開")), reply("每天 11:00–21:00"))
OFFER = rule(OnTextContaining(("優惠",)), tags("看過優惠"), reply("本週全館 85 折"))
SMALLEST = playbook(WELCOME, HOURS, OFFER)
