"""What forms need before: pages in LINE, a shop; and who may be chosen (L8)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.translatable import Translatable, tr
from bot.operations.drafts.forms.entry import channel_has
from bot.operations.drafts.forms.form import Filled, FormNeed, Options
from bot.operations.drafts.new_binding import binding_in


def has_pages(filled: Filled) -> bool:
    """Whether the official account opens pages inside LINE."""
    return _has(filled, "liff")


def _has(filled: Filled, key: str) -> bool:
    return filled.once((channel_has, key), lambda sources: channel_has(sources, filled.channel, key))


PAGES = FormNeed(
    has_pages,
    tr(
        "This is done on a page inside LINE (LIFF), and this official account has none yet: an administrator "
        "sets it up first"
    ),
)
SHOP = FormNeed(
    lambda filled: _has(filled, "shop"),
    tr("Orders come from a shop, and none is linked to this official account yet"),
    "/admin/shops",
    tr("Shops"),
)
_MEMBERS = "bound"


def tags(filled: Filled) -> Options:
    """All tags, of what is live and of the draft."""
    return {one: one for one in (*filled.titles("tags"), *sorted(filled.playbook.tag_names))}


def groups(filled: Filled) -> Options:
    """Which customers: members, where the bot binds phones; those with a tag; an audience."""
    members: dict[str, str | Translatable] = {_MEMBERS: tr("members: their phone is bound")}
    return {
        **(members if filled.once(binding_in, binding_in) else {}),
        **{f"tag {name}": tr("with the tag {tag}", tag=name) for name in tags(filled)},
        **{
            f"audience {name}": tr("in the audience {audience}", audience=title)
            for name, title in filled.titles("audiences").items()
        },
    }


def condition_of(group: str) -> Mapping[str, str]:
    """The condition of such a group."""
    kind, _, name = group.partition(" ")
    return {"bound": "phone"} if kind == _MEMBERS else {kind: name}
