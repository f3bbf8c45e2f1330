"""The privacy notice in front of personal data: when it stands with a question, and who has agreed to it."""

from __future__ import annotations

from bot.engine.compiled.flow import Question
from bot.engine.compiled.playbook import Playbook
from bot.engine.turn.turn import Turn
from bot.model.contact import Consent, Contact


def notice_with(playbook: Playbook, contact: Contact, question: Question) -> str | None:
    """The version of the notice that stands with this question; `None`: none, or it was agreed to already."""
    privacy = playbook.privacy
    if not question.private or privacy is None:
        return None
    agreed = any(consent.version == privacy.version for consent in contact.consents)
    return None if agreed else privacy.version


def agree(turn: Turn, version: str, *, on_page: bool) -> None:
    """Keep that a version of the notice was agreed to, once."""
    if not any(consent.version == version for consent in turn.contact.consents):
        consent = Consent(version, turn.now, turn.channel, on_page)
        turn.contact.consents = (*turn.contact.consents, consent)
