"""`oaflow token`: made once, listed without its secret, revoked; in both languages. K1"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.model.api_token import WRITTEN
from tests.cli.test_store import BOT, STAFF
from tests.cli.with_table import Run, folder_with, runner


@pytest.fixture
def shop(tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return folder_with(tmp_path, data, monkeypatch, BOT, clerks=STAFF)


@pytest.fixture
def run(shop: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(capsys, "token")


def test_from_none_to_one_that_is_revoked(run: Run, shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list") == "there is no token yet\n"
    first = run("make", "Warehouse", "--role", "agent", "--by", "小安").splitlines()
    assert first[0] == "warehouse calls /admin/api with this token:"
    text = first[1].strip()
    assert WRITTEN.fullmatch(text)
    made = json.loads(run("make", str(shop), "tills", "--role", "admin", "--days", "30", "--json"))
    assert (made["name"], made["role"]) == ("tills", "admin")
    assert WRITTEN.fullmatch(made["token"])

    listed = run("list")
    assert [line.split()[0] for line in listed.splitlines()] == ["token", "tills", "warehouse"]
    assert "never used" in listed
    told = run("list", "--json")
    assert not any(one[-43:] in told + listed for one in (text, made["token"]))
    tills, warehouse = json.loads(told)["tokens"]
    assert (tills["role_now"], warehouse["by"].endswith("(小安)")) == ("admin", True)

    assert run("revoke", "WAREHOUSE", "warehouse") == "revoked: warehouse\n"
    assert run("revoke", "warehouse") == "that was so already\n"
    assert "20" in run("list").splitlines()[2].partition("revoked")[2]
    assert "撤銷" in run("list", "--language", "zh-TW")
    entries = json.loads(runner(capsys, "audit")("--json"))["entries"]
    assert [one["kind"] for one in entries[:3]] == ["token_revoked", "token_made", "token_made"]
    assert (entries[2]["about"], entries[2]["after"]) == ("warehouse", "agent")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("make", "a b", "--role", "admin"), "cannot be the name of a token"),
        (("revoke", "nobody"), "no token is called"),
    ],
)
def test_what_is_refused(run: Run, words: tuple[str, ...], why: str) -> None:
    assert why in run(*words, code=1, err=True)


def test_a_role_is_to_be_named(run: Run) -> None:
    with pytest.raises(SystemExit):
        run("make", "tills")
    assert "--days: a number from 1 to 730" in run(
        "make", "a", "--role", "admin", "--days", "731", code=2, err=True
    )


def test_a_name_is_one_tokens_for_ever(run: Run) -> None:
    run("make", "tills", "--role", "agent")
    run("revoke", "tills")
    told = run("make", "tills", "--role", "admin", code=1, err=True)
    assert "names in the audit log stay one token's" in told
