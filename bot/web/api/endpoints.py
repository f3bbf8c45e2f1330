"""All endpoints of the API, in the order of its description."""

from __future__ import annotations

from collections.abc import Sequence

from bot.web.api.contacts import ContactApi
from bot.web.api.desk import ApiDesk
from bot.web.api.endpoint import Endpoint
from bot.web.api.own import OwnApi


def endpoints_of(desk: ApiDesk) -> Sequence[Endpoint]:
    """Those of a desk."""
    return [*OwnApi().endpoints(), *ContactApi(desk).endpoints()]
