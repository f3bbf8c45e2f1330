"""What forms need before: pages in LINE, a shop, a coupon; and who may be chosen (L8)."""

from __future__ import annotations

from bot.model.translatable import Translatable, tr
from bot.operations.drafts.forms.entry import channel_has
from bot.operations.drafts.forms.form import Filled, FormNeed, Options
from bot.operations.drafts.new_binding import binding_in
from bot.playbook.syntax.yaml_text import braces, scalar


def has_pages(filled: Filled) -> bool:
    """Whether the official account opens pages inside LINE."""
    return channel_has(filled.sources, filled.channel, "liff")


PAGES = FormNeed(
    has_pages,
    tr(
        "This is done on a page inside LINE (LIFF), and this official account has none yet: an administrator "
        "sets it up first"
    ),
)
SHOP = FormNeed(
    lambda filled: channel_has(filled.sources, filled.channel, "shop"),
    tr("Orders come from a shop, and none is linked to this official account yet"),
    "/admin/shops",
    tr("Shops"),
)
COUPONS = FormNeed(
    lambda filled: bool(filled.titles("coupons")),
    tr("What is given is a coupon, and there is none yet"),
    "/admin/coupons/new",
    tr("A new coupon"),
    refuses=False,
)
_MEMBERS = "bound"


def groups(filled: Filled) -> Options:
    """Which customers: members, where the bot binds phones; those with a tag; an audience."""
    tags = dict.fromkeys([*filled.titles("tags"), *sorted(filled.playbook.tag_names)])
    members: dict[str, str | Translatable] = {_MEMBERS: tr("members: their phone is bound")}
    return {
        **(members if binding_in(filled.sources) else {}),
        **{f"tag {name}": tr("with the tag {tag}", tag=name) for name in tags},
        **{
            f"audience {name}": tr("in the audience {audience}", audience=title)
            for name, title in filled.titles("audiences").items()
        },
    }


def condition_of(group: str) -> str:
    """The condition of such a group, as YAML."""
    kind, _, name = group.partition(" ")
    return braces({"bound": "phone"} if kind == _MEMBERS else {kind: scalar(name)})
