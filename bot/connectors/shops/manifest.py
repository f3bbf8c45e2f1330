"""The manifest of a shop platform: what it needs and offers. It imports no client: `check` reads it, too."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.connectors.manifest import Setting
from bot.connectors.shops.install import AppStore
from bot.connectors.shops.refused import SetupRefused
from bot.engine.types.table import type_of
from bot.model.settings import ShopSettings
from bot.model.shop_failure import ShopFailed
from bot.model.translatable import Translatable
from bot.model.value import Type

FieldType: TypeAlias = Type | Literal["any", "list"]
"""What a field holds. `any`: what people of the shop write there. No path leads into a list."""


def is_read_as(held: FieldType, wanted: Type) -> bool:
    """Whether a field of type `held` can be read as a value of type `wanted`."""
    type_ = type_of(held)
    return held in (wanted, "any") or (type_ is not None and wanted in type_.also_read_as)


@dataclass(frozen=True, slots=True)
class ToSet:
    """An item of the checklist for a back office: `what` has to be set, `where` (empty: on no page)."""

    what: Translatable
    where: str = ""
    costs_sms: bool = False
    certified: bool | None = None
    """Where the account's provider is certified alone, or is not; `None`: in either case."""


def _as_any(shop: ShopSettings, error: ShopFailed) -> SetupRefused | None:
    return None


@dataclass(frozen=True, slots=True)
class Offer:
    """A platform in one of the ways in which it can be asked.

    `needs` are the settings without which it answers nobody, by their keys in the playbook; `for_news` those
    without which nobody can tell whether its news are its own. `fields` are a member's, by the path that a
    mapping writes; `None` where there is nobody to ask, and the shop names them itself.
    """

    title: Translatable
    """In the words of who links shops."""
    directory: str
    """`package.module:function` that makes the `Directory` of a `ShopOpening`; empty: its members are a list,
    which `oaflow members import` reads."""
    needs: tuple[str, ...] = ()
    for_news: tuple[str, ...] = ()
    fields: Mapping[str, FieldType] | None = None
    birthday: str = "birthday"
    """The field by which whoever has changed accounts proves that a phone is theirs."""
    for_install: tuple[str, ...] = ()
    """The credentials of these come by an installation from the shop's side, not by the playbook."""
    writes: frozenset[str] | None = frozenset()
    """Of a member's fields those that may be written; `None` where the shop says so itself."""
    finds_line: bool = False
    """Whether a member is found by the LINE account with which they sign in at the shop."""
    app_store: AppStore | None = None
    """Where our app is installed from the shop's side."""
    checklist: Sequence[ToSet] = ()
    """What to look at in the back office, in order."""
    refused: Callable[[ShopSettings, ShopFailed], SetupRefused | None] = _as_any
    """What it means that the playbook's credentials were tried in vain; `None`: what it means anywhere."""

    def may_write(self, path: str) -> bool:
        """Whether there is a call that writes this field, as far as is known beforehand."""
        return self.writes is None or path in self.writes


NewsWay: TypeAlias = Literal["webhook", "events", "none"]
"""How a shop tells its news: by its platform's webhooks, by our `POST /api/events`, or not at all."""


@dataclass(frozen=True, slots=True)
class ShopManifest:
    """A platform: its `name` in the playbook, what people call it (empty: it is no brand), its ways in."""

    name: str
    brand: str
    offers: Mapping[str, Offer]
    """By what the playbook's `access` says, the usual one first; an empty one where it is the only one."""
    settings: Mapping[str, Setting]
    news: NewsWay = "none"
    webhooks: str = ""
    """`package.module:NAME` of the `WebhookReader` of what is stored of its news."""
    says_refunds_of_parts: bool = False
    """Whether it says how much of an order was refunded: of all others each refund is one of all of it."""
    ask_fields: str = ""
    """`package.module:function` that asks a shop, by a `HookCaller`, what it has of a member: `type` and
    `example` of each field. It raises `ShopFailed`."""
    office: str = ""
    """The address of the back office of the shop with `{domain}`; empty where nobody knows."""
    simulator: str = ""
    """`package.module:NAME` of its `SimulatedPlatform`, which a simulator alone loads."""

    @property
    def is_list(self) -> bool:
        """Whether there is nobody to ask: its members are a list."""
        return not any(one.directory for one in self.offers.values())

    @property
    def usual_access(self) -> str:
        return next(iter(self.offers))
