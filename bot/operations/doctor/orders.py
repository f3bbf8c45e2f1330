"""What a person has answered about the set-up (A3, A4).

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from bot.model.audit import AuditEntry
from bot.model.setup_reply import WORDS_MOST, SetupReply
from bot.model.translatable import Refusal, tr
from bot.operations.audit_trail import record
from bot.operations.doctor.examine import Surroundings


class SetupNotDone(Refusal):
    """It was not done; the sentence says why, and what to do."""


async def answer_question(
    around: Surroundings, channel: str, item: str, actor: str, *, right: bool, words: str = ""
) -> None:
    """Store what a person has answered. Raises `SetupNotDone` for what is not asked, or is too long."""
    asked = {one.item.name: one for one in around.questions(channel)}
    if around.stores is None:
        raise SetupNotDone(tr("an answer is stored in the database, which cannot be had"))
    if item not in asked:
        raise SetupNotDone(tr("nobody is asked for {item} here", item=item))
    words = " ".join(words.split())
    if len(words) > WORDS_MOST:
        raise SetupNotDone(tr("an answer has at most {number} characters", number=str(WORDS_MOST)))
    if asked[item].of_words and right and not words:
        raise SetupNotDone(tr("write the answer in a few words"))
    await around.stores.setup_replies.store(SetupReply(channel, item, right, actor, around.now, words))
    state = "right" if right else "not so yet"
    await record(
        around.stores, AuditEntry("setup_answered", actor, around.now, item, "", state, channel=channel)
    )
