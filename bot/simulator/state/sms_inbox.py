"""The provider that every other one is replaced by: its SMS lie on the phones of friends."""

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
"""On all phones together; the oldest are forgotten first."""
CREDIT_AT_MOST = 1_000_000
"""What an account may be given; and what one is said to hold from which as much as is wanted is sent."""
SmsFault: TypeAlias = Literal["number", "credentials", "silence"]
FAULTS: tuple[str, ...] = get_args(SmsFault)


@dataclass(frozen=True, slots=True)
class ReceivedSms:
    """One SMS; `chat` is the friend who got it, `at` milliseconds.

    `over`: nobody waits for its code any more. It stays on the phone, and is no notification.
    """

    id: str
    chat: str
    text: str
    at: int
    over: bool = False


@dataclass(frozen=True, slots=True)
class SmsAccount:
    """How the provider is: what credit is left (`None`: as much as is wanted), and what goes wrong there.

    `fault`: it refuses the number, or the bot's credentials; or it sends, and its answer is lost.
    """

    credit: int | None = None
    fault: SmsFault | None = None


class SmsInbox:
    """Keeps what was sent until it is dismissed. Takes a message twice as once, like a provider should."""

    def __init__(self, clock: Clock, feed: Feed) -> None:
        self._account = SmsAccount()
        self._clock = clock
        self._feed = feed
        self._kept: OrderedDict[str, ReceivedSms] = OrderedDict()
        self.on_asked: Callable[[ShortMessage, str | None], None] = lambda message, refused: None
        """Told of each SMS that was to be sent, and what went wrong: a fault, `credit`, or nothing."""

    @property
    def account(self) -> SmsAccount:
        """How the provider is; a change is published on the feed."""
        return self._account

    @account.setter
    def account(self, account: SmsAccount) -> None:
        if account != self._account:
            self._account = account
            self._feed.publish("faults", {"sms": asdict(account)})

    async def send(self, message: ShortMessage) -> SmsResult:
        """The SMS is on the phone at once; whatever number was written, it is this friend's."""
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
        """What is left: always a figure, for without one the bot goes by the last that it was told."""
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
        """The codes that had come to this friend by then (milliseconds) are waited for no more."""
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
