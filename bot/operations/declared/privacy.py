"""What is removed by itself (`privacy.keep`): what is due, what was removed, whom it waits for (J2, J4)."""

from __future__ import annotations

from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.operation import operation
from bot.operations.privacy import PrivacyView, privacy_view


@operation("privacy.status")
async def privacy_status(call: OperationCall) -> PrivacyView:
    """What is stored for how long, what is due, what was removed."""
    return await privacy_view(call.stores, call.playbook)
