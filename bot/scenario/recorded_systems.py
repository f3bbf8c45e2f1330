"""What other systems told, or answered, as a step of a recorded scenario."""

from __future__ import annotations

from bot.engine.compiled.playbook import Playbook
from bot.engine.texts.format import formatted
from bot.model.event import News, Outcome
from bot.scenario.hooks import answer_of
from bot.scenario.yaml_text import braces, nested, scalar


def signal_step(news: News, playbook: Playbook) -> str:
    """A signal with its values, as YAML."""
    if not news.fields:
        return f"- signal: {news.subject}"
    values = {key: scalar(formatted(value, None, playbook.zone)) for key, value in news.fields.items()}
    return f"- signal: {{{news.subject}: {braces(values)}}}"


def hook_step(what: Outcome, playbook: Playbook) -> str:
    """What a web hook answered, as YAML."""
    hook = playbook.hooks.get(what.subject)
    if hook is None or what.result != "ok":
        return f"- hook: {{{what.subject}: failed}}"
    return f"- hook: {{{what.subject}: {nested(answer_of(hook, what, playbook.zone))}}}"
