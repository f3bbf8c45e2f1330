"""The interfaces of an app that a shop installs from its back office: OAuth, and why that may fail."""

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
    """The result of a request for a token: `access` is the API's token, `refresh` the one that renews it,
    `until` its end (UTC), `domain` the shop that it is of; `None`: the answer does not say."""

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
    """The functions of an installation, in a module of the platform's folder."""

    def is_domain(self, text: str) -> bool:
        """Whether this is a shop's host at the platform: nobody is asked, or sent, anywhere else."""

    def is_signed(self, secret: str, domain: str, sign: str) -> bool:
        """Whether the platform has signed this domain, compared in constant time."""

    def domain_of(self, token: str) -> str | None:
        """The domain of the shop that a token names; the token is not verified."""

    def office_of(self, domain: str) -> URL:
        """The shop's back office. Raises `ValueError` for what is no host of the platform's."""

    def authorize_address(self, office: URL, app_id: str, back: str, state: str) -> URL:
        """The address of the page where the shop agrees; it sends the browser to the address `back`, with a
        code and `state`."""

    def app_at(
        self, office: URL, app_id: str, app_secret: str, session: ClientSession, clock: Clock
    ) -> AppOauth:
        """The app at this back office."""


class InstallRefusals(Protocol):
    """The refusals of an installation, each with what to do in the platform's back office."""

    remove_first: Translatable
    """The sentence that says where in the back office the app is removed."""

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
    """The app store of a platform, from which shops install our app."""

    oauth: str
    """The name of its module, an `AppInstall`."""
    refusals: InstallRefusals
    where: Translatable
    """Says where in the shop's back office the app is installed."""
    webhook: Translatable
    """Says where the webhook's address has to be entered, and by whom."""
    token_refused: Translatable
    """Says that the platform refuses the token which it has given."""

    @property
    def install(self) -> AppInstall:
        """The module `oauth`, imported when first needed."""
        found: AppInstall = loaded(self.oauth)
        return found
