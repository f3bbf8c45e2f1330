"""Whom a broadcast may reach on a channel: the one answer for sizes, lists of people and sendings.

`bot.store.contacts.reachable` asks MongoDB the same; a test holds the two alike.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from bot.model.contact import CROWDS, Contact

Unreachable: TypeAlias = Literal["blocked", "stopped", "not_here"]
"""Why nothing is sent: no friend any more; *no* to marketing; no account of LINE on this channel."""


def why_unreachable(contact: Contact, channel: str, consent_from: str) -> Unreachable | None:
    """Why this person is in no audience of a channel; `None`: they may be sent what they are meant for.

    Who has written, and has not been told of as a friend, may be one from before the bot: LINE delivers
    nothing to who is none, and counts nothing. A *no* of the shop's is asked for itself where `consent_from`
    of the playbook heeds it: what is folded on the contact follows another playbook at the next turn only.
    """
    identity = contact.identity(channel)
    if identity.user is None or contact.kind in CROWDS:
        return "not_here"
    if identity.friend is False:
        return "blocked"
    by_shop = consent_from != "here" and contact.marketing_shop is False
    return "stopped" if contact.marketing is False or by_shop else None
