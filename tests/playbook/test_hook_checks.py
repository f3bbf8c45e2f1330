"""What `check` says of hooks whose settings the environment gives, and what settings come of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.playbook.load import Loaded, load

TEXT = """
bot: 森活選品
channels: {main: {id: forest, channel_id: "1234", channel_secret: opaque}}
private_hosts: [CRM.internal, "[FD00::5]", 10.0.0.5]
hooks: {crm: {url: "${CRM_URL}", secret: "${CRM_SECRET:-x}", timeout: 2s, tries: 1}}
rules:
  - {when: {text: 通知}, call: crm}
"""


def given(tmp_path: Path, **environment: str) -> Loaded:
    (tmp_path / "bot.yaml").write_text(TEXT, "utf-8")
    return load(tmp_path, environment)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://crm.example/a-token-of-theirs", None),
        ("http://crm.INTERNAL:8080/", None),
        ("http://10.0.0.5/", None),
        ("http://[fd00::5]/", None),
        ("http://10.0.0.6/a-token-of-theirs", "hook-inside"),
        ("http://erp.internal/a-token-of-theirs", "hook-inside"),
        ("crm.example/a-token-of-theirs", "uri-scheme"),
        ("https://", "uri-scheme"),
        ("https://crm.example:port/a-token-of-theirs", "uri-scheme"),
    ],
)
def test_an_address_that_the_environment_gives(tmp_path: Path, url: str, code: str | None) -> None:
    """It is looked at as what it is, and not shown: it may hold a token."""
    found = given(tmp_path, CRM_URL=url)
    assert [problem.code for problem in found.problems] == ([] if code is None else [code])
    for problem in found.problems:
        for said in (problem.message, problem.hint):
            assert "a-token-of-theirs" not in str(said)


def test_nothing_is_said_of_an_address_that_is_not_set(tmp_path: Path) -> None:
    assert [problem.code for problem in given(tmp_path).problems] == ["env-unset"]


def test_nothing_is_said_of_what_stands_in_for_it(tmp_path: Path) -> None:
    """In the simulator and in scenarios no hook is called: any text will do."""
    (tmp_path / "bot.yaml").write_text(TEXT, "utf-8")
    found = load(tmp_path, {}, lambda name: f"simulated-{name}")
    assert list(found.problems) == []


def test_the_settings_that_come_of_it(tmp_path: Path) -> None:
    settings = given(tmp_path, CRM_URL="https://crm.example/").settings
    assert settings is not None
    assert settings.private_hosts == ("crm.internal", "fd00::5", "10.0.0.5")
    hook = settings.hooks["crm"]
    assert (hook.url, hook.secret, hook.timeout, hook.tries) == ("https://crm.example/", "x", 2.0, 1)
