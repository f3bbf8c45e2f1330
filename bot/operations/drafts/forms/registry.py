"""The forms of the console that write the playbook: each kind of promotion has one in its folder (`PART` of
its `operations.form`), others are named here."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model.promotions import Parts
from bot.operations.drafts.forms.binding import BINDING
from bot.operations.drafts.forms.form import DraftForm
from bot.operations.drafts.forms.menu import MENU
from bot.operations.drafts.forms.reminder import REMINDER
from bot.operations.drafts.forms.store import STORE
from bot.operations.drafts.forms.tag import TAG

FORMS: Sequence[DraftForm] = (*Parts("operations.form", DraftForm), REMINDER, TAG, BINDING, MENU, STORE)
