"""New values of `${NAME}` in settings: the secrets, and nothing else (A11, R3)."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.model.settings import Settings
from bot.playbook.load import load
from bot.playbook.settings_refresh import IncompleteSettings, renewed

BOT = """
bot: 森活選品
channels:
  main:
    id: forest
    channel_id: ${ID}
    channel_secret: ${SECRET}
    access_token: ${TOKEN:-}
    liff: {login_channel_id: "77", liff_id: 77-abcd, login_channel_secret: "${LOGIN}"}
    shop: ours
    sms: codes
  other: {id: other, channel_id: "2", channel_secret: literal, access_token: "a-${HALF}-b"}
shops: {ours: {platform: shopline, username: shop, token: "${SHOP}"}}
sms: {codes: {provider: mitake, username: amy, password: "${MITAKE}"}}
hooks: {stock: {url: "https://erp.example/${WHERE}", secret: "${HOOK}"}}
alerts:
  - {to: line, who: 阿明, when: [notified]}
  - {to: mail, who: ops@forest.example, through: "smtps://bot:${MAIL}@mail.example", when: [notified]}
  - {to: webhook, who: "https://crm.example/${WHO}", secret: "${SIGN}", when: [handed_over]}
testers: [阿明]
"""
OLD = {
    name: f"old-{name.lower()}"
    for name in ("ID", "SECRET", "LOGIN", "HALF", "SHOP", "MITAKE", "WHERE", "HOOK", "MAIL", "SIGN", "WHO")
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "bot.yaml").write_text(BOT, "utf-8")
    found = load(tmp_path, OLD)
    assert [one for one in found.problems if one.level == "error"] == []
    return found.settings


def test_nothing_is_new(settings: Settings) -> None:
    found = renewed(settings, OLD)
    assert (found.settings, found.names, found.left) == (settings, (), ())
    assert found.used == {*OLD, "TOKEN", "OAFLOW_KEYS"}  # the key ring of who names none


def test_every_kind_of_secret(settings: Settings) -> None:
    """Of channels, shops, SMS providers, hooks and alerts; what is written out, or stands beside, stays."""
    new = {
        name: value.replace("old", "new") for name, value in OLD.items() if name not in ("ID", "WHERE", "WHO")
    }
    found = renewed(settings, {**OLD, **new, "TOKEN": "new-token"})
    main, other = found.settings.channels["main"], found.settings.channels["other"]
    assert (main.channel_secret, main.access_token, main.channel_id) == ("new-secret", "new-token", "old-id")
    assert main.liff is not None
    assert main.liff.login_channel_secret == "new-login"
    assert (other.channel_secret, other.access_token) == ("literal", "a-new-half-b")
    assert found.settings.shops["ours"].credentials == {"username": "shop", "token": "new-shop"}
    assert found.settings.sms["codes"].credentials == {"username": "amy", "password": "new-mitake"}
    assert found.settings.hooks["stock"].secret == "new-hook"
    line, mail, webhook = found.settings.alerts
    assert (line, line.through, line.secret) == (settings.alerts[0], None, None)
    assert (mail.through, mail.secret) == ("smtps://bot:new-mail@mail.example", None)
    assert (webhook.secret, webhook.recipient) == ("new-sign", "https://crm.example/old-who")
    assert found.names == ("HALF", "HOOK", "LOGIN", "MAIL", "MITAKE", "SECRET", "SHOP", "SIGN", "TOKEN")
    assert found.left == ()


def test_a_second_time_it_begins_where_it_was(settings: Settings) -> None:
    first = renewed(settings, {**OLD, "SECRET": "new"})
    assert renewed(first.settings, {**OLD, "SECRET": "new"}).names == ()
    assert renewed(first.settings, OLD).names == ("SECRET",)


def test_what_is_no_secret_waits_for_a_start(settings: Settings) -> None:
    found = renewed(settings, {**OLD, "ID": "3", "WHERE": "there", "WHO": "them"})
    assert (found.settings, found.names, found.left) == (settings, (), ("ID", "WHERE", "WHO"))


def test_a_mail_server_that_is_none_changes_nothing(settings: Settings) -> None:
    """Not even the channel's secret beside it, and the address is not shown: a password may stand in it."""
    with pytest.raises(IncompleteSettings, match=r"^MAIL is no mail server$"):
        renewed(settings, {**OLD, "MAIL": "new @ secret", "SECRET": "new"})


def test_what_may_be_empty_may_become_so(settings: Settings) -> None:
    """`${TOKEN:-}`: from then on tokens are issued from id and secret."""
    with_token = renewed(settings, {**OLD, "TOKEN": "t"}).settings
    assert renewed(with_token, OLD).settings.channels["main"].access_token is None


@pytest.mark.parametrize("missing", [("SECRET",), ("SHOP", "SECRET")])
def test_what_is_not_given_changes_nothing(settings: Settings, missing: tuple[str, ...]) -> None:
    given = {**OLD, "LOGIN": "new", **dict.fromkeys(missing, "")}
    with pytest.raises(IncompleteSettings, match=", ".join(sorted(missing))):
        renewed(settings, given)


def test_no_value_is_shown(settings: Settings) -> None:
    assert "old-" not in repr(settings.written)


def test_keys_are_no_matter_of_the_settings(settings: Settings) -> None:
    """Whoever watches the keys takes them over; here they are neither new nor left."""
    found = renewed(settings, {**OLD, "OAFLOW_KEYS": "a:" + "A" * 43 + "="})
    assert (found.settings, found.left) == (settings, ())
