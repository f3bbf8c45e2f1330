"""What LINE says about an account, judged: token, secret, id, month, chat (A1, A3, A5, A11). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.line.setup_calls import SetupAnswer
from bot.model.channel import Channel
from bot.model.translatable import tr
from bot.operations.doctor.finding import AGAIN, RESPONSES, SetupFinding, SetupItem, needs_token, silent

StaffPlace: TypeAlias = Literal["none", "line_chat", "console"]
"""Where staff answer, by the playbook."""

TOKEN = SetupItem(
    "token", "account", tr("Channel access token"), tr("without it nothing that the bot says reaches anybody")
)
SECRET = SetupItem(
    "secret",
    "account",
    tr("Channel ID and channel secret"),
    tr("webhooks are proven by the secret: with another one each is refused, and nobody is answered"),
)
SAME_ACCOUNT = SetupItem(
    "same_account",
    "account",
    tr("Token, secret and ID belong to one account"),
    tr("the bot would hear one account and speak in the name of another"),
)
ACCOUNT_ID = SetupItem(
    "account_id",
    "account",
    tr("The account's LINE ID"),
    tr("links, codes and buttons to add the account would lead to somebody else"),
)
QUOTA = SetupItem(
    "quota",
    "account",
    tr("Messages of this month"),
    tr("journeys and broadcasts are not sent once they are used up; replies go on"),
)
CHAT_MODE = SetupItem(
    "chat_mode",
    "account",
    tr("Chat of LINE Official Account Manager"),
    tr("staff would miss customers, or the bot and LINE would both answer"),
)

ISSUE = tr(
    "LINE Developers Console › the Messaging API channel › tab “Messaging API” › “Channel access token”"
)
BASIC = tr("LINE Developers Console › the Messaging API channel › tab “Basic settings”")
LEFT_AT_LEAST = 0.05
"""The share of the month's messages below which more are to be bought."""


@dataclass(frozen=True, slots=True)
class AccountAnswers:
    """What LINE answered. `info`: of the token that the bot uses; `issued`: a token for id and secret, and
    `info_by_secret` of that; `None`: it was not asked, for lack of what one asks with."""

    info: SetupAnswer | None
    issued: SetupAnswer | None
    info_by_secret: SetupAnswer | None
    quota: SetupAnswer | None
    consumption: SetupAnswer | None
    default_menu: SetupAnswer | None = None


def account_findings(channel: Channel, at_line: AccountAnswers, staff: StaffPlace) -> Iterator[SetupFinding]:
    """All of the account, in the order in which one mends them."""
    yield _token(channel, at_line)
    yield _secret(channel, at_line)
    yield _same_account(at_line)
    yield _account_id(channel, at_line)
    yield _chat_mode(at_line, staff, marks_read=channel.mark_read)
    yield _quota(at_line)


def _token(channel: Channel, at_line: AccountAnswers) -> SetupFinding:
    info = at_line.info
    if channel.access_token is not None and _has_space(channel.access_token):
        return TOKEN.wrong(
            tr("there is a space or a line break in it, or before or behind it"),
            tr("copy it again, without what stands around it, to where bot.yaml takes access_token from"),
        )
    if info is None and at_line.issued is not None:
        first = tr("ID and secret have to be good first")
        return TOKEN.unknown(silent(at_line.issued) if at_line.issued.status is None else first, AGAIN)
    if info is None:
        return TOKEN.wrong(
            tr("none is set, and none can be issued without channel_id and channel_secret"),
            ISSUE,
            tr("press “Issue”, and put it where bot.yaml takes access_token from (.env)"),
        )
    if info.is_fine:
        how = tr("a new one every 15 minutes") if channel.access_token is None else tr("the long-lived one")
        return TOKEN.fine(
            tr("LINE takes it: {name} ({how})", name=str(info.body.get("displayName")), how=how)
        )
    if info.status == 401:
        return TOKEN.wrong(
            tr("LINE refuses it ({why}): it was issued anew, or is not whole", why=info.says),
            ISSUE,
            tr("press “Reissue”, and put the new one where bot.yaml takes access_token from (.env)"),
        )
    return TOKEN.unknown(silent(info), AGAIN)


def _secret(channel: Channel, at_line: AccountAnswers) -> SetupFinding:
    lacking = [name for name in ("channel_id", "channel_secret") if not getattr(channel, name)]
    if lacking:
        return SECRET.wrong(
            tr("{name} is not set", name=lacking[0]),
            BASIC,
            tr("copy “Channel ID” and “Channel secret” to where bot.yaml takes them from (.env)"),
        )
    for name in ("channel_id", "channel_secret"):
        if _has_space(getattr(channel, name)):
            return SECRET.wrong(
                tr("there is a space or a line break in {name}, or before or behind it", name=name),
                tr("copy it again, without what stands around it, to where bot.yaml takes it from (.env)"),
            )
    issued = at_line.issued
    if issued is not None and issued.is_fine:
        return SECRET.fine(tr("LINE issues a token for them"))
    if issued is not None and issued.status in (400, 401):
        return SECRET.wrong(
            tr("LINE does not know this pair ({why})", why=issued.says),
            BASIC,
            tr("compare “Channel ID” and “Channel secret” of this one channel, no other's; copy them again"),
        )
    return SECRET.unknown(silent(issued or SetupAnswer(None)), AGAIN)


def _same_account(at_line: AccountAnswers) -> SetupFinding:
    by_token, by_secret = at_line.info, at_line.info_by_secret
    if by_token is None or by_secret is None or not (by_token.is_fine and by_secret.is_fine):
        return SAME_ACCOUNT.unknown(tr("token and secret have to be good first"))
    if by_token.body.get("userId") == by_secret.body.get("userId"):
        return SAME_ACCOUNT.fine(tr("all three are those of {id}", id=_id_of(by_token)))
    return SAME_ACCOUNT.wrong(
        tr(
            "the token is that of {one}, ID and secret are those of {other}",
            one=_id_of(by_token),
            other=_id_of(by_secret),
        ),
        tr("take all of them from the same channel in LINE Developers Console"),
    )


def _account_id(channel: Channel, at_line: AccountAnswers) -> SetupFinding:
    info = at_line.info
    if info is None or not info.is_fine:
        return ACCOUNT_ID.unknown(needs_token(info))
    known = {str(info.body[key]) for key in ("basicId", "premiumId") if info.body.get(key)}
    if channel.id in known:
        return ACCOUNT_ID.fine(tr("{id} is the account's own", id=channel.id))
    return ACCOUNT_ID.wrong(
        tr("bot.yaml says {written}, and LINE says {known}", written=channel.id, known=_id_of(info)),
        tr('write  id: "{known}"  at this channel in bot.yaml', known=_id_of(info)),
    )


def _chat_mode(at_line: AccountAnswers, staff: StaffPlace, *, marks_read: bool) -> SetupFinding:
    info = at_line.info
    mode = info.body.get("chatMode") if info is not None and info.is_fine else None
    if mode not in ("chat", "bot"):
        unread = tr("LINE tells it in words of its own")
        return CHAT_MODE.unknown(needs_token(info) if mode is None else unread)
    is_on = mode == "chat"
    if staff == "line_chat" and not is_on:
        return CHAT_MODE.wrong(
            tr("chat is off, and by the playbook staff answer there (staff: line_chat)"),
            RESPONSES,
            tr("switch “Chat” (聊天) on, “Webhook” on, and answer by hand (手動)"),
        )
    if marks_read and not is_on:
        return CHAT_MODE.wrong(
            tr("chat is off, so LINE marks everything as read by itself, and mark_read does nothing"),
            RESPONSES,
            tr("switch “Chat” (聊天) on, “Webhook” on, and answer by hand (手動); or take out  mark_read"),
        )
    if staff != "line_chat" and not marks_read and is_on:
        return CHAT_MODE.wrong(
            tr(
                "chat is on, and by the playbook nobody answers there: what is typed there the bot never sees"
            ),
            RESPONSES,
            tr(
                "switch “Chat” (聊天) off; or write  staff: line_chat  in bot.yaml if your staff answer there"
            ),
        )
    if is_on:
        return CHAT_MODE.fine(
            tr("chat is on, as the playbook has it; what staff type there no interface shows to the bot")
        )
    return CHAT_MODE.fine(tr("chat is off, as the playbook has it"))


def _quota(at_line: AccountAnswers) -> SetupFinding:
    quota, used = at_line.quota, at_line.consumption
    if quota is None or used is None or not (quota.is_fine and used.is_fine):
        return QUOTA.unknown(needs_token(quota))
    total = used.body.get("totalUsage")
    if quota.body.get("type") != "limited":
        return QUOTA.fine(tr("no limit is set; {number} are used", number=_number(total)))
    limit = quota.body.get("value")
    if type(limit) is not int or type(total) is not int:
        return QUOTA.unknown(tr("LINE tells it in words of its own"))
    left = max(0, limit - total)
    saw = tr("{left} of {limit} are left", left=f"{left:,}", limit=f"{limit:,}")
    if left <= limit * LEFT_AT_LEAST:
        return QUOTA.wrong(
            saw,
            tr("LINE Official Account Manager › Settings (設定) › Monthly plan (月費方案)"),
            tr("choose a larger plan, or set how many more messages may be bought (加購訊息上限)"),
        )
    return QUOTA.fine(saw)


def _has_space(secret: str) -> bool:
    return any(one.isspace() for one in secret)


def _id_of(info: SetupAnswer) -> str:
    return str(info.body.get("premiumId") or info.body.get("basicId"))


def _number(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else "?"
