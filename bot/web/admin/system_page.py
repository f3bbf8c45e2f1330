"""The state of the installation: troubles, channels, shops, versions; processes, keys and database for
administrators (requirements K1, K3, K4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.model.translatable import Translatable, tr
from bot.operations.actors import actor_words
from bot.operations.system import UNSENT_MOST, WAITING_MOST, SystemSource, TroublePlace, system_of
from bot.web.admin.console_context import ConsoleContext
from bot.web.admin.frame import near_moment
from bot.web.admin.setup_pages import PAGE as SETUP
from bot.web.admin.visit import AdminAnswer, AdminPages, RenderedPage, Visit, page_address

TITLE = tr("System")
PLACES: Mapping[TroublePlace, str] = {
    "channels": "#channels",
    "shops": "/admin/shops",
    "stop": "/admin/stop",
    "unsent": "/admin/unsent",
    "processes": "#processes",
    "keys": "#keys",
    "database": "#database",
    "sms": "/admin/binding#sms",
    "setup": "/admin/setup",
}
"""The address to which each kind of trouble leads."""
PLACE_NAMES: Mapping[TroublePlace, Translatable] = {
    "channels": tr("Official accounts"),
    "shops": tr("Shops"),
    "stop": tr("Stop all pushes"),
    "unsent": tr("Not sent"),
    "processes": tr("Servers"),
    "keys": tr("Sealing keys"),
    "database": tr("Database"),
    "sms": tr("SMS codes"),
    "setup": tr("Set-up at LINE"),
}
"""The title of that place."""


@dataclass(frozen=True, slots=True)
class SystemPage(AdminPages):
    """`/admin/system`."""

    source: SystemSource
    context: ConsoleContext

    async def system(self, visit: Visit) -> AdminAnswer:
        """The page; parts about machines are for administrators alone."""
        source = self.source
        view = await system_of(source, machines=visit.signed.role == "admin")
        data = {
            "view": view,
            "is_simulator": bool(self.context.phone),
            "places": PLACES,
            "place_names": PLACE_NAMES,
            "setup": lambda name: page_address(SETUP, channel=name),
            "when": lambda at: visit.words.words(near_moment(self.context.shop().zone, view.at, at)),
            "who": actor_words,
            "unsent_most": UNSENT_MOST,
            "waiting_most": WAITING_MOST,
            "size": size_words,
        }
        return RenderedPage("system.html", TITLE, data)


def size_words(size: int) -> str:
    """Bytes as people write them (powers of 1,000)."""
    number, unit = float(size), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if number < 1_000:
            break
        number, unit = number / 1_000, larger
    return f"{number:.0f} {unit}" if unit == "B" or number >= 10 else f"{number:.1f} {unit}"
