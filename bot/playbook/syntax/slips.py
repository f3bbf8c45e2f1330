"""Lines that were nearly written right: a full-width sign, a missing space, a sign of another language."""

from __future__ import annotations

import re

from bot.model.problem import Problem
from bot.model.said import row, say
from bot.playbook.codes import mistake
from bot.playbook.shape.meant_keys import SAID_OTHERWISE, names_secret
from bot.playbook.shape.schema import KEYS
from bot.playbook.shape.wide_colons import WHOLE_LINE, all_half_width, half_width, wide_keys
from bot.playbook.syntax.source import SourceFile

_WIDE_COLON = re.compile(r"^\s*(?:-\s+)*(?:([a-z_]+)：|([^\s:：#'\"{}\[\]]{1,40})：\s*(?:#.*)?$)")
"""A key with a full-width colon: an English one anywhere, any other at the end of its line."""
_GLUED_DASH = re.compile(r"^\s*(?:-\s+)*(-)[^\s-]")
_WIDE_DASH = re.compile(r"^\s*([－–—])\s*\S")
_WIDE_SPACE = re.compile("^ *(?:- *)*(?:([\u3000\u00a0])\\s*(?:- *)?[a-z_]+:|[\\w.]+:([\u3000\u00a0]))")
"""A full-width or no-break space where the language has an ordinary one."""
_WIDE_BRACKET = re.compile(r"^\s*(?:-\s+)*[^\s:#'\"]+:\s+([｛［])")
_SLASHES = re.compile(r"^\s*(//)\s*(.*)$")
_EQUALS = re.compile(r"^\s*(?:-\s+)*([a-z_]+)\s+(=)\s+(.*)$")
FENCE = re.compile(r"^\s*(```.*)$")
"""What stands around a piece of a file in a chat or a document."""
_CHINESE_KEY = re.compile(r"^\s*(?:-\s+)*([^\s:：#'\"{}\[\]，。]{1,8})：\s*(\S.*)$")


def slip(source: SourceFile, number: int) -> Problem | None:
    """A mark of YAML in a line that was written nearly right."""
    line = source.line(number)
    if within := _wide_colons(source, number):
        return within
    if found := _WIDE_COLON.match(line):
        key = 1 if found[1] else 2
        return wide_colon(source, number, found.start(key) + 1, found[key])
    if (found := _CHINESE_KEY.match(line)) and found[1] in SAID_OTHERWISE:
        return wide_colon(source, number, found.start(1) + 1, found[1])
    if found := FENCE.match(line):
        message = say('"```" belongs to a chat or a document, not to the playbook')
        here = source.here(number, found.start(1) + 1)
        return mistake(here, "yaml-syntax", message, hint=say("delete this line"), width=len(found[1]))
    if found := _SLASHES.match(line):
        message = say('a comment begins with "#" here, not with "//"')
        here = source.here(number, found.start(1) + 1)
        shown = "…" if names_secret(found[2]) else found[2] or "…"
        return mistake(here, "yaml-syntax", message, hint=say("write  # {text}", text=shown), width=2)
    if (found := _EQUALS.match(line)) and found[1] in KEYS:
        message = say('behind "{key}" stands ":", not "="', key=found[1])
        here = source.here(number, found.start(2) + 1)
        return mistake(here, "yaml-syntax", message, hint=half_width(found[1], found[3]))
    if found := _WIDE_SPACE.match(line):
        message = say("this is no ordinary space, but a full-width or no-break one")
        here = source.here(number, found.start(found.lastindex or 0) + 1)
        return mistake(here, "yaml-syntax", message, hint=say("delete it, and type a half-width space"))
    if found := _GLUED_DASH.match(line):
        message = say('a space is missing behind this "-"')
        here = source.here(number, found.start(1) + 1)
        return mistake(here, "yaml-syntax", message, hint=say('begin each item of a list with "- "'))
    if found := _WIDE_BRACKET.match(line):
        half = "{}" if found[1] == "｛" else "[]"
        message = say('this "{found}" is no bracket of the language', found=found[1])
        here = source.here(number, found.start(1) + 1)
        hint = say(
            'write {opening} and {closing}, with half-width ": " and ", " between them',
            opening=half[0],
            closing=half[1],
        )
        return mistake(here, "yaml-syntax", message, hint=hint)
    if found := _WIDE_DASH.match(line):
        message = say('this "{found}" is no "-" of the language', found=found[1])
        here = source.here(number, found.start(1) + 1)
        return mistake(here, "yaml-syntax", message, hint=say('begin each item of a list with "- "'))
    return None


def _wide_colons(source: SourceFile, number: int) -> Problem | None:
    """Full-width colons behind keys between braces: all of the line at once, with the line written right."""
    line = source.line(number)
    found = wide_keys(line)
    if not any("{" in line[: one.start(1)] for one in found):
        return None
    meant = all_half_width(line).strip()
    keys = dict.fromkeys(one[1] for one in found)
    here = source.here(number, found[0].start(1) + 1)
    message = say("the colon after {keys} is a full-width one", keys=row(keys))
    hint = say("write half-width colons, each with a space behind it")
    if len(meant) <= WHOLE_LINE and not names_secret(meant):
        hint = say("write  {line}  with half-width colons", line=meant)
    width = found[-1].end(1) + 1 - found[0].start(1)
    return mistake(here, "full-width-colon", message, hint=hint, width=width)


def wide_colon(source: SourceFile, line: int, column: int, key: str) -> Problem:
    """A key that is followed by `：`."""
    message = say('the colon after "{key}" is a full-width one', key=key)
    rest = source.line(line)[column + len(key) :]
    return mistake(
        source.here(line, column), "full-width-colon", message, hint=half_width(key, rest), width=len(key) + 1
    )
