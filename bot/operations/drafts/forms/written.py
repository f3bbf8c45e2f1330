"""A form that was filled in: what was sent of it, and the entry with its rules that it becomes (L8)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any

from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.drafts.forms.entry import NewEntry, changed, put_entry, put_rules
from bot.operations.drafts.forms.form import DraftForm, FieldKind, Filled, FormNeed, Input, Options, schema_at
from bot.operations.drafts.paths import PICTURES
from bot.operations.new_playbook.starter import plain_of, ways_of
from bot.playbook.syntax.yaml_text import YamlWord, one_or_list, scalar

LONGEST = 1_500
"""Characters of a field that are read."""
ASKED_MOST = 200
"""Characters of a way to ask for it."""
MOST = 1_000_000
"""The largest number of things, or of days."""
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
"""A time of day: `09:30`."""


class FieldRefused(Refusal):
    """What is wrong with one field of a form."""

    def __init__(self, message: Translatable, field: str) -> None:
        super().__init__(message)
        self.field = field


@contextmanager
def of_field(name: str) -> Iterator[None]:
    """What is refused within the block is said at this field."""
    try:
        yield
    except FieldRefused:
        raise
    except Refusal as error:
        raise FieldRefused(error.message, name) from None


def read(form: DraftForm, sent: Mapping[str, str]) -> Mapping[str, str]:
    """What was sent, with line breaks as files have them; of nothing the empty form."""
    usual = form.usual()
    if not sent:
        return usual
    found = {
        name: sent.get(name, "")[:LONGEST].replace("\r\n", "\n").strip()
        for one in form.fields()
        for name in one.names
    }
    for one in form.fields():
        if one.drawn == "choice" and found[one.name] not in one.says:
            found[one.name] = usual[one.name]
    return found


def made(filled: Filled) -> NewEntry:
    """The entry in the file where such entries are, and the rules about it where rules of the channel are; or
    what the form writes by itself.

    Raises `Refusal`.
    """
    form, texts = filled.form, dict(filled.sources)
    if (need := next((one for one in unmet(filled) if one.refuses), None)) is not None:
        raise Refusal(need.says)
    found = _entry(filled)
    if form.writes is not None:
        return form.writes(filled)
    found |= form.more(filled, texts)
    entry = {key: found[key] for key in form.keys if key in found}
    name = put_entry(texts, form.place, filled[form.named], entry)
    if lines := form.rules(filled, name, entry):
        put_rules(texts, lines, filled.channel)
    return NewEntry(name, changed(filled.sources, texts))


def unmet(filled: Filled) -> list[FormNeed]:
    """What the whole form needs, and does not hold."""
    return [one for one in filled.form.needs if not one.holds(filled)]


def _entry(filled: Filled) -> dict[str, object]:
    """What the fields say by themselves; all of them are looked at, in their order."""
    entry: dict[str, object] = {}
    for one in filled.fields():
        if "*" in one.keys:
            continue
        value = value_of(filled, one)
        if value is None or not one.word.startswith(f"{filled.form.definition}."):
            continue
        *outer, last = one.keys
        at: dict[str, Any] = entry
        for key in outer:
            at = at.setdefault(key, {})
        at[last] = value
    return entry


def value_of(filled: Filled, one: Input) -> object:
    """What the field writes; `None`: nothing. Raises `FieldRefused`."""
    with of_field(one.name):
        if not filled.counts(one):
            return None
        if one.drawn == "ticks":
            ticked = [value for value in one.says if filled[f"by_{value}"] == "1"]
            if not ticked and one.missing is not None:
                raise Refusal(one.missing)
            _check_needs(filled, one, *ticked)
            return None if ticked == one.left_out.split() else ticked
        written = filled[one.name]
        if one.drawn == "switch":
            said = "true" if written == "1" else "false"
            return None if said == one.left_out else YamlWord(said)
        if not written and not one.required:
            return None
        if not written:
            raise Refusal(one.missing or tr("nothing is written there"))
        value = _WRITTEN[one.drawn](filled, one, written)
        if one.check is not None:
            one.check(value)
        _check_needs(filled, one, written)
        return None if written == one.left_out else value


def looked_at(filled: Filled) -> tuple[Filled, Refusal | None]:
    """The form with something in each field that is empty or wrong, to be looked at; and what is wrong."""
    texts, refused = dict(filled.texts), None
    for one in filled.fields():
        try:
            value_of(filled, one)
        except FieldRefused as error:
            refused = error if filled[one.name] and refused is None else refused
            texts[one.name] = one.usual or next(iter(one.says), "") or str(one.example) or "…"
    return replace(filled, texts=texts), refused


def _check_needs(filled: Filled, one: Input, *values: str) -> None:
    for need in lacks(filled, one, *values):
        raise Refusal(need.says)


def lacks(filled: Filled, one: Input, *values: str) -> list[FormNeed]:
    """What these values of a field need, and does not hold; `*` of any."""
    needs = [one.needs[value] for value in (*values, "*") if value in one.needs]
    return [need for need in needs if not need.holds(filled)]


def options_of(filled: Filled, one: Input) -> Options:
    """What a select lets one choose from."""
    return filled.titles(schema_at(one.word)["section"]) if one.options is None else one.options(filled)


def read_ahead(filled: Filled) -> None:
    """What its page asks the files for is read, `once`: drawing it reads none. It blocks."""
    unmet(filled)
    for one in filled.fields():
        lacks(filled, one, *one.needs)
        if one.drawn == "select" or one.options is not None:
            options_of(filled, one)


def asked(filled: Filled) -> str:
    """The ways to ask for it, as YAML."""
    found = value_of(filled, filled.form.field("asked"))
    return one_or_list(map(scalar, found if isinstance(found, list) else ()))


def whole_number(written: str) -> int:
    """A number of things, from 1. Raises `Refusal`."""
    digits = written.replace(",", "").strip()
    if not (digits.isascii() and digits.isdigit() and 0 < int(digits[:8]) <= MOST and len(digits) <= 7):
        raise Refusal(tr("{written} is no number of things, such as 100", written=written.strip()[:40]))
    return int(digits)


def written_day(written: str) -> date:
    """A date. Raises `Refusal`."""
    try:
        return datetime.strptime(written.strip(), "%Y-%m-%d").date()
    except ValueError:
        raise Refusal(tr("{date} is no date; write it like 2026-12-31", date=written.strip()[:40])) from None


def _day(filled: Filled, one: Input, written: str) -> str:
    day = written_day(written)
    if day < filled.today:
        raise Refusal(tr("This day is over: choose today or a later one"))
    return f"{day} 24:00"


def _time(filled: Filled, one: Input, written: str) -> str:
    if not _TIME.fullmatch(written):
        raise Refusal(tr("Write the time like 09:30"))
    return written


def _chosen(filled: Filled, one: Input, written: str) -> str:
    if written not in options_of(filled, one):
        raise Refusal(one.missing or tr("Choose one of these"))
    return written


def _picture(filled: Filled, one: Input, written: str) -> str:
    """The ending of its name."""
    ending = PurePosixPath(written).suffix.lower()
    if ending not in PICTURES:
        raise Refusal(tr("Choose a picture first: PNG or JPEG"))
    return ending


_WRITTEN: Mapping[FieldKind, Callable[[Filled, Input, str], object]] = {
    "text": lambda filled, one, written: plain_of(written, one.longest),
    "lines": lambda filled, one, written: plain_of(written, one.longest, lines=True),
    "ways": lambda filled, one, written: [*ways_of(written, ASKED_MOST)],
    "number": lambda filled, one, written: whole_number(written),
    "days": lambda filled, one, written: f"{whole_number(written)}d",
    "hours": lambda filled, one, written: f"{whole_number(written)}h",
    "day": _day,
    "time": _time,
    "select": _chosen,
    "choice": lambda filled, one, written: written,
    "source": lambda filled, one, written: written,
    "picture": _picture,
}
"""How the text of a field becomes a value of the entry, by the kind of field."""
