"""The certificate of an erasure, in words and as one page to print: nothing of the person is on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from zoneinfo import ZoneInfo

from bot.look.tokens import TOKENS
from bot.model.erasure import Erasure, MenuAtLine
from bot.model.translatable import Language, Translatable, TranslatableValue, row, tr
from bot.operations.actors import actor_words
from bot.store.collection_spec import PeopleKeys
from bot.store.collections import COLLECTIONS

KINDS: Mapping[str, Translatable] = {
    name: spec.person.kind for name, spec in COLLECTIONS.items() if isinstance(spec.person, PeopleKeys)
}
"""What the rows of each collection are to people."""

_MENU: Mapping[MenuAtLine, Translatable] = {
    "none": tr("LINE: no rich menu of the person's own was known"),
    "removed": tr("LINE: the person's own rich menu was removed"),
    "failed": tr("LINE: the person's own rich menu could not be removed; it shows nothing of the person"),
}

_MENU_LATER = tr("LINE: the person's own rich menu is not removed yet: it is tried again, for 7 days at most")

_STYLE = """
@page { size: A4; margin: 12mm 18mm; }
html { background: var(--paper); }
body { margin: 0; color: var(--ink); font: 15px/1.6 var(--font); }
main { max-width: 174mm; margin: var(--s8) auto; padding: 40px 48px; background: var(--card);
  border: 1px solid var(--line); border-radius: var(--radius); }
h1 { margin: 0; font-size: 28px; line-height: 1.3; }
.bot { margin: 0 0 var(--s2); color: var(--muted); }
.number { display: inline-block; margin: var(--s5) 0 var(--s6); padding: var(--s2) var(--s4);
  border-radius: 8px; background: var(--accent-soft); font-size: 22px; font-weight: 700;
  font-variant-numeric: tabular-nums; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: var(--s1) var(--s6); margin: 0; }
dt { color: var(--muted); }
dd { margin: 0; }
h2 { margin: var(--s8) 0 var(--s2); font-size: 17px; }
table { width: 100%; border-collapse: collapse; }
td { padding: 6px 0; border-bottom: 1px solid var(--line); }
td:last-child { text-align: right; font-variant-numeric: tabular-nums; }
tr.all td { border-bottom: 0; font-weight: 700; }
ul { margin: 0; padding-left: 1.2em; }
li { margin: var(--s1) 0; }
.sign { display: flex; gap: var(--s8); margin-top: 56px; color: var(--muted); }
.sign span { flex: 1; border-top: 1px solid var(--edge); padding-top: var(--s1); }
@media print {
  html { background: none; }
  body { font-size: 12px; line-height: 1.35; }
  main { margin: 0; padding: 0; border: 0; max-width: none; }
  h1 { font-size: 22px; }
  h2 { margin: var(--s3) 0 2px; font-size: 14px; }
  .number { margin: var(--s3) 0; font-size: 18px; }
  td { padding: 1px 0; }
  li { margin: 1px 0; }
  .sign { margin-top: 36px; }
}
"""


def counted(erasure: Erasure) -> list[tuple[Translatable, int]]:
    """What went, and how much of each kind."""
    return [(KINDS[name], erasure.counts[name]) for name in KINDS if erasure.counts.get(name)]


def state_words(erasure: Erasure, at: str) -> Translatable:
    """Whether it is done; `at` is when it was."""
    if erasure.state == "done":
        return tr("done, and looked through once more at {at}", at=at)
    return tr("begun: what processes still write, and broadcasts under way, are looked through once more")


def stays(erasure: Erasure) -> Iterator[Translatable]:
    """What is not erased, and why."""
    yield tr("This certificate, and consents without the person, for five years: to show that it was done")
    yield tr("Lines of the audit log without the person and without data, for five years: who did what")
    yield tr(
        "A keyed hash of LINE ids, phones, e-mail addresses and numbers: so that no list brings the person"
        " back by accident. It shows nothing of them"
    )
    yield tr("Figures in which nobody is named: how many were reached, how many answered")
    yield tr("What the person wrote in groups, sealed, among the groups' events for 14 days")
    if erasure.on_lists:
        yield tr(
            "Lists of the playbook that named the person when this was done, also in its versions that are"
            " stored: {files}. They are files of the team, who remove the lines",
            files=row(erasure.on_lists),
        )
    yield tr("Copies of the database (backups) until they are deleted: erase once more after restoring one")
    yield _MENU_LATER if erasure.menu == "failed" and erasure.state == "began" else _MENU[erasure.menu]
    yield tr(
        "LINE: what LINE itself keeps, and what was granted at LINE Login, only the person can revoke in the"
        " LINE app: we keep no access token"
    )


def page(erasure: Erasure, bot: str, zone: ZoneInfo, words: Language) -> str:
    """The page to print, with nothing in it that is fetched or run."""

    def text(value: TranslatableValue) -> str:
        return escape(words.words(value))

    def at(moment: object) -> str:
        return f"{moment:%Y-%m-%d %H:%M}" if moment is not None else ""

    over = at(erasure.over.astimezone(zone)) if erasure.over is not None else ""
    facts: Sequence[tuple[Translatable, TranslatableValue]] = [
        (tr("erased at"), f"{at(erasure.at.astimezone(zone))} ({zone.key})"),
        (tr("by"), actor_words(erasure.by)),
        (tr("state of the erasure"), state_words(erasure, over)),
    ]
    about = "".join(f"<dt>{text(name)}</dt><dd>{text(value)}</dd>" for name, value in facts)
    rows = "".join(f"<tr><td>{text(kind)}</td><td>{number:,}</td></tr>" for kind, number in counted(erasure))
    total = f'<tr class="all"><td>{text(tr("together"))}</td><td>{sum(erasure.counts.values()):,}</td></tr>'
    consents = "".join(
        f"<li>{text(_consent(one.version, at(one.at.astimezone(zone)), one.channel))}</li>"
        for one in erasure.consents
    )
    left = "".join(f"<li>{text(one)}</li>" for one in stays(erasure))
    parts = [
        f'<p class="bot">{escape(bot)}</p><h1>{text(tr("Certificate of erasure of personal data"))}</h1>',
        f'<p class="number">{escape(erasure.number)}</p><dl>{about}</dl>',
        f"<h2>{text(tr('Erased'))}</h2><table>{rows}{total}</table>",
        f"<h2>{text(tr('Consents that had been given'))}</h2><ul>{consents}</ul>" if consents else "",
        f"<h2>{text(tr('What stays, and why'))}</h2><ul>{left}</ul>",
        f'<p class="sign"><span>{text(tr("date"))}</span><span>{text(tr("signature"))}</span></p>',
    ]
    title = text(tr("Certificate of erasure {number}", number=erasure.number))
    return (
        f'<!doctype html>\n<html lang="{words.name}">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{TOKENS}{_STYLE}</style>\n<main>{''.join(parts)}</main>\n</html>\n"
    )


def _consent(version: str, at: str, channel: str) -> Translatable:
    return tr("version {version}, {at}, {channel}", version=version, at=at, channel=channel)
