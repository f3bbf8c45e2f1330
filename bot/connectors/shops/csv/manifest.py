"""A list of members in a file, which `oaflow members import` reads: there is nobody to ask."""

from __future__ import annotations

from bot.connectors.shops.manifest import Offer, ShopManifest
from bot.model.translatable import tr

MANIFEST = ShopManifest("csv", "", {"": Offer(tr("a list of members (CSV)"), "")}, {})
