"""Small playbooks for tests: from YAML, as everybody writes them, or put together in code."""

from __future__ import annotations

import re
import tempfile
from functools import cache
from pathlib import Path

from bot.engine.actions.tags import AddTags
from bot.engine.compiled.card import TEXT_MOST, Bounded, Bubble, Card
from bot.engine.compiled.playbook import ChannelRules, Playbook
from bot.engine.compiled.rule import OnNews, OnText, OnTextContaining, Rule, Trigger
from bot.engine.compiled.step import SendMessages, Step
from bot.engine.texts.template import Placeholder, Template
from bot.model.channel import Channel, GroupPolicy
from bot.model.place import Place
from bot.playbook.load import Loaded, load
from bot.playbook.report import render
from tests.pictures import png

SECRET = "channel-secret"
MENU = png(2500, 1686)
BOT = "bot: 森活選品\n"
CHANNELS = 'channels: {main: {id: forest, channel_id: "1234", channel_secret: opaque}}\n'

QUIET_JOURNEY = """\
hours: {夜間: "21:00-09:00"}
signals: {go: }
flows:
  j:
    when: {signal: go}
    once_per: always
    quiet_hours: 夜間
    if_late: LATE
"""
"""The head of a journey that pushes nothing at night. Below it come its states; `LATE` is filled in."""


PRIVACY = """\
privacy:
  {controller: 森活, purpose: 會員管理, kinds: 手機, period: 五年, recipients: 本公司,
   rights_contact: a@b.example, url: "https://b.example", terms: "https://b.example/t", version: 2026-08}
"""


def joining(find: str, reply: str, otherwise: str = "不是手機號碼。") -> str:
    """A flow, to stand below `flows:`, that binds a phone on its page: its member is looked for there, and
    this is the reply to its trigger 我加入了."""
    return f"""\
  joining:
    title: 加入會員
    page: true
    states:
      ask_phone:
        {{ask: 手機？, answer: phone, otherwise: {otherwise}, give_up_after: {{30m: over}}, next: sending}}
      sending:
        do: [{{send_code: "{{{{ answer.ask_phone }}}}"}}]
        rules:
          - {{when: {{code: [sent, too_soon]}}, to: ask_code}}
          - {{when: {{code: [refused, failed]}}, to: over}}
        give_up_after: {{1m: over}}
      ask_code:
        {{ask: 驗證碼？, answer: code, otherwise: 六個數字。, give_up_after: {{30m: over}}, next: checking}}
      checking:
        do: [{{check_code: "{{{{ answer.ask_code }}}}"}}]
        rules:
          - {{when: {{code: right}}, to: matching}}
          - {{when: {{code: [wrong, expired, locked]}}, to: ask_code}}
        give_up_after: {{1m: over}}
      matching:
        do: [{{find_member: {find}}}]
        rules:
          - {{when: {{member: found}}, to: bound}}
          - {{when: {{member: [missing, taken, shop_failed]}}, to: over}}
        give_up_after: {{1m: over}}
      bound:
        do:
          - bind_member
          - result: {{trigger: 我加入了, do: {{reply: {reply}}}}}
        end: true
      over: {{screen: problem, end: true}}
"""


def loaded(text: str, **files: str) -> Loaded:
    """What comes of `bot.yaml` with this text; missing `bot` and `channels` are thought above it, and what
    sends codes, and a shop, where those channels need one.

    There is a picture `cards/menu.png`. `files` are others, by their path with `__` for `/`:
    `rules__a="…"` is `rules/a.yaml`, `rules__a_csv="…"` is `rules/a.csv`.
    """
    return _loaded(text, tuple(files.items()))


@cache
def _loaded(text: str, files: tuple[tuple[str, str], ...]) -> Loaded:
    lines = text.splitlines()
    channels, below = _connected(text)
    above = "".join(
        default
        for section, default in (("bot:", BOT), ("channels:", channels))
        if not any(line.startswith(section) for line in lines)
    )
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder, "cards", "menu.png")
        picture.parent.mkdir()
        picture.write_bytes(MENU)
        for name, content in (("bot", f"{above}{text.rstrip()}\n{below}"), *files):
            is_list = name.endswith("_csv")
            path = Path(folder, *name.removesuffix("_csv").split("__")).with_suffix(
                (".yaml", ".csv")[is_list]
            )
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode())
        return load(Path(folder), {})


def _connected(text: str) -> tuple[str, str]:
    """The channels that a text without any has, and the sections that they name."""
    if re.search(r"^channels:", text, re.MULTILINE):
        return "", ""
    named, sections = "", ""
    for needed, section, key, name, provider in (
        (r"send_code", "sms", "sms", "codes", "{provider: console}"),
        (
            r"(?:find|move|refresh)_member|[{ ]shop: [a-z]",
            "shops",
            "shop",
            "forest",
            "{platform: cyberbiz, access: app_store}",
        ),
    ):
        if re.search(needed, text) and not re.search(rf"^{section}:", text, re.MULTILINE):
            named += f", {key}: {name}"
            sections += f"{section}: {{{name}: {provider}}}\n"
    return CHANNELS.replace("}}", f"{named}}}}}"), sections


def compiled(text: str, **files: str) -> Playbook:
    """The playbook of a text that is right; a mistake in it fails the test, with the whole report."""
    found = loaded(text, **files)
    assert found.playbook is not None, render(found.problems, found.sources)
    return found.playbook


def codes(text: str, **files: str) -> list[str]:
    """The codes of what is wrong with a text, in the order of the report."""
    return [problem.code for problem in loaded(text, **files).problems]


def place(path: str) -> Place:
    return Place("bot.yaml", 1, 1, path)


def text_bubble(text: Template) -> Bubble:
    """A text message as it is compiled: sent byte for byte but for its placeholders."""
    fixed = text.fixed
    if fixed is not None:
        message = {"type": "text", "text": fixed}
        return Bubble(message, message)
    return Bubble({"type": "text", "text": Bounded(text, TEXT_MOST, "utf16", "the text")})


def card(*parts: str | Placeholder) -> Card:
    return Card(place("card"), "card", (text_bubble(Template(parts)),))


def reply(*texts: str) -> SendMessages:
    return SendMessages(place("reply"), "reply", tuple(card(text) for text in texts))


def push(*texts: str) -> SendMessages:
    return SendMessages(place("push"), "push", tuple(card(text) for text in texts))


def tags(*names: str) -> AddTags:
    return AddTags(place("add_tags"), names)


def rule(when: Trigger, *do: Step) -> Rule:
    return Rule(place("rules"), (when,), None, do, key="rule")


def follow(which: str | None = None) -> OnNews:
    """`follow`, or only the first time, or only again."""
    return OnNews("follow", None if which is None else (which,))


def channel(name: str = "main", groups: GroupPolicy = "leave") -> Channel:
    return Channel(name, f"@{name}", f"id-{name}", SECRET, "access-token", None, groups)


def playbook(*rules: Rule, channels: tuple[Channel, ...] = (channel(),)) -> Playbook:
    return Playbook(
        "森活選品", {c.name: ChannelRules(c.name, groups=c.groups) for c in channels}, rules, version="v1"
    )


NAME = Placeholder("contact", "name")
WELCOME = rule(follow(), SendMessages(place("welcome"), "reply", (card("歡迎 ", NAME, "！"),)))
HOURS = rule(OnText(("營業時間", "幾點開")), reply("每天 11:00–21:00"))
OFFER = rule(OnTextContaining(("優惠",)), tags("看過優惠"), reply("本週全館 85 折"))
SMALLEST = playbook(WELCOME, HOURS, OFFER)
"""The smallest playbook of `interface.md`."""
