"""Why a shop is not linked or could not answer, in words, each with its way out."""

from __future__ import annotations

from dataclasses import dataclass

from bot.connectors.shops.platforms import app_store_of, offer_of
from bot.connectors.shops.refused import SetupRefused
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
)
from bot.model.translatable import Translatable, tr


@dataclass(frozen=True, slots=True)
class TeamIdentity:
    """Our identity on the installation pages: the bot's name, and the account whose shop it is to be."""

    bot: str
    channel: str


SIGN_IN_ANEW = tr("sign out, and sign in to another team with an account of it")


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
        return app_store_of(link.platform).refusals.remove_first
    return tr(
        "undo that link first, here: on the shop's page, or  oaflow shop unlink {shop};  then link again",
        shop=link.shop,
    )


def while_trying(shop: ShopSettings, error: ShopFailed) -> SetupRefused:
    """The refusal by the platform's answer when the playbook's credentials were tried."""
    of_platform = offer_of(shop.platform, shop.access).refused(shop, error)
    if of_platform is not None:
        return of_platform
    why = error.message
    match error:
        case CredentialsMissing():
            what = tr("the shop {shop} has not all credentials here: {why}", shop=shop.name, why=why)
            return SetupRefused("no_api", what, (tr("set them where the bot runs, then link again"),))
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
