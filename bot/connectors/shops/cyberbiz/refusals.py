"""Why a shop at CYBERBIZ is not linked, with the ways out of it in its back office (C2, C4)."""

from __future__ import annotations

from bot.connectors.shops.refused import SetupRefused
from bot.model.outside import IS_COPY
from bot.model.settings import ShopSettings
from bot.model.shop_failure import (
    CredentialsExpired,
    CredentialsRefused,
    NotAsked,
    NotPermitted,
    ShopAway,
    ShopFailed,
    UnknownApp,
)
from bot.model.translatable import tr

INSTALL_AGAIN = tr("begin again in CYBERBIZ's back office: APP MARKET, 「擴充服務市集」, 「安裝應用程式」")
remove_first = tr(
    "undo that link first, in CYBERBIZ's back office: APP MARKET, 「我的擴充服務」,"
    " remove the app (移除擴充功能); then install it again"
)
_BY_APP = tr(
    "has the app store's version been bought? install it from there instead: whoever keeps the files writes "
    " access: app_store,  app_id  and  app_secret"
)
_COMPARE = tr(
    "compare  username  and  secret  with what CYBERBIZ has given: nothing missing, no blank before or behind"
)
_CLOCK = tr("is the clock of the machine right? some minutes off, and CYBERBIZ refuses everything")


def other_way(shop: str) -> SetupRefused:
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


def not_here(shop: str) -> SetupRefused:
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


def by_secret(shop: ShopSettings, error: ShopFailed) -> SetupRefused | None:
    """What it means to who signs with an API secret."""
    match error:
        case NotPermitted():
            what = tr("the shop {shop} has not bought CYBERBIZ's API (尚未購買 API)", shop=shop.name)
            return SetupRefused(
                "no_api", what, (_BY_APP, tr("was it bought just now? ask CYBERBIZ to open it"))
            )
        case CredentialsRefused():
            what = tr("CYBERBIZ does not know the API username and API secret of {shop}", shop=shop.name)
            return SetupRefused("no_api", what, (_COMPARE, _BY_APP, _CLOCK))
        case _:
            return None
