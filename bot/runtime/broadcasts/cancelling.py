"""A sending is cancelled: nobody is called any more who was not called yet."""

from __future__ import annotations

from datetime import datetime

from bot.model.audit import Deed
from bot.model.broadcast import Sending, SendingState
from bot.store.broadcasts.batches import SendingBatches
from bot.store.broadcasts.sendings import Sendings


async def cancel(
    sendings: Sendings,
    batches: SendingBatches,
    sending: Sending,
    why: str,
    now: datetime,
    deed: Deed | None = None,
) -> bool:
    """Whether it was open. What LINE may have heard of is seen through, so that it is known who got it.

    `deed`: its line of the audit log, where staff have done it.

    Raises `DatabaseUnavailable`: then perhaps it was done; again it changes nothing more.
    """
    done = await sendings.change(
        sending.id, ["planned"], deed=deed, reached_nobody=True, state="cancelled", why=why, ended=now
    )
    if not done:
        open_states: list[SendingState] = ["gathering", "sending"]
        done = await sendings.change(sending.id, open_states, deed=deed, state="cancelling", why=why)
    if done:
        await batches.drop_new(sending.id)
    return done
