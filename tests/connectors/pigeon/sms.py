"""A provider of SMS of a package of its own, which `tests/connectors/beside.py` installs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.connectors.manifest import Setting
from bot.connectors.sms.manifest import SmsManifest
from bot.connectors.sms.sender import Credit, ShortMessage, SmsResult, SmsSent
from bot.model.translatable import tr

if TYPE_CHECKING:
    from aiohttp import ClientSession


@dataclass(frozen=True)
class Pigeon:
    """Carries a code to a loft."""

    loft: str
    pin: str
    session: ClientSession

    async def send(self, message: ShortMessage) -> SmsResult:
        from bot.connectors.sms.provider_call import form_call, time_outs

        form = {"to": message.phone, "text": message.text, "pin": self.pin}
        answer = await form_call(self.session, f"{self.loft}/carry", form, time_outs())
        return SmsSent(await self.credit()) if isinstance(answer, str) else answer

    async def credit(self) -> Credit | None:
        return Credit(7)


MANIFEST = SmsManifest(
    "pigeon",
    tr("{name}", name="Pigeon post"),
    f"{__name__}:Pigeon",
    {
        "loft": Setting("Where it flies. 鴿舍", "${PIGEON_LOFT}"),
        "pin": Setting("Of the loft. 密碼", "${PIGEON_PIN}", is_secret=True),
    },
)
