"""What a playbook asks for that this version does not carry out yet, said once when `oaflow run` starts."""

from __future__ import annotations

from collections.abc import Iterable

from bot.model.said import Said, row, say
from bot.playbook.not_yet import Unbuilt


def not_carried_out(unbuilt: Iterable[Unbuilt]) -> Said | None:
    """One line that names it; `None` where everything is carried out."""
    kinds = list(dict.fromkeys(one.kind for one in unbuilt))
    if not kinds:
        return None
    return say("with a later version come: {what} (oaflow check --info)", what=row(kinds))
