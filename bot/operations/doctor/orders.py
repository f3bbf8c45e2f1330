"""What of the set-up oaflow does itself: the webhook's address, and what a person has answered (A2, A4, A6).

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.model.audit import Deed
from bot.model.setup_reply import WORDS_MOST, SetupReply
from bot.model.translatable import Refusal, tr
from bot.operations.audit_trail import record
from bot.operations.doctor.ask import calls_of
from bot.operations.doctor.examine import Surroundings
from bot.operations.doctor.webhook import webhook_at


class SetupNotDone(Refusal):
    """It was not done; the sentence says why, and what to do."""


async def set_webhook(around: Surroundings, channel: str, actor: str) -> str:
    """Have LINE send a channel's webhooks here; the address. Nothing where it does so already.

    Raises `SetupNotDone` where ours is unknown, where LINE sends to another system's address (A6), or where
    LINE refuses.
    """
    account, address = around.settings.channels[channel], webhook_at(around.public, channel)
    if not address:
        raise SetupNotDone(tr("this server's address is not known: set  OAFLOW_PUBLIC_URL=https://your-host"))
    async with calls_of(account, around.api) as calls:
        if calls is None:
            raise SetupNotDone(tr("the channel has no access token, and none can be issued: oaflow doctor"))
        there = await calls.webhook_endpoint()
        if not (there.is_fine or there.status == 404):
            raise SetupNotDone(tr("LINE did not answer: {why}", why=there.says))
        before = str(there.body.get("endpoint") or "")
        if before == address:
            return address
        if before and urlsplit(before).hostname != urlsplit(address).hostname:
            raise SetupNotDone(
                tr(
                    "LINE sends this account's webhooks to {host}: another system answers it. Agree with who "
                    "runs it, and remove the address in LINE Developers Console; then set it here",
                    host=str(urlsplit(before).hostname),
                )
            )
        done = await calls.set_webhook_endpoint(address)
    if not done.is_fine:
        raise SetupNotDone(tr("LINE does not take {address}: {why}", address=address, why=done.says))
    if around.stores is not None:
        deed = Deed("webhook_set", actor, around.now, channel, before, address, channel=channel)
        await record(around.stores, deed)
    return address


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
    await record(around.stores, Deed("setup_answered", actor, around.now, item, "", state, channel=channel))
