"""Everything that is stored of one person as a page that they can read; nothing in it is fetched or run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import TypeAlias

import orjson

from bot.engine.compiled.card import TAP
from bot.engine.compiled.playbook import Playbook
from bot.engine.texts.format import formatted
from bot.look.tokens import TOKENS
from bot.model.audit import AuditKind, AuditRow
from bot.model.contact import Contact
from bot.model.conversation import Incoming, TranscriptTurn, picture_event, picture_token
from bot.model.plain_text import visible
from bot.model.translatable import Language, Translatable, TranslatableValue, row, tr
from bot.operations.erasure_certificate import KINDS
from bot.operations.person_export import DATA, FILES, PersonExport, role_of
from bot.operations.promotions import staff_acts
from bot.wording.conversation import kind_of, message_text
from bot.wording.titles import speaking_titles
from bot.wording.trace_words import row_words

ACTIONS: Mapping[AuditKind, Translatable] = {
    "bound": tr("your phone or membership was bound"),
    "unbound": tr("a binding was undone"),
    "merged": tr("two of your accounts became one"),
    "parted": tr("accounts that had become one were parted"),
    "phone_moved": tr("your phone moved to another LINE account"),
    "phone_moved_back": tr("the move of your phone was undone"),
    "phone_changed_hands": tr("a phone changed hands"),
    "match_refused": tr("it was looked at whether you are one person with somebody else: no"),
    "looked_at": tr("staff looked at your data, phone and e-mail masked"),
    "conversation_read": tr("staff read what was said with you"),
    "revealed": tr("staff looked at your data in full"),
    "exported": tr("your data were exported"),
    "tagged": tr("staff put a tag on"),
    "untagged": tr("staff took a tag off"),
    "set": tr("staff wrote down something of you"),
    "marketing_stopped": tr("staff stopped advertising to you"),
    "marketing_allowed": tr("staff took back that they had stopped advertising to you"),
    "drawn": tr("you were put into another group of a comparison"),
    "flow_left": tr("staff ended something that went on between us and you"),
    "flow_restarted": tr("staff had something begin anew for you"),
    "handed_back": tr("staff handed the conversation back to the bot"),
    "taken_over": tr("staff took the conversation over"),
    "assigned": tr("staff gave the conversation to a colleague"),
    "set_waiting": tr("the conversation waits for another colleague"),
    "answered": tr("staff answered you"),
    "follow_up_set": tr("staff noted when to come back to your conversation"),
    "note_left": tr("staff left a note for each other"),
    "note_written": tr("staff wrote a note about you"),
    "note_removed": tr("staff removed a note about you"),
    **{kind: act.to_person for kind, act in staff_acts()},
    "resent": tr("a message that had failed was sent once more"),
    "dropped": tr("a message that had failed was dropped"),
    "clerk_handed_over": tr("another clerk looks after you now"),
    "tester_made": tr("you were chosen to get broadcasts first, as a test"),
    "tester_ended": tr("you get no broadcasts as a test any more"),
}
"""What the audit log tells of a person, in words for that person."""

_PICTURES = ("jpg", "png", "gif", "webp")
"""Endings of files that the page shows as pictures."""

_STYLE = """
html { background: var(--paper); }
body { margin: 0; color: var(--ink); font: 16px/1.6 var(--font); overflow-wrap: anywhere; }
main { max-width: 780px; margin: 0 auto; padding: var(--s6) var(--s4) var(--s12); }
h1 { margin: 0; font-size: 28px; line-height: 1.3; }
.bot, .lead, .at { color: var(--muted); }
.bot, .lead { margin: 0 0 var(--s2); }
nav { display: flex; flex-wrap: wrap; gap: var(--s2); margin: var(--s5) 0; }
nav a { display: inline-flex; align-items: center; min-height: var(--target); padding: 0 var(--s4);
  border-radius: 999px; background: var(--accent-soft); color: var(--accent); text-decoration: none; }
section { margin: var(--s4) 0; padding: var(--s5); background: var(--card); border: 1px solid var(--line);
  border-radius: var(--radius); }
h2 { margin: 0 0 var(--s3); font-size: 19px; }
dl { display: grid; grid-template-columns: minmax(7em, max-content) 1fr; gap: var(--s1) var(--s5);
  margin: 0; }
dt { color: var(--muted); }
dd { margin: 0; }
ul { margin: 0; padding: 0; list-style: none; }
li { padding: var(--s2) 0; border-top: 1px solid var(--line); }
li:first-child { border-top: 0; }
.at { display: block; font-size: 14px; font-variant-numeric: tabular-nums; }
.talk { display: flex; flex-direction: column; gap: var(--s2); }
.said { max-width: 85%; padding: var(--s2) var(--s3); border-radius: 12px; background: var(--sunk);
  white-space: pre-wrap; }
.you { align-self: flex-end; background: var(--accent-soft); }
.said img { display: block; max-width: 100%; max-height: 420px; border-radius: 8px; }
.day { align-self: center; margin-top: var(--s3); color: var(--muted); font-size: 14px; }
table { width: 100%; border-collapse: collapse; }
td { padding: 6px 0; border-bottom: 1px solid var(--line); }
td:last-child { padding-left: var(--s4); text-align: right; font-variant-numeric: tabular-nums; }
@media (max-width: 480px) {
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: var(--s3); }
  section { padding: var(--s4); }
}
@media print { html { background: none; } nav { display: none; } section { border: 0; padding: 0; } }
"""

_Fact: TypeAlias = tuple[Translatable, TranslatableValue | None]


def person_page(export: PersonExport, playbook: Playbook, words: Language) -> str:
    """The page, in this language, moments by the clock of the team."""
    return _Page(export, playbook, speaking_titles(words, playbook)).html()


class _Page:
    def __init__(self, export: PersonExport, playbook: Playbook, words: Language) -> None:
        self._export, self._playbook, self._words = export, playbook, words
        self._contact: Contact = export.contact

    def html(self) -> str:
        parts = [(number, title, body) for number, (title, body) in enumerate(self._parts(), 1) if body]
        links = "".join(f'<a href="#s{number}">{self._text(title)}</a>' for number, title, _ in parts)
        sections = "".join(
            f'<section id="s{number}"><h2>{self._text(title)}</h2>{body}</section>'
            for number, title, body in parts
        )
        title = self._text(tr("Your data at {bot}", bot=self._playbook.bot))
        made = tr(
            "All that is stored of you, as of {at}; the same for programs is in {file}",
            at=self._at(self._export.at),
            file=DATA,
        )
        return (
            f'<!doctype html>\n<html lang="{self._words.name}">\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="robots" content="noindex"><meta name="referrer" content="no-referrer">\n'
            f"<title>{title}</title>\n<style>{TOKENS}{_STYLE}</style>\n<main><h1>{title}</h1>"
            f'<p class="lead">{self._text(made)}</p><nav>{links}</nav>{sections}</main>\n</html>\n'
        )

    def _parts(self) -> Iterator[tuple[Translatable, str]]:
        yield tr("Who you are"), self._facts(self._identity())
        yield tr("How we reach you"), self._facts(self._reached())
        yield tr("Your tags"), self._list(self._tags())
        yield tr("What you told us"), self._facts(self._answers())
        yield tr("What you agreed to"), self._list(self._agreed())
        yield tr("What happened"), self._list(self._happened())
        yield tr("What was said"), self._talk()
        yield tr("What was done with your data"), self._list(map(self._entry, self._export.audit))
        yield tr("All that is stored"), self._stored()

    # -- the parts

    def _identity(self) -> Iterator[_Fact]:
        one = self._contact
        yield tr("name"), one.name
        yield tr("language"), one.language
        yield tr("member number"), one.member_no
        yield tr("picture"), one.picture
        if one.first_source is not None:
            source = tr(
                "by the code {code}, {at}", code=one.first_source.code, at=self._at(one.first_source.at)
            )
            yield tr("came to us"), source
        yield tr("known as"), row(self._export.ids)

    def _reached(self) -> Iterator[_Fact]:
        one = self._contact
        if one.phone is not None:
            proven = tr("proven") if "phone" in one.bindings else tr("not proven")
            yield tr("phone"), tr("{phone} ({state})", phone=one.phone, state=proven)
        yield tr("phone that you wrote"), one.stated_phone
        yield tr("e-mail"), one.email
        for identity in one.identities:
            if identity.user is not None:
                friend = tr("a friend") if identity.friend else tr("no friend")
                yield (
                    tr("LINE account on {channel}", channel=identity.channel),
                    tr("{user}, {friend}", user=identity.user, friend=friend),
                )
        if one.clerk is not None:
            yield tr("your clerk"), tr("{name}, {store}", name=one.clerk.name, store=one.clerk.store)
        if one.marketing is not None:
            yield tr("advertising"), tr("yes") if one.marketing else tr("no")

    def _tags(self) -> Iterator[tuple[str, TranslatableValue]]:
        for tag in self._contact.tags:
            until = tr("{tag}, until {at}", tag=tag.name, at=self._at(tag.expires)) if tag.expires else None
            by = tr("our staff") if role_of(tag.by) == "staff" else tr("the system")
            yield self._at(tag.at), tr("{tag} ({by})", tag=until or tag.name, by=by)

    def _answers(self) -> Iterator[_Fact]:
        attributes = self._playbook.attributes
        for slot, known in self._contact.attributes.items():
            key = slot.partition(".")[2]
            title = attributes[key].title if key in attributes else ""
            yield (
                tr("{name}", name=title or key),
                tr(
                    "{value} ({at})",
                    value=formatted(known.value, None, self._playbook.zone),
                    at=self._at(known.at),
                ),
            )
        for flow in self._contact.flows:
            for name, answer in flow.answers.items():
                yield (
                    tr("{name} (not sent yet)", name=name),
                    formatted(answer.value, None, self._playbook.zone),
                )
        for record in self._export.records:
            for name, value in _listed(record.get("s")):
                yield tr("{name} (from a list)", name=name), value

    def _agreed(self) -> Iterator[tuple[str, TranslatableValue]]:
        for one in self._contact.consents:
            yield (
                self._at(one.at),
                tr("privacy notice {version}, on {channel}", version=one.version, channel=one.channel),
            )
        for kind, binding in self._contact.bindings.items():
            bound = tr("your phone was bound") if kind == "phone" else tr("your membership was bound")
            yield self._at(binding.at), bound

    def _happened(self) -> Iterator[tuple[str, TranslatableValue]]:
        for one in self._export.timeline:
            what = row_words(one.what, self._words)
            text = None if one.text is None else _written(one.text)
            yield (
                self._at(one.at),
                what if text is None else tr("{what}: {text}", what=what, text=text),
            )

    def _entry(self, line: AuditRow) -> tuple[str, TranslatableValue]:
        return self._at(line.at), ACTIONS.get(line.what, tr("staff changed something"))

    def _stored(self) -> str:
        counts = self._export.counts
        rows = "".join(
            f"<tr><td>{self._text(words)}</td><td>{counts[name]:,}</td></tr>"
            for name, words in KINDS.items()
            if counts[name]
        )
        return f"<table>{rows}</table>"

    # -- the conversation

    def _talk(self) -> str:
        parts: list[str] = []
        day = ""
        for turn in self._export.turns:
            today = f"{turn.at.astimezone(self._playbook.zone):%Y-%m-%d}"
            if today != day:
                day = today
                parts.append(f'<p class="day">{day}</p>')
            parts += self._turn(turn)
        return f'<div class="talk">{"".join(parts)}</div>' if parts else ""

    def _turn(self, turn: TranscriptTurn) -> Iterator[str]:
        if turn.incoming is not None:
            file = self._export.files.get(turn.event)
            yield self._said("you", turn.at, self._incoming(turn.incoming), file)
        for call in turn.calls:
            for message in call.messages:
                token = picture_token(str(message.get("originalContentUrl", "")))
                file = None if token is None else self._export.files.get(picture_event(token))
                yield self._said("us", turn.at, message_text(message), file)

    def _incoming(self, incoming: Incoming) -> TranslatableValue:
        content = incoming.content
        if incoming.secrecy == "once":
            return tr("(a one-time code: not stored)")
        if incoming.secrecy == "unsent":
            return tr("(taken back: not stored)")
        if isinstance(content, str):
            if incoming.kind in ("text", "tap"):
                return content if incoming.kind == "text" else content.rpartition("/")[2]
            return row_words(incoming.kind, self._words)
        if incoming.kind == "postback":
            return str(content.get("data", "")).removeprefix(TAP).rpartition("/")[2]
        about = [
            str(content[name])
            for name in ("fileName", "text", "title", "address", "latitude", "longitude")
            if name in content
        ]
        return tr("{kind} {text}", kind=kind_of(incoming.kind), text=row(about))

    def _said(self, speaker: str, at: datetime, text: TranslatableValue, file: str | None = None) -> str:
        clock = f"{at.astimezone(self._playbook.zone):%H:%M}"
        shown = self._text(text)
        if file is not None:
            path = escape(f"{FILES}/{file}")
            is_picture = file.rpartition(".")[2] in _PICTURES
            shown = (
                f'<a href="{path}"><img src="{path}" alt="{shown}"></a>'
                if is_picture
                else f'<a href="{path}">{shown}</a>'
            )
        whose = self._text(tr("you") if speaker == "you" else tr("we"))
        return f'<div class="said {speaker}"><span class="at">{whose}, {clock}</span>{shown}</div>'

    # -- HTML

    def _text(self, value: TranslatableValue) -> str:
        return escape(visible(self._words.words(value)))

    def _at(self, moment: datetime) -> str:
        return f"{moment.astimezone(self._playbook.zone):%Y-%m-%d %H:%M}"

    def _facts(self, facts: Iterable[_Fact]) -> str:
        rows = [f"<dt>{self._text(name)}</dt><dd>{self._text(value)}</dd>" for name, value in facts if value]
        return f"<dl>{''.join(rows)}</dl>" if rows else ""

    def _list(self, lines: Iterable[tuple[str, TranslatableValue]]) -> str:
        rows: Sequence[str] = [
            f'<li><span class="at">{escape(at)}</span>{self._text(text)}</li>' for at, text in lines
        ]
        return f"<ul>{''.join(rows)}</ul>" if rows else ""


def _written(text: str) -> TranslatableValue:
    """A note; or what a form or a flow has asked and got, which is stored as JSON."""
    if not text.startswith("{"):
        return text
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    return row((f"{name}: {value}" for name, value in found.items()), "semicolon")


def _listed(content: object) -> Iterator[tuple[str, str]]:
    """The fields of a member record, as a row of it has them."""
    if not isinstance(content, Mapping):
        return
    for name, value in content.items():
        if not isinstance(value, Mapping):
            yield name, str(value)
        elif name == "fields" and isinstance(written := value.get("v"), str):
            yield from ((key, str(one)) for key, one in orjson.loads(written).items())
        elif value.keys() == {"v"}:
            yield name, str(value["v"])
        else:
            yield from _listed(value)
