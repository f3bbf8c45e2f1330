"""The parts of the set-up page about one account: how it stands, what unlinking removes, its friend link (A6,
A7, A10)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.line.setup_calls import SetupAnswer
from bot.model.channel import Channel
from bot.model.clock import SystemClock
from bot.model.translatable import Refusal, Translatable, TranslatableValue
from bot.operations.channels.unlink import WhatGoes, what_goes
from bot.operations.channels.view import channel_status
from bot.operations.doctor.examine import Surroundings
from bot.operations.doctor.webhook import host_of
from bot.operations.links import NoLink, friend, link_button
from bot.web.admin.frame import near_moment
from bot.web.admin.visit import page_address


async def account_data(
    around: Surroundings, channel: str, endpoint: SetupAnswer | None, *, leaving: bool
) -> Mapping[str, object]:
    """The values of the template for a channel of the settings. `endpoint`: LINE's answer about its webhook;
    `None`: it was not asked. `leaving`: with what unlinking would remove, for which LINE is asked."""
    status = await channel_status(around, channel, endpoint)

    def at(moment: datetime) -> TranslatableValue:
        return near_moment(around.zone, around.now, moment)

    goes: WhatGoes | None = None
    trouble: Translatable | None = None
    if leaving:
        try:
            goes = await what_goes(around, channel, SystemClock())  # calls may wait: `now` is a moment only
        except Refusal as error:
            trouble = error.message
    has_former = goes is not None and goes.former is not None  # then the form asks whether to give it back
    return {
        "account": status,
        "stands": list(status.lines(at)),
        "leave": page_address("/admin/setup", channel=channel, leave="1"),
        "goes": None if goes is None else list(goes.lines(give_back=None if has_former else False)),
        "former_host": host_of(goes.former.url) if goes is not None and goes.former is not None else "",
        **({"button": ""} if around.is_simulated else _friend(around.settings.channels[channel])),
        "leave_trouble": trouble,
    }


def _friend(account: Channel) -> Mapping[str, str]:
    """The friend link, its QR code, and a button for a web page; an empty button where the account's id is
    unknown."""
    try:
        found = friend(account)
    except NoLink:
        return {"button": ""}
    wanted = {"channel": account.name, "kind": "friend", "name": "friend", "as": "svg"}
    return {
        "friend": found.address,
        "button": link_button(found.address, found.says or "", None),
        "code": page_address("/admin/links/code", **wanted),
    }
