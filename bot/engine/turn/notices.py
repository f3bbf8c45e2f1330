"""What a person is shown once: notices in the next free reply, and the privacy notice."""

from __future__ import annotations

from collections.abc import Mapping

from bot.engine import notes
from bot.engine.compiled.flow import Question
from bot.engine.compiled.playbook import Playbook
from bot.engine.turn.turn import Turn
from bot.model.contact import Consent, Contact
from bot.model.effects import EffectRequest
from bot.model.instance import NoticeKind
from bot.model.message import Message

# what each kind of notice says, in the chat and on pages about the binding
SENTENCES: Mapping[NoticeKind, str] = {
    "phone_moved": "您的手機號碼已改綁定到另一個 LINE 帳號，這裡已解除綁定。若非您本人操作，請與我們聯絡。",
    "member_gone": "商店已經沒有您原本的會員資料，這裡的綁定也跟著解除了。要再使用會員卡，請重新綁定手機。",
}


def drop_outdated(turn: Turn) -> None:
    """Forget the notice that the person is bound to nobody once they are bound again, in whichever way."""
    contact = turn.contact
    if contact.bindings:
        contact.notices = tuple(notice for notice in contact.notices if notice.what != "member_gone")


def due_notices(turn: Turn, used: int, most: int) -> list[Message]:
    """The notices before the `used` messages of this turn's reply, which has room for `most`; once.

    It waits for another turn where staff have the conversation, where there is no room, and where this one's
    token is for the answer to what it asks of the world.
    """
    channel = turn.channel
    due = dict.fromkeys(notice.what for notice in turn.contact.notices if notice.channel == channel)
    if not due or turn.token is None or used + len(due) > most or turn.event.source.kind != "user":
        return []
    if turn.contact.identity(channel).staff or (not used and is_answered_later(turn)):
        return []
    turn.contact.notices = tuple(notice for notice in turn.contact.notices if notice.channel != channel)
    for what in due:
        turn.note(notes.NOTICE, what)
    return [{"type": "text", "text": SENTENCES[what]} for what in due]


def is_answered_later(turn: Turn) -> bool:
    """Whether this turn's token is for the answer to what it asks of the world."""
    return any(
        isinstance(action, EffectRequest)
        and action.origin is not None
        and action.origin.channel == turn.channel
        for action in turn.actions
    )


def notice_with(playbook: Playbook, contact: Contact, question: Question) -> str | None:
    """The version of the notice to be shown with this question; `None`: none, or agreed to already."""
    privacy = playbook.privacy
    if not question.private or privacy is None:
        return None
    agreed = any(consent.version == privacy.version for consent in contact.consents)
    return None if agreed else privacy.version


def agree(turn: Turn, version: str, *, on_page: bool) -> None:
    """Store that a version of the privacy notice was agreed to, once."""
    if not any(consent.version == version for consent in turn.contact.consents):
        consent = Consent(version, turn.now, turn.channel, on_page)
        turn.contact.consents = (*turn.contact.consents, consent)
