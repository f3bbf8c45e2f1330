"""A store by a form, in its group: a new one, or title and group of one that the draft has (D4, L8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.model.translatable import Refusal, tr
from bot.operations.drafts.forms.entry import (
    EntryPlace,
    NewEntry,
    changed,
    having,
    put_entry,
    set_entry,
)
from bot.operations.drafts.forms.form import DraftForm, Filled, Heading, Input, Options
from bot.operations.drafts.forms.written import of_field, value_of
from bot.playbook.syntax.written_entry import entry_in

STORES = EntryPlace("stores", "rules/stores", "store", names="latin")
GROUPS = EntryPlace("store_groups", "rules/store_groups", "group", names="latin")


def _groups(filled: Filled) -> Options:
    return dict(filled.titles("store_groups"))


def _entry(filled: Filled, texts: dict[str, str], name: str = "") -> Mapping[str, object]:
    """Its title and group, a new one put into the texts. Raises `Refusal`."""
    title, group, new = (value_of(filled, filled.form.field(one)) for one in ("title", "group", "new_group"))
    others = [said for one, said in filled.titles("stores").items() if one != name]
    if title in others:
        with of_field("title"):
            raise Refusal(tr("There is a store {name} already", name=str(title)))
    if new:
        known = {said: one for one, said in filled.titles("store_groups").items()}
        group = known.get(str(new)) or put_entry(texts, GROUPS, str(new), {"title": new})
    return {"title": title, **({"group": group} if group else {})}


def _add(filled: Filled) -> NewEntry:
    texts = dict(filled.sources)
    put_entry(texts, STORES, filled["title"], _entry(filled, texts))
    return NewEntry(filled["title"], changed(filled.sources, texts))


def _there(filled: Filled) -> tuple[str, Mapping[str, object]] | None:
    """The file of the store that is changed, and its entry; `None`: there is none on lines of its own."""
    for path, stores in having(filled.sources, "stores"):
        found = (
            entry_in(filled.sources[path], "stores", filled.about) if filled.about in stores.pairs else None
        )
        if found is not None and isinstance(found.value, dict):
            return path, found.value
    return None


def _opened(filled: Filled) -> Mapping[str, str] | None:
    there = _there(filled)
    return None if there is None else {one: str(there[1].get(one) or "") for one in ("title", "group")}


def _change(filled: Filled) -> NewEntry:
    if (there := _there(filled)) is None:
        raise Refusal(tr("your draft has no store {name}", name=filled.about))
    (path, entry), texts = there, dict(filled.sources)
    kept = {key: value for key, value in entry.items() if key not in ("title", "group")}
    set_entry(texts, path, "stores", filled.about, {**_entry(filled, texts, filled.about), **kept})
    return NewEntry(filled["title"], changed(filled.sources, texts))


CHANGED_STORE = DraftForm(
    name="store",
    page="/admin/stores",
    about="store",
    title=tr("Change the store"),
    lead=tr("It is put into your draft; clerks and customers stay with their store"),
    parts=(
        Heading("store"),
        Input(
            *("title", tr("What is the store called?"), "", tr("Customers read it"), tr("Xinyi store")),
            kind="text",
            most=40,
            required=True,
        ),
        Input("group", tr("Its group"), options=_groups, where=lambda filled: bool(_groups(filled))),
        Input("new_group", tr("A new group (may be empty)"), example=tr("North"), kind="text", most=40),
    ),
    opened=_opened,
    writes=_change,
    done=lambda name: tr("{name} is in your draft: with Publish it is live", name=name),
)
STORE = replace(
    CHANGED_STORE,
    about="",
    changing=CHANGED_STORE,
    title=tr("Add a store"),
    lead=tr("It is put into your draft. Once you publish it, clerks can work there"),
    opened=lambda filled: {},
    writes=_add,
)
