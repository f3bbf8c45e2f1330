"""The parts of a mail, as plain text and as a page that any mail program shows, light or dark, at any width.

Everything from outside is escaped, and nothing is loaded: no picture, no script, no address but our own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Literal, TypeAlias

Tone: TypeAlias = Literal["plain", "trouble", "fine"]
QUOTED = ">"


@dataclass(frozen=True, slots=True)
class LetterLink:
    """Where somebody goes: `text` is its line in plain text, `label` what the button says."""

    text: str
    label: str
    address: str


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A number with its title, and what is said beside it."""

    title: str
    number: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class LetterPart:
    """A part: its title, lines that somebody else may have written (`quoted`), our own, numbers, a way to the
    page, and small `facts` at the end. `marked`: in plain text its title stands out."""

    title: str = field(repr=False)
    lines: Sequence[str] = field(default=(), repr=False)
    quoted: Sequence[str] = field(default=(), repr=False)
    rows: Sequence[LetterRow] = ()
    link: LetterLink | None = None
    facts: Sequence[str] = field(default=(), repr=False)
    tone: Tone = "plain"
    marked: bool = False


def part_text(part: LetterPart) -> str:
    """A part as plain text."""
    return "\n".join(_lines(part))


def _lines(part: LetterPart) -> Iterator[str]:
    yield f"■ {part.title}" if part.marked else part.title
    yield from (f"{QUOTED} {line}".rstrip() for line in part.quoted)
    yield from part.lines
    yield from (_row_text(row) for row in part.rows)
    if part.link is not None:
        yield part.link.text
    yield from part.facts


def _row_text(row: LetterRow) -> str:
    return f"{row.title}  {row.number}" + (f"  ({row.more})" if row.more else "")


_COLOURS: Mapping[Tone, str] = {"plain": "#8a8f98", "trouble": "#c2410c", "fine": "#15803d"}
_STYLE = """\
:root { color-scheme: light dark; }
body { margin: 0; background: #f4f5f7; color: #1f2430; font: 16px/1.6 -apple-system, "Segoe UI", Roboto,
  "PingFang TC", "Noto Sans TC", "Microsoft JhengHei", sans-serif; overflow-wrap: anywhere; }
main { max-width: 600px; margin: 0 auto; padding: 20px 12px 32px; }
h1 { font-size: 20px; line-height: 1.4; margin: 0 4px 14px; }
section { background: #fff; border: 1px solid #e3e5ea; border-left: 4px solid; border-radius: 8px;
  padding: 14px 16px; margin: 0 0 12px; }
h2 { font-size: 17px; line-height: 1.45; margin: 0; }
p { margin: 8px 0 0; }
blockquote { margin: 8px 0 0; padding: 0 0 0 10px; border-left: 3px solid #c9ccd3; color: #4a5160; }
table { width: 100%; border-collapse: collapse; margin: 6px 0 0; }
td { padding: 6px 0; border-top: 1px solid #eceef1; vertical-align: top; }
tr:first-child td { border-top: 0; }
td.n { text-align: right; white-space: nowrap; font-weight: 600; font-variant-numeric: tabular-nums;
  padding-left: 12px; }
small { color: #656c7a; font-size: 13px; }
a.go { display: inline-block; margin: 12px 0 2px; padding: 9px 16px; border-radius: 6px; background: #0f766e;
  color: #fff; text-decoration: none; font-weight: 600; }
@media (prefers-color-scheme: dark) {
  body { background: #14161b; color: #e6e8ec; }
  section { background: #1d2027; border-color: #31353f; }
  blockquote { color: #b5bac5; border-color: #4a505d; }
  td { border-color: #2b2f38; }
  small { color: #9aa1ae; }
  a.go { background: #2dd4bf; color: #062b27; }
}
"""


def letter_page(subject: str, parts: Sequence[LetterPart], language: str) -> str:
    """The mail as an HTML page."""
    title = escape(subject)
    head = (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
        f'<meta name="color-scheme" content="light dark"><style>{_STYLE}</style></head>'
    )
    return f"{head}<body><main><h1>{title}</h1>{''.join(map(_section, parts))}</main></body></html>\n"


def _section(part: LetterPart) -> str:
    return f'<section style="border-left-color: {_COLOURS[part.tone]}">{"".join(_inside(part))}</section>'


def _inside(part: LetterPart) -> Iterator[str]:
    yield f"<h2>{escape(part.title)}</h2>"
    if part.quoted:
        yield f"<blockquote>{'<br>'.join(map(escape, part.quoted))}</blockquote>"
    yield from (f"<p>{escape(line)}</p>" for line in part.lines)
    if part.rows:
        yield f"<table>{''.join(map(_row, part.rows))}</table>"
    if part.link is not None:
        yield f'<a class="go" href="{escape(part.link.address)}">{escape(part.link.label)}</a>'
    if part.facts:
        yield f"<p><small>{'<br>'.join(map(escape, part.facts))}</small></p>"


def _row(row: LetterRow) -> str:
    more = f"<br><small>{escape(row.more)}</small>" if row.more else ""
    return f'<tr><td>{escape(row.title)}{more}</td><td class="n">{escape(row.number)}</td></tr>'
