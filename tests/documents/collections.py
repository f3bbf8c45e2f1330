"""The collections of the database as `docs/collections.md` lists them: their specifications, and what
`collections.md` beside these says of a document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from functools import cache

from bot.store.collection_spec import CollectionSpec, Expires, Impersonal, PeopleKeys
from bot.store.collections import COLLECTIONS
from tests.sources import BOT

HASHED = {"phone": "phone", "user": "LINE id", "address": "address"}
"""What an `_id` of each kind is made of."""
MEANING = re.compile(r"^- `(\w+)`: (.*)$", re.MULTILINE)


def collection_table() -> str:
    """A row for each."""
    head = ["| collection | a document is | found by | until | sealed |", "|---|---|---|---|---|"]
    return "\n".join([*head, *map(_row, COLLECTIONS.values())])


def _row(spec: CollectionSpec) -> str:
    sealed = ", ".join(f"`{path}`" for path in spec.sealed)
    return f"| `{spec.name}` | {meanings()[spec.name]} | {_whose(spec.person)} | {_life(spec)} | {sealed} |"


def _whose(person: PeopleKeys | Impersonal) -> str:
    """The fields by which a person's rows are found; a dash where no row is about one."""
    if isinstance(person, Impersonal):
        return "–"
    named = [f"`{field}`" for field in person.fields]
    hashed = dict.fromkeys(f"a keyed hash of the {HASHED[key.kind]}" for key in person.keys)
    return ", ".join([*named, *hashed])


def _life(spec: CollectionSpec) -> str:
    """When a row goes."""
    if not isinstance(spec.life, Expires):
        return spec.life.until
    after, since = spec.life.after, f"`{spec.life.since}`"
    known = f"{_days(after)} after {since}" if after else since
    known += ", or as the playbook says" if spec.life.by_playbook else ""
    if not (only := spec.life.where):
        return known
    return f"{known}; where {', '.join(_filter(*one) for one in only.items())}: others stay"


def _filter(name: str, wanted: object) -> str:
    """A condition of a partial index in words: a value, or that there is one of a type."""
    return f"`{name}` is set" if isinstance(wanted, Mapping) else f"`{name}` is `{wanted}`"


def _days(span: timedelta) -> str:
    return f"{span.days} days" if span.days != 1 else "a day"


@cache
def meanings() -> Mapping[str, str]:
    """What a document of each is."""
    pages = [BOT / "store" / "collections.md", *sorted(BOT.glob("promotions/*/rows.md"))]
    return dict(one for page in pages for one in MEANING.findall(page.read_text("utf-8")))
