"""A digest in words: a part for each account, and one for what all have in common. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

from bot.connectors.mail.parts import LetterLink, LetterPart, LetterRow, Tone
from bot.connectors.mail.smtp import in_one_line
from bot.model.money import money_text
from bot.model.translatable import Language, Translatable, TranslatableValue, plural, tr
from bot.operations.alerts.digest import ChannelDay, DayDigest
from bot.operations.payload import pick
from bot.runtime.alerts.digest_letter import DigestLetter

LONGEST = 60
"""Characters of a text that people have written."""
TROUBLES: Mapping[str, Translatable] = {
    "webhook_off": tr("What customers write does not arrive, or soon will not"),
    "token_refused": tr("LINE refuses the token or the secret"),
    "pages_off": tr("Members' pages do not open"),
    "shop_failing": tr("A shop's members cannot be read"),
    "dead_letters": tr("Messages were not sent"),
    "journey_stopped": tr("A journey has stopped by itself"),
    "broadcast_held": tr("A broadcast waits for somebody to decide"),
    "waiting": tr("Customers have waited for staff for too long"),
    "playbook_refused": tr("A changed playbook is not taken over"),
    "server": tr("A machine or the database needs somebody"),
}
"""What an open trouble is called."""


def digest_letter(digest: DayDigest, language: Language, public: str) -> DigestLetter:
    """The letter. `public`: our own address; empty: no page is named."""
    parts = [_channel(one, language, is_counted=digest.is_counted) for one in digest.channels]
    common = _common(digest, language, public)
    parts = [common, *parts] if digest.troubles else [*parts, common]
    if not digest.is_counted:
        parts.insert(0, LetterPart(language.text(_NOTHING_COUNTED)))
    subject = tr("yesterday, {day}", day=f"{digest.day:%Y-%m-%d}")
    return DigestLetter(language.text(subject), parts, _data(digest))


_NOTHING_COUNTED = tr("Nothing was counted on that day: the bot did not run, or nobody has written to it yet")


def _channel(one: ChannelDay, language: Language, *, is_counted: bool) -> LetterPart:
    found = [*(() if one.is_quiet else _rows_of_day(one)), *_rows_of_now(one)]
    rows = [
        LetterRow(language.text(title), language.words(number), language.words(more))
        for title, number, more in found
    ]
    lines = [language.text(tr("Nothing happened there that day"))] if one.is_quiet and is_counted else []
    return LetterPart(in_one_line(one.title), lines, rows=rows)


_Row: TypeAlias = tuple[Translatable, TranslatableValue, TranslatableValue]
"""Title, number, and what is said beside it."""


def _rows_of_day(one: ChannelDay) -> Iterator[_Row]:
    """In the words of *Today*."""
    yield tr("New friends"), f"+{one.friends:,}" if one.friends else "0", ""
    yield tr("Blocks"), f"−{one.blocks:,}" if one.blocks else "0", ""
    yield tr("Phones bound"), f"{one.bound:,}", ""
    yield tr("Messages in"), f"{one.messages:,}", ""
    yield tr("Replies (free)"), f"{one.replies:,}", ""
    yield tr("Messages that nobody answered"), f"{one.unanswered:,}", ""
    for asked in one.asked:
        text = in_one_line(asked.text)
        text = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
        yield tr("among them “{text}”", text=text), _people(asked.people), ""
    for sent in one.sent:
        yield tr("Sent: {title}", title=in_one_line(sent.title)), _people(sent.people), _cost(sent.cost)
    yield tr("Pushes and broadcasts (of the month's messages)"), f"{one.paid:,}", ""


def _cost(cost: Decimal | None) -> TranslatableValue:
    if cost is None:
        return ""
    return tr("beside the plan {cost}", cost=money_text(cost)) if cost else tr("within the plan")


def _rows_of_now(one: ChannelDay) -> Iterator[_Row]:
    if one.waiting is not None:
        yield tr("Customers waiting now"), f"{one.waiting:,}", ""
    if one.left is not None:
        whole = "" if one.limit is None else tr("of {number}", number=f"{one.limit:,}")
        yield tr("Messages left this month"), f"{one.left:,}", whole


def _people(number: int) -> Translatable:
    return plural("1 person", "{number} people", number)


def _common(digest: DayDigest, language: Language, public: str) -> LetterPart:
    rows = [
        LetterRow(
            language.text(tr("SMS credit of {name}", name=one.provider)), language.words(one.left_in_words)
        )
        for one in digest.sms
    ]
    lines = [language.text(one) for one in _troubles(digest)]
    title = tr("To see to") if lines else tr("Nothing is wrong just now")
    link = None
    if public:
        address = f"{public}/admin"
        link = LetterLink(address, language.text(tr("Open the console")), address)
    tone: Tone = "trouble" if lines else "fine"
    return LetterPart(language.text(title), lines, rows=rows, link=link, tone=tone)


def _troubles(digest: DayDigest) -> Iterator[Translatable]:
    """Of several items of an account, or of a machine, one line, since the first of them."""
    titles = {one.channel: one.title for one in digest.channels}
    first: dict[tuple[str, str], datetime] = {}
    for one in digest.troubles:
        key = one.reason, titles.get(one.subject.split(" ")[0], "")
        first[key] = min(one.since, first.get(key, one.since))
    for (reason, title), since in first.items():
        what: Translatable | str = TROUBLES.get(reason, reason)
        if title:
            what = tr("{title}: {what}", title=in_one_line(title), what=what)
        yield tr("{what}, since {day}", what=what, day=f"{since:%Y-%m-%d}")


def _data(digest: DayDigest) -> Mapping[str, object]:
    channels: Sequence[object] = [
        {
            **pick(one, "channel", "friends", "blocks", "bound", "messages", "replies", "unanswered"),
            **pick(one, "asked", "paid", "waiting", "left", "limit"),
            "sent": [
                {**pick(sent, "title", "people"), "cost": None if sent.cost is None else str(sent.cost)}
                for sent in one.sent
            ],
        }
        for one in digest.channels
    ]
    return {
        "day": digest.day.isoformat(),
        "channels": channels,
        "sms": [pick(one, "provider", "left", "unit", "full") for one in digest.sms],
        "troubles": [pick(one, "reason", "subject", "since") for one in digest.troubles],
    }
