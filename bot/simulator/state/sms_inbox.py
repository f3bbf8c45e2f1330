"""The SMS provider of the simulator, in place of any other: its SMS appear on the phones of friends."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, TypeAlias, get_args

from bot.connectors.sms.sender import Credit, ShortMessage, SmsNotSent, SmsResult, SmsSent, Unsure
from bot.model.clock import Clock
from bot.model.contact import Contact
from bot.model.event import Outcome
from bot.runtime.turn_observer import Watched
from bot.simulator.state.feed import Feed
from bot.simulator.state.line_ids import milliseconds

KEPT = 2_000
"""SMS on all phones together; the oldest are forgotten first."""
CREDIT_AT_MOST = 1_000_000
"""The largest credit of an account, and what is reported for one without a limit."""
SmsFault: TypeAlias = Literal[
    "number",  # it refuses the number
    "credentials",  # it refuses the bot's credentials
    "silence",  # it sends, and its answer is lost
]
"""What goes wrong at the provider."""
FAULTS: tuple[str, ...] = get_args(SmsFault)


@dataclass(frozen=True, slots=True)
class ReceivedSms:
    """One SMS on a phone."""

    id: str
    chat: str
    """The id of the friend who got it."""
    text: str
    at: int
    """Milliseconds since 1970."""
    over: bool = False
    """Whether no flow waits for its code any more: it stays on the phone without a notification."""


@dataclass(frozen=True, slots=True)
class SmsAccount:
    """The state of the provider."""

    credit: int | None = None
    """SMS that are left; `None`: no limit."""
    fault: SmsFault | None = None


class SmsInbox:
    """Stores what was sent until it is dismissed. A message that is sent twice (the same id) is stored
    once."""

    def __init__(self, clock: Clock, feed: Feed) -> None:
        self._account = SmsAccount()
        self._clock = clock
        self._feed = feed
        self._kept: OrderedDict[str, ReceivedSms] = OrderedDict()
        self.on_asked: Callable[[ShortMessage, str | None], None] = lambda message, refused: None
        """Called after each request to send: the message, and a fault, `credit`, or `None` where it was
        sent."""

    @property
    def account(self) -> SmsAccount:
        """The state of the provider; a change is published on the feed."""
        return self._account

    @account.setter
    def account(self, account: SmsAccount) -> None:
        if account != self._account:
            self._account = account
            self._feed.publish("faults", {"sms": asdict(account)})

    async def send(self, message: ShortMessage) -> SmsResult:
        """Send an SMS: it is at once on the phone of the friend with this LINE user id, whatever the number
        is."""
        came = await self._send(message)
        wrong = {SmsSent: None, Unsure: "silence"}.get(type(came), self.account.fault or "credit")
        self.on_asked(message, wrong)
        return came

    async def _send(self, message: ShortMessage) -> SmsResult:
        credit, fault = self.account.credit, self.account.fault
        if fault == "number" or fault == "credentials":
            return SmsNotSent(f"the simulator refuses the {fault}", fault)
        if credit == 0:
            return SmsNotSent("the simulator's account has no credit", "credit")
        if message.id not in self._kept:
            self._put(message)
            credit = None if credit is None else credit - 1
            self.account = replace(self.account, credit=credit)
        if fault == "silence":
            return Unsure("the simulator does not answer")
        return SmsSent(await self.credit())

    async def credit(self) -> Credit:
        """What is left: always a figure, as without one the bot goes by the last that it has."""
        credit = self.account.credit
        return Credit(CREDIT_AT_MOST if credit is None else credit)

    def _put(self, message: ShortMessage) -> None:
        sms = ReceivedSms(message.id, message.user, message.text, milliseconds(self._clock.now()))
        self._kept[sms.id] = sms
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self._feed.publish("sms", sms_json(sms))

    def of(self, chat: str) -> Iterator[ReceivedSms]:
        """The SMS on this friend's phone, oldest first."""
        return (sms for sms in self._kept.values() if sms.chat == chat)

    def end(self, chat: str, until: int) -> None:
        """Mark the SMS that came to this friend by then (milliseconds) as over: no flow waits for their
        codes."""
        for sms in [sms for sms in self.of(chat) if sms.at <= until and not sms.over]:
            self._kept[sms.id] = replace(sms, over=True)
            self._feed.publish("sms", sms_json(self._kept[sms.id]))

    def dismiss(self, chat: str, sms: str) -> ReceivedSms | None:
        """Take one away; `None` where there is none of this friend's."""
        found = self._kept.get(sms)
        if found is None or found.chat != chat:
            return None
        del self._kept[sms]
        self._feed.publish("sms", sms_json(found) | {"dismissed": True})
        return found


def sms_json(sms: ReceivedSms) -> dict[str, Any]:
    """How an SMS looks in the JSON interface."""
    return {"id": sms.id, "chat": sms.chat, "text": sms.text, "at": sms.at, "over": sms.over}


def is_over(watched: Watched) -> bool:
    """Whether after this turn no flow of its channel waits for a code, and before it one did.

    Also where what came of a code finds nobody: an SMS that was on its way when its flow was left.
    """
    channel, what = watched.event.channel, watched.event.what
    waited = _waits(watched.before, channel) or (isinstance(what, Outcome) and what.asked == "code")
    return waited and not _waits(watched.decision.contact, channel)


def _waits(contact: Contact, channel: str) -> bool:
    return any(one.code_sent is not None for one in contact.flows if one.channel == channel)
