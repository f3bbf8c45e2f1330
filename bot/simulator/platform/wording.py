"""How LINE words what it refuses. Its API speaks two dialects, and each has its own way to say where.

*The outer one* is that of the request and of the plain properties of messages, `messages[0].text: May not be
empty`. *The inner one* is that of templates, quick replies, Flex and rich menus, `must not be longer than 40
characters`. Wordings from LINE's reference and from answers of LINE's that people have published; those for
`few`, `range` and `look` of the outer dialect, and for `whole`, are in its style, for nobody has published
them.

https://developers.line.biz/en/reference/messaging-api/#error-responses
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.line.objects.spec import JsonPath, SpecFault, Wrong

OUTER: Mapping[Wrong, str] = {
    "missing": "May not be empty",
    "empty": "May not be empty",
    "long": "Length must be between 0 and {most:.0f}",
    "few": "Size must be between {least:.0f} and {most:.0f}",
    "many": "Size must be between {least:.0f} and {most:.0f}",
    "word": "Must be one of the following values: [{takes}]",
    "range": "Must be between {least:.0f} and {most:.0f}",
    "uri": "Must be a valid HTTPS URL",
    "scheme": "Must be a valid HTTPS URL",
    "look": "The value is invalid",
    "own": "{takes}",
}
INNER: Mapping[Wrong, str] = {
    "missing": "must be specified",
    "empty": "must be non-empty text",
    "long": "must not be longer than {most:.0f} characters",
    "few": "must not be less than {least:.0f} items",
    "many": "must not be more than {most:.0f} items",
    "type": "invalid property",
    "whole": "must be an integer",
    "word": "invalid property",
    "range": "invalid property",
    "look": "invalid property",
    "uri": "invalid uri",
    "scheme": "invalid uri scheme",
    "unknown": "unknown field",
    "own": "{takes}",
}


def worded(fault: SpecFault, dialect: Mapping[Wrong, str]) -> str:
    """The sentence for a fault."""
    return dialect[fault.wrong].format(least=fault.least, most=fault.most, takes=fault.takes)


def dotted(path: JsonPath) -> str:
    """`messages[0].text`"""
    steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in path]
    return "".join(steps).removeprefix(".")


def slashed(path: JsonPath) -> str:
    """`template/columns/5/title`"""
    return "/".join(str(step) for step in path)
