"""An app that a shop installs from its own side, whichever platform it is on: OAuth, and what goes wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from bot.connectors.manifest import loaded
from bot.connectors.shops.refused import SetupRefused
from bot.model.shop_failure import ShopFailed
from bot.model.translatable import Translatable

if TYPE_CHECKING:  # `check` makes no call
    from aiohttp import ClientSession
    from yarl import URL

    from bot.model.clock import Clock


@dataclass(frozen=True, slots=True)
class Granted:
    """What the shop has given: the token of the API, what renews it, until when it is good, whose it is."""

    access: str = field(repr=False)
    refresh: str | None = field(default=None, repr=False)
    until: datetime | None = None
    domain: str | None = None


class AppOauth(Protocol):
    """The app at one shop's back office (`office`). The session is shared and not closed here."""

    @property
    def office(self) -> URL: ...

    @property
    def app_id(self) -> str: ...

    async def redeem(self, code: str, back: str) -> Granted:
        """A token for a code, which is good once. Raises `ShopFailed`, by name: a code that was used, or is
        too old, is `CredentialsRefused`."""
        ...

    async def renew(self, refresh: str) -> Granted:
        """A token in place of one that ends. `CredentialsExpired`: the shop gives none any more."""
        ...


class AppInstall(Protocol):
    """The way there and back, in a module of the platform's folder."""

    def is_domain(self, text: str) -> bool:
        """Whether this is a shop's host at the platform: nobody is asked, or sent, anywhere else."""

    def is_signed(self, secret: str, domain: str, sign: str) -> bool:
        """Whether the platform has signed this domain, compared in constant time."""

    def domain_of(self, token: str) -> str | None:
        """The shop whose token this is, by its own word."""

    def office_of(self, domain: str) -> URL:
        """The shop's back office. Raises `ValueError` for what is no host of the platform's."""

    def authorize_address(self, office: URL, app_id: str, back: str, state: str) -> URL:
        """Where the shop agrees; from there the browser comes `back` with a code and `state`."""

    def app_at(
        self, office: URL, app_id: str, app_secret: str, session: ClientSession, clock: Clock
    ) -> AppOauth:
        """The app at this back office."""


class InstallRefusals(Protocol):
    """Why it is not installed, with the ways out of it in the platform's back office."""

    remove_first: Translatable
    """Where a link is undone that the shop has made."""

    def other_way(self, shop: str) -> SetupRefused:
        """The playbook says another way in."""

    def not_here(self, shop: str) -> SetupRefused:
        """Nothing can be tried here: the shop gives its token itself."""

    def not_signed(self) -> SetupRefused:
        """Whoever sends the browser here is not the platform."""

    def over(self) -> SetupRefused:
        """What has come back belongs to no installation of this browser."""

    def declined(self) -> SetupRefused:
        """The installation was declined at the shop."""

    def other_shop(self, domain: str) -> SetupRefused:
        """The token is of another shop than the one that was asked for."""

    def while_installing(self, error: ShopFailed) -> SetupRefused:
        """The refusal by the platform's answer to a request for a token."""


@dataclass(frozen=True, slots=True)
class AppStore:
    """Where our app is installed."""

    oauth: str
    """The name of its module, an `AppInstall`."""
    refusals: InstallRefusals
    where: Translatable
    """In the shop's back office; and who gets the webhook's address there."""
    webhook: Translatable
    token_refused: Translatable
    """It does not take the token which it has given."""

    @property
    def install(self) -> AppInstall:
        """The way there and back."""
        found: AppInstall = loaded(self.oauth)
        return found
