"""A person's own links to bring friends by: each campaign that is on has one once it is asked for (N4)."""

from __future__ import annotations

import hashlib
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Contact
from bot.model.short_code import ALPHABET
from bot.promotions.referrals.engine.declared import REFERRALS
from bot.promotions.referrals.model import INVITATIONS, Invitation

CODE_SIGNS = 12
"""Of a link's code: 60 bits."""


def invite(contact: Contact, playbook: Playbook, event: str, now: datetime) -> None:
    """The person looks at their own links: each campaign that is on has one from then on, made of the event's
    id."""
    have = {one.campaign for one in INVITATIONS.of(contact)}
    new = [
        Invitation(name, (code_of(f"{event} {name}"),))
        for name, campaign in REFERRALS.of(playbook).items()
        if name not in have and campaign.is_on(now)
    ]
    INVITATIONS.put(contact, (*INVITATIONS.of(contact), *new))


def code_of(text: str) -> str:
    """A code made of an event's id, which nobody can guess: so deciding stays pure."""
    digest = int.from_bytes(hashlib.sha256(text.encode(errors="replace")).digest()[:8])
    return "".join(ALPHABET[digest >> 5 * at & 31] for at in range(CODE_SIGNS)).lower()
