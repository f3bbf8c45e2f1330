"""Addresses of forms that write the playbook: rows of `bot.web.admin.table`, and the link to each."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model.admin import Signed
from bot.operations.drafts.forms.form import DraftForm
from bot.operations.drafts.forms.registry import FORMS
from bot.web.admin.route import COMMERCE, UPLOAD_MOST, AdminRoute

FORM_ROUTES: Sequence[AdminRoute] = tuple(
    row
    for form in FORMS
    for row in (
        AdminRoute(
            "GET", form.address, f"{form.name}_new", COMMERCE, task=form.title, by_channel=form.by_channel
        ),
        AdminRoute(
            *("POST", form.address, f"{form.name}_made", COMMERCE),
            by_channel=form.by_channel,
            file_most=UPLOAD_MOST if form.has_picture else 0,
        ),
    )
)
"""Of each form: the page, and the address to which it is sent."""


def form_at(page: str, signed: Signed | None) -> DraftForm | None:
    """The form whose link stands on the page of this path, for those who may fill it in; else `None`."""
    may = signed is not None and signed.role in COMMERCE
    return next((form for form in FORMS if may and form.linked and form.page == page), None)
