"""Why a sending waits just now: what staff, the file, the brake and the hours say of it."""

from __future__ import annotations

from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.model.brake import Brake
from bot.model.broadcast import Sending, SendingHold


def hold_of(
    sending: Sending, playbook: Playbook, brake: Brake, now: datetime, *, as_begun: bool = False
) -> SendingHold | None:
    """Why nobody new is called; `None`: it goes on. What LINE says is not asked here.

    `as_begun`: it is known what it says, whatever the playbook says by now. What is the same for everybody
    was fixed when it began; of what is personal a process that was started since knows it by the file alone.

    The file weighs more than what staff have resumed. What was begun is seen through in quiet hours, too,
    when it is cancelled: only the brake stops that.
    """
    if brake.holds(sending.channel):
        return "brake"
    if sending.state == "cancelling":
        return None
    broadcast = playbook.broadcasts.get(sending.broadcast)
    if broadcast is None or broadcast.channel != sending.channel or sending.channel not in playbook.channels:
        return "gone"
    if broadcast.status in ("paused", "draft"):
        return "file"
    if sending.paused is not None:
        return "paused"
    if sending.personal and not as_begun:
        return "edited"
    quiet = broadcast.quiet_hours
    return "quiet" if quiet is not None and quiet.open_at(now, playbook.zone) else None
