"""D4, L8: a store added, renamed and put into a group by a form, as files of a draft."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.operations.drafts.forms.store import CHANGED_STORE, STORE
from bot.operations.drafts.forms.written import FieldRefused, made
from tests.playbooks import compiled
from tests.web.admin.filled_forms import filled, written

BOT = 'bot: 森活\nchannels:\n  main: {id: forest, channel_id: "1", channel_secret: x}\n'
STORES = "store_groups:\n  north: {title: 北區}\nstores:\n  xinyi: {title: 信義店, group: north}\n"


def test_a_store_is_added_with_its_new_group_and_one_of_its_name_refused() -> None:
    first = written(STORE, {"bot.yaml": BOT}, title="信義店", new_group="北區")
    book = compiled(BOT + "".join(first.texts.values()))
    assert [(one.title, book.store_groups[one.group or ""]) for one in book.stores.values()] == [
        ("信義店", "北區")
    ]
    second = written(STORE, {"bot.yaml": BOT, **first.texts}, title="板橋店", new_group="北區")
    book = compiled(BOT + "".join({**first.texts, **second.texts}.values()))
    assert (len(book.stores), len(book.store_groups)) == (2, 1), "a group of that title is there"
    with pytest.raises(FieldRefused) as refused:
        written(STORE, {"bot.yaml": BOT, **first.texts}, title="信義店")
    assert refused.value.field == "title"


def test_a_store_is_renamed_and_keeps_the_name_by_which_its_people_are_known() -> None:
    form = replace(filled(CHANGED_STORE, {"bot.yaml": BOT + STORES}, title="信義旗艦店"), about="xinyi")
    assert CHANGED_STORE.opened(form) == {"title": "信義店", "group": "north"}
    book = compiled(made(form).texts["bot.yaml"])
    assert {name: one.title for name, one in book.stores.items()} == {"xinyi": "信義旗艦店"}
    assert CHANGED_STORE.opened(replace(form, about="gone")) is None
