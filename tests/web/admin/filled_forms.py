"""Forms that write the playbook, filled in without a console."""

from __future__ import annotations

from collections.abc import Mapping

from bot.operations.drafts.forms.entry import NewEntry
from bot.operations.drafts.forms.form import DraftForm, Filled
from bot.operations.drafts.forms.written import made
from tests.conftest import NOW
from tests.playbooks import compiled

LIVE = compiled('bot: 森活\nchannels: {main: {id: forest, channel_id: "1", channel_secret: s}}\n')


def filled(form: DraftForm, sources: Mapping[str, str], **fields: str) -> Filled:
    """The empty form with these fields, over these files."""
    return Filled(form, {**form.usual(), **fields}, sources, "main", LIVE, NOW)


def written(form: DraftForm, sources: Mapping[str, str], **fields: str) -> NewEntry:
    """What such a form writes. Raises `Refusal`."""
    return made(filled(form, sources, **fields))
