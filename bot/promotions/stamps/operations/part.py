"""What stamp cards give the operations, beside their own (decision 069)."""

from __future__ import annotations

from bot.model.translatable import tr
from bot.operations.promotions import OperationsPart, StaffAct

PART = OperationsPart(
    acts={
        "stamped": StaffAct(
            tr("pressed to stamp a card"),
            tr("staff pressed to stamp your card"),
        ),
        "stamps_taken": StaffAct(
            tr("pressed to take stamps back from a card"),
            tr("staff pressed to take stamps back from your card"),
        ),
    },
    audit={
        "stamp_screen_renewed": tr("new address of a screen with a stamp code"),
    },
)
