"""All endpoints of the API, in the order of its description."""

from __future__ import annotations

from collections.abc import Sequence

from bot.web.api.by_hand import contact_archive, own_token
from bot.web.api.context import ApiContext
from bot.web.api.declared import declared_endpoints
from bot.web.api.endpoint import Endpoint


def endpoints_of(context: ApiContext) -> Sequence[Endpoint]:
    """Those that this context serves."""
    return [*declared_endpoints(context), own_token(), contact_archive(context)]
