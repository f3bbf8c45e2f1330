"""All endpoints of the API, in the order of its description."""

from __future__ import annotations

from collections.abc import Sequence

from bot.web.api.contacts import ContactApi
from bot.web.api.context import ApiContext
from bot.web.api.declared import declared_endpoints
from bot.web.api.endpoint import Endpoint, endpoints_in
from bot.web.api.own import OwnApi


def endpoints_of(context: ApiContext) -> Sequence[Endpoint]:
    """Those that this context serves."""
    parts = (OwnApi(), ContactApi(context))
    return [*declared_endpoints(context), *(one for part in parts for one in endpoints_in(part))]
