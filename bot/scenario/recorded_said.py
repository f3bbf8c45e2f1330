"""What a person said or sent, as a step of a recorded scenario."""

from __future__ import annotations

from bot.scenario.shape.formats import LOOKS_LIKE_A_NAME
from bot.scenario.steps import CODE_FROM_SMS, FRIENDSHIP
from bot.scenario.yaml_text import braces, scalar, step_lines, text_lines


def says_step(text: str) -> str:
    """A text, as somebody says it."""
    if text in FRIENDSHIP or text == CODE_FROM_SMS or LOOKS_LIKE_A_NAME.fullmatch(text):
        return f"- user: {{says: {scalar(text)}}}"
    return "\n".join(step_lines("user", text_lines(text)))


def sends_step(kind: str, content: object) -> str:
    """A place with its words; what is in a picture no scenario sees."""
    keys = ("title", "address") if kind == "location" else ()
    told = {key: scalar(str(content[key])) for key in keys if isinstance(content, dict) and content.get(key)}
    return f"- user: {{sends: {{{kind}: {braces(told)}}}}}" if told else f"- user: {{sends: {kind}}}"
