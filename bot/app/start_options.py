"""What a run begins with, and the addresses that follow from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from yarl import URL

from bot.app.addresses import line_api, line_data_api, public_address, push_api, shop_api
from bot.app.database import OpenDatabase
from bot.app.environment import is_plain
from bot.app.playbook_files import Stamps
from bot.app.stored_playbooks import UnpackedPlaybooks
from bot.connectors.shops.platforms import PLATFORMS
from bot.connectors.sms.providers import PROVIDERS, usual_settings
from bot.line.objects.addresses import is_loopback
from bot.model.settings import Settings, ShopSettings
from bot.model.translatable import Translatable, tr
from bot.operations.acceptance import TellProblems
from bot.playbook.load import Loaded
from bot.playbook.valid import PlaybookWrong, ValidPlaybook

"""The provider that needs no account."""


def console_sms_refused(settings: Settings, line_api: str) -> Translatable | None:
    """Why these settings are not served: a channel's codes go to the log, and its people are LINE's.

    `line_api` is the base address of LINE's API. One on this machine is a simulator, or a test: `None`.
    """
    if is_loopback(URL(line_api).host):
        return None
    for channel in settings.channels.values():
        sender = settings.sms.get(channel.sms or "")
        if sender is not None and not PROVIDERS[sender.provider].reaches_people:
            return tr(
                'codes of the channel "{channel}" would be written into the log, for the SMS "{name}" has'
                "  provider: {provider}; name who sends them ({settings} …), or try it out with"
                "  --simulator",
                channel=channel.name,
                name=sender.name,
                provider=sender.provider,
                settings=usual_settings(0),
            )
    return None


@dataclass(frozen=True)
class StartOptions:
    """What a run begins with: the playbook that is served first, its database, how it was asked for.

    `own` is what the playbook's folder holds, or its mistakes. `published`: only what is published
    is served, from the database, `unpacked`; else what the folder holds. `address` is where this process
    listens, `folder` the playbook's, whose changes since its files were `seen`, and then read, are taken over
    at once where somebody `develops` it; `proxies` of ours stand in front; it has at most so many
    `connections` open. `tell` shows problems of the files at the terminal; the simulator's page
    begins in `page_language`. `open_other` ends this run, and begins one of the playbook in another folder,
    with its page in that language. `by` started it. Several processes take what comes to the `shared_port`,
    and reach each other by sockets in the folder `siblings`.
    """

    read: Callable[[], Loaded]
    first: ValidPlaybook
    own: ValidPlaybook | PlaybookWrong
    published: bool
    opened: OpenDatabase
    unpacked: UnpackedPlaybooks
    environment: Mapping[str, str]
    simulator: bool
    folder: Path
    seen: Stamps
    develops: bool
    proxies: int
    connections: int
    address: str
    tell: TellProblems
    page_language: str
    by: str
    open_other: Callable[[Path, str], None] | None = None
    private: bool = False
    """Readiness and figures are at an address of their own only."""
    shared_port: int | None = None
    siblings: Path | None = None
    stand_ins: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What the simulator has given variables of the environment that are not set; it grows with the files."""

    @property
    def plain(self) -> bool:
        """Whether this process goes without its short cuts."""
        return is_plain(self.environment)

    @property
    def public(self) -> str:
        """Our own address, as the world reaches it."""
        return public_address(self.environment, self.address)

    @property
    def base(self) -> str:
        """The path below which the world reaches us; empty, where that is all of an address."""
        return URL(self.public).path.rstrip("/")

    @property
    def line_api(self) -> str:
        """LINE's API; the simulator's, which makes no call to any other machine."""
        if self.simulator:
            return f"{self.address}/simulator/line"
        return line_api(self.environment)

    @property
    def line_data_api(self) -> str:
        """LINE's API for files."""
        if self.simulator:
            return self.line_api
        return line_data_api(self.environment)

    def refused(self, settings: Settings) -> Translatable | None:
        """Why settings are not served here, whatever playbook brings them; `None`: they are."""
        return console_sms_refused(settings, self.line_api)

    def callable_hosts(self, settings: Settings) -> tuple[str, ...]:
        """The hosts of our own network that a shop's own system may have; with the simulator its own."""
        return (URL(self.address).host or "",) if self.simulator else settings.private_hosts

    def shop_api(self, shop: ShopSettings) -> str | None:
        """The simulator's own shop, or its substitute; `None`: the platform's usual address."""
        if self.simulator:
            return f"{self.address}/simulator/shop/{shop.platform}/{shop.name}"
        return shop_api(self.environment, shop)

    @property
    def notifies_browsers(self) -> bool:
        """Whether push services are called: not by a simulator, unless something stands in for them."""
        return not self.simulator or bool(self.push_api)

    @property
    def push_api(self) -> str:
        """What stands in for browsers' push services; empty: each is asked itself."""
        return push_api(self.environment)

    def shop_office(self, shop: ShopSettings, domain: str) -> str | None:
        """The simulator's back office of that domain; `None`: the platform's own."""
        base = self.shop_api(shop)
        return None if base is None else f"{base}/office/{domain}"

    def back_office(self, shop: ShopSettings, domain: str | None) -> str:
        """Where a browser finds the shop's back office; empty where nobody knows."""
        office = PLATFORMS[shop.platform].office
        if not office:
            return ""
        base = self.shop_api(shop)
        if base is not None:
            return f"{base}/office/{domain}" if domain is not None else f"{base}/office"
        return office.format(domain=domain) if domain is not None else ""
