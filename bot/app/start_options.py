"""The options of a run of `oaflow run`, and the addresses that follow from them."""

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
    """Why these settings are not served: a channel with real people would have its one-time codes in the log
    (`provider: console`). `None`: they are served.

    `line_api` is the base address of LINE's API; one on this machine is a simulator or a test, so `None`.
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
    """What a run begins with: the first playbook, the open database, options of the command."""

    read: Callable[[], Loaded]
    """Reads the files of the folder anew."""
    first: ValidPlaybook
    """The playbook that is served first."""
    own: ValidPlaybook | PlaybookWrong
    """The playbook of the folder's files at the start, or their mistakes."""
    published: bool
    """Only the published version is served, from the database; else what the folder holds."""
    opened: OpenDatabase
    unpacked: UnpackedPlaybooks
    """Reads versions from the database."""
    environment: Mapping[str, str]
    simulator: bool
    """Whether this is a run with `--simulator`."""
    folder: Path
    """The playbook's folder."""
    seen: Stamps
    """The stamps of the folder's files just before they were read."""
    develops: bool
    """Changes of the files are made live at once."""
    proxies: int
    """How many proxies of ours stand in front of this server."""
    connections: int
    """How many connections this server has open at most."""
    address: str
    """Where this process listens: scheme, host and port."""
    tell: TellProblems
    """Shows problems of the files at the terminal."""
    page_language: str
    """The language in which the simulator's page begins."""
    by: str
    """Who started the run, as the audit log names them."""
    open_other: Callable[[Path, str], None] | None = None
    """Ends this run, and begins one of the playbook in another folder, with its page in that language.

    `None`: this run has no such choice.
    """
    private: bool = False
    """Readiness and figures are served at an address of their own only."""
    shared_port: int | None = None
    """The port that several processes listen on together; `None`: this process is alone."""
    siblings: Path | None = None
    """The folder of the sockets by which these processes reach each other."""
    stand_ins: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Values made up by the simulator for variables that are not set, by name; more are added later."""

    @property
    def plain(self) -> bool:
        """Whether this process goes without its faster ways (`OAFLOW_PLAIN`; `environment.is_plain`)."""
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
        """The base address of LINE's API; with the simulator that of its own, in this process."""
        if self.simulator:
            return f"{self.address}/simulator/line"
        return line_api(self.environment)

    @property
    def line_data_api(self) -> str:
        """The base address of LINE's API for files."""
        if self.simulator:
            return self.line_api
        return line_data_api(self.environment)

    def refused(self, settings: Settings) -> Translatable | None:
        """Why settings are not served here, whatever playbook brings them; `None`: they are."""
        return console_sms_refused(settings, self.line_api)

    def callable_hosts(self, settings: Settings) -> tuple[str, ...]:
        """The hosts in our own network that may be called (`private_hosts`); with the simulator its own."""
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
        """The base address of what stands in for browsers' push services; empty: each is called itself."""
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
