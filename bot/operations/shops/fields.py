"""What a shop has of a member to map from: what its platform documents, or what its own system says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.connectors.manifest import loaded
from bot.connectors.shops.catalogue import CatalogueField, catalogue, fields_of_own_system
from bot.connectors.shops.platforms import LISTS, PLATFORMS, offer_of
from bot.hooks.call import HookCaller
from bot.model.clock import PatientClock
from bot.model.settings import ShopSettings
from bot.model.shop_failure import NotOffered, ShopFailed
from bot.model.translatable import Refusal, row, tr
from bot.operations.find_contacts import NotFound, not_called
from bot.playbook.similar import hint_for


class NoCatalogue(Refusal):
    """Nobody says what fields this shop has; the sentence says where to look."""


def shop_of(shops: Mapping[str, ShopSettings], name: str | None) -> ShopSettings:
    """The shop of this name; the only one where none is named. Raises `NotFound`."""
    if name is None and len(shops) == 1:
        return next(iter(shops.values()))
    there = tr("its shops are {names}", names=row(shops)) if shops else tr("it has no shops")
    if name is None:
        raise NotFound(tr("no shop is named; {hint}", hint=there))
    if name not in shops:
        raise NotFound(not_called(tr("shop"), name, hint_for(name, shops) or there))
    return shops[name]


async def shop_fields(
    shop: ShopSettings, private: Iterable[str], clock: PatientClock
) -> tuple[CatalogueField, ...]:
    """All fields, in the order of their documentation; `private` hosts of our own network may be called.

    Raises `NoCatalogue`.
    """
    if shop.platform in LISTS:
        raise NoCatalogue(
            tr("the shop {name} is a list: its fields are the columns of its file", name=shop.name)
        )
    ask = PLATFORMS[shop.platform].ask_fields
    if not ask:
        return catalogue(offer_of(shop.platform, shop.access))
    hosts = tuple(private)
    async with HookCaller(clock, lambda: hosts) as hooks:
        try:
            return fields_of_own_system(await loaded(ask)(shop, hooks))
        except NotOffered as error:
            why = tr(
                "the system of the shop {name} does not tell its fields: ask who has made it", name=shop.name
            )
            raise NoCatalogue(why) from error
        except ShopFailed as error:
            failed = error.message
            why = tr("the system of the shop {name} was asked in vain: {why}", name=shop.name, why=failed)
            raise NoCatalogue(why) from error
