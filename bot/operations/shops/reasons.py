"""Why a shop is not linked or could not answer, in words, each with its way out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.connectors.shops.platforms import access_of
from bot.model.outside import IS_COPY
from bot.model.settings import ShopSettings
from bot.model.shop import ShopLink
from bot.model.shop_failure import (
    CredentialsExpired,
    CredentialsMissing,
    CredentialsRefused,
    NotAsked,
    NotPermitted,
    ShopAway,
    ShopFailed,
    UnknownApp,
)
from bot.model.translatable import Refusal, Translatable, tr

SetupTrouble: TypeAlias = Literal[
    "no_crm_module",
    "no_permission",
    "shop_elsewhere",
    "team_elsewhere",
    "by_api_secret",
    "by_app_store",
    "not_signed",
    "over",
    "code_used",
    "declined",
    "plan",
    "app_unknown",
    "other_shop",
    "away",
    "copy",
    "not_understood",
    "no_api",
]


class SetupRefused(Refusal):
    """It is not linked: `what` is in the way, and each of `ways` is a way out of it.

    `shop` is on whose page one goes on; empty: on that of the shop which was to be linked.
    """

    def __init__(
        self, trouble: SetupTrouble, what: Translatable, ways: Sequence[Translatable], shop: str = ""
    ) -> None:
        sentence = what
        for way in ways:
            sentence = tr("{what}; {way}", what=sentence, way=way)
        super().__init__(sentence)
        self.trouble = trouble
        self.what = what
        self.ways = tuple(ways)
        self.shop = shop


@dataclass(frozen=True, slots=True)
class TeamIdentity:
    """Our identity on the installation pages: the bot's name, and the account whose shop it is to be."""

    bot: str
    channel: str


SIGN_IN_ANEW = tr("sign out, and sign in to another team with an account of it")
INSTALL_AGAIN = tr("begin again in CYBERBIZ's back office: APP MARKET, 「擴充服務市集」, 「安裝應用程式」")


def no_crm_module(team: TeamIdentity) -> SetupRefused:
    """The playbook has no shop here that could be installed."""
    return SetupRefused(
        "no_crm_module",
        tr(
            "the team {bot} has no CRM module (尚未購買 CRM 模組): its account {channel} has no shop that is"
            " installed from the app store",
            bot=team.bot,
            channel=team.channel,
        ),
        (
            tr("whoever keeps its files writes down the shop, with  access: app_store,  app_id, app_secret"),
            tr("was it the wrong team? {way}", way=SIGN_IN_ANEW),
        ),
    )


def no_permission(name: str, role: Translatable) -> SetupRefused:
    """Only supervisors and administrators link shops."""
    what = tr("this account may not link shops (此帳號無串接權限): {name}, {role}", name=name, role=role)
    return SetupRefused(
        "no_permission", what, (tr("sign in with the account of a supervisor or an administrator"),)
    )


def shop_elsewhere(domain: str, other: ShopLink) -> SetupRefused:
    """The shop is linked with another team already."""
    what = tr(
        "the shop {domain} is linked with another team already (此商店已串接於其他團隊): {other}",
        domain=domain,
        other=other.shop,
    )
    return SetupRefused("shop_elsewhere", what, (unlink_first(other),), other.shop)


def team_elsewhere(link: ShopLink, domain: str | None = None) -> SetupRefused:
    """The team is linked with another shop already."""
    what = tr(
        "this team is linked with another shop already (此團隊已串接於其他商店): {other}",
        other=link.domain or link.shop,
    )
    return SetupRefused("team_elsewhere", what, (unlink_first(link),))


def unlink_first(link: ShopLink) -> Translatable:
    """Where a link is undone: on the side that has made it."""
    if link.side == "shop":
        return tr(
            "undo that link first, in CYBERBIZ's back office: APP MARKET, 「我的擴充服務」,"
            " remove the app (移除擴充功能); then install it again"
        )
    return tr(
        "undo that link first, here: on the shop's page, or  oaflow shop unlink {shop};  then link again",
        shop=link.shop,
    )


def by_api_secret(shop: str) -> SetupRefused:
    """The playbook says the other way in."""
    what = tr(
        "the shop {shop} is set up for an API connection to CYBERBIZ,"
        " not for installation from its app store",
        shop=shop,
    )
    return SetupRefused(
        "by_api_secret",
        what,
        (
            tr("has the app store's version been bought? write  access: app_store"),
            tr(
                "has the API been bought? remove the app in CYBERBIZ's back office:  oaflow shop link {shop}",
                shop=shop,
            ),
        ),
    )


def by_app_store(shop: str) -> SetupRefused:
    """Nothing can be tried here: the shop gives its token itself."""
    what = tr("the shop {shop} is installed from CYBERBIZ's app store (擴充服務市集)", shop=shop)
    return SetupRefused(
        "by_app_store",
        what,
        (
            tr("install the app in the shop's back office: APP MARKET, 「擴充服務市集」"),
            tr(
                "was the API bought instead? use an API connection: "
                " access: api_secret  with username and secret"
            ),
        ),
    )


def not_signed() -> SetupRefused:
    """Whoever sends the browser here is not CYBERBIZ."""
    what = tr("this address was not made by CYBERBIZ for this app: its sign is wrong")
    ways = (INSTALL_AGAIN, tr("is  app_secret  in the playbook the one of this app?"))
    return SetupRefused("not_signed", what, ways)


def over() -> SetupRefused:
    """What has come back belongs to no installation of this browser."""
    what = tr("this installation is over: too late, used already, or begun in another browser or sign-in")
    return SetupRefused("over", what, (INSTALL_AGAIN,))


def declined() -> SetupRefused:
    """The installation was declined at the shop."""
    what = tr("nobody has agreed in CYBERBIZ's back office, so nothing was linked")
    return SetupRefused("declined", what, (INSTALL_AGAIN,))


def other_shop(domain: str) -> SetupRefused:
    """The token is of another shop than the one that was asked for."""
    what = tr("CYBERBIZ has given the token of another shop than {domain}: nothing was linked", domain=domain)
    return SetupRefused("other_shop", what, (INSTALL_AGAIN,))


def while_installing(error: ShopFailed) -> SetupRefused:
    """The refusal by CYBERBIZ's answer to a request for a token."""
    match error:
        case UnknownApp():
            what = tr("CYBERBIZ does not know this  app_id  and  app_secret")
            way = tr("whoever keeps the files compares them with the app's page at CYBERBIZ")
            return SetupRefused("app_unknown", what, (way,))
        case CredentialsRefused() | CredentialsExpired():
            what = tr("CYBERBIZ does not take this code: it was used, or is older than 10 minutes")
            return SetupRefused("code_used", what, (INSTALL_AGAIN,))
        case NotPermitted():
            return plan()
        case NotAsked():
            return SetupRefused("copy", IS_COPY, ())
        case ShopAway():
            what = tr("CYBERBIZ does not answer just now, so nothing was linked")
            return SetupRefused("away", what, (tr("try again in some minutes"), INSTALL_AGAIN))
        case _:
            what = tr("CYBERBIZ's answer is not what it documents: {why}", why=error.message)
            return SetupRefused("not_understood", what, (INSTALL_AGAIN,))


def plan() -> SetupRefused:
    """The shop's plan has no app store, or not this."""
    what = tr("the shop's plan at CYBERBIZ does not allow the app")
    way = tr("it needs the enterprise plan (企業版) or one with commission (抽成方案): ask CYBERBIZ")
    return SetupRefused("plan", what, (way,))


def while_trying(shop: ShopSettings, error: ShopFailed) -> SetupRefused:
    """The refusal by the platform's answer when the playbook's credentials were tried."""
    why = error.message
    match error:
        case CredentialsMissing():
            what = tr("the shop {shop} has not all credentials here: {why}", shop=shop.name, why=why)
            return SetupRefused("no_api", what, (tr("set them where the bot runs, then link again"),))
        case NotPermitted() if _is_by_secret(shop):
            what = tr("the shop {shop} has not bought CYBERBIZ's API (尚未購買 API)", shop=shop.name)
            return SetupRefused(
                "no_api", what, (_BY_APP, tr("was it bought just now? ask CYBERBIZ to open it"))
            )
        case CredentialsRefused() if _is_by_secret(shop):
            what = tr("CYBERBIZ does not know the API username and API secret of {shop}", shop=shop.name)
            return SetupRefused("no_api", what, (_COMPARE, _BY_APP, _CLOCK))
        case NotPermitted() | CredentialsRefused() | CredentialsExpired():
            what = tr("the shop {shop} refuses: {why}", shop=shop.name, why=why)
            return SetupRefused("no_api", what, ())
        case NotAsked():
            return SetupRefused("copy", IS_COPY, ())
        case ShopAway():
            what = tr("the shop {shop} does not answer: {why}", shop=shop.name, why=why)
            return SetupRefused("away", what, (tr("try again in some minutes"),))
        case _:
            what = tr("the shop {shop} answers otherwise than it documents: {why}", shop=shop.name, why=why)
            way = tr("it may be down for maintenance: try again in some minutes, else ask the platform")
            return SetupRefused("not_understood", what, (way,))


_BY_APP = tr(
    "has the app store's version been bought? install it from there instead: whoever keeps the files writes "
    " access: app_store,  app_id  and  app_secret"
)
_COMPARE = tr(
    "compare  username  and  secret  with what CYBERBIZ has given: nothing missing, no blank before or behind"
)
_CLOCK = tr("is the clock of the machine right? some minutes off, and CYBERBIZ refuses everything")


def _is_by_secret(shop: ShopSettings) -> bool:
    return (shop.platform, access_of(shop.platform, shop.access)) == ("cyberbiz", "api_secret")
