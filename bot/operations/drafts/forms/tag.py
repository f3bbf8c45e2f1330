"""A tag by a form: one that staff put on, in the file where tags are (L8)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.translatable import Refusal, tr
from bot.operations.drafts.forms.entry import EntryPlace
from bot.operations.drafts.forms.form import DraftForm, Filled, Heading, Input

NAME_MOST = 50
"""Characters of a tag's name that the form takes."""
_WRONG = tr("A tag has a name, of {most} characters at most", most=NAME_MOST)


def _check_name(name: object) -> None:
    if not (isinstance(name, str) and len(name) <= NAME_MOST and name.isprintable()):
        raise Refusal(_WRONG)


def _added_by_staff(filled: Filled, texts: dict[str, str]) -> Mapping[str, object]:
    if filled["tag"] in filled.titles("tags"):
        raise Refusal(tr("There is a tag {tag} already", tag=filled["tag"]))
    return {"added_by": "staff"}


TAG = DraftForm(
    name="playbook_tag",
    page="/admin/playbook",
    new="tag",
    title=tr("Add a tag"),
    lead=tr(
        "It is put into your draft. Once you publish it, the team can put it on customers, and audiences can "
        "ask for it"
    ),
    definition="tag",
    place=EntryPlace("tags", "rules/tags", "", names="exact"),
    named="tag",
    keys=("added_by",),
    parts=(
        Heading("tag"),
        Input(
            *("tag", tr("What is the tag called?"), "", None, "VIP"),
            *("", "text", "", NAME_MOST, True),
            missing=_WRONG,
            check=_check_name,
        ),
    ),
    more=_added_by_staff,
    done=lambda name: tr("The tag is in your draft: once published it can be put on"),
)
