"""`oaflow contact stop`: no more marketing to one person, and what is recorded (J2)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cli.main import main
from bot.model.contact import Contact
from bot.store.stores import Stores
from tests.cli.conftest import OnStores
from tests.cli.people import AMY, EVE, folder, people
from tests.people import come

__all__ = ["folder", "people"]

PAT = Contact("list:1", name="Pat", phone="+886955555555", marketing_here=True, marketing=True)

DONE = {"carried": "done", "at_shop": "none"}


async def _pat(stores: Stores) -> None:
    await come(stores.contacts, PAT)


def audit(capsys: pytest.CaptureFixture[str], who: str) -> list[str]:
    capsys.readouterr()
    assert main(["contact", "show", who, "--json"]) == 0
    return [line["what"] for line in json.loads(capsys.readouterr().out)["audit"]]


def test_without_a_bot_it_is_stored_and_said_what_still_goes(
    people: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["contact", "stop", EVE.id]) == 0
    said = capsys.readouterr().out
    assert said.startswith("stored: no more marketing goes to main:U5 as soon as oaflow runs\n")
    assert "still sent: answers" in said
    assert audit(capsys, EVE.id) == ["marketing_stopped"]
    assert main(["contact", "stop", EVE.id, "--undo"]) == 1, "it is not carried out yet"


def test_somebody_without_line_at_once_and_back(
    people: Path, on_stores: OnStores, capsys: pytest.CaptureFixture[str]
) -> None:
    on_stores(_pat)
    assert main(["contact", "stop", PAT.id, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"contact": PAT.id, "simulator": False, "stopped": True, **DONE}
    assert main(["contact", "show", PAT.id]) == 0
    assert "stopped by staff" in capsys.readouterr().out
    assert main(["contact", "stop", PAT.id]) == 1
    assert "already" in capsys.readouterr().err
    assert main(["contact", "stop", PAT.id, "--undo", "--language", "zh-TW"]) == 0
    assert "取消停止" in capsys.readouterr().out
    assert audit(capsys, PAT.id) == ["marketing_allowed", "marketing_stopped"]
    assert main(["contact", "stop", PAT.id, "--undo"]) == 1


def test_staff_never_take_back_what_a_person_has_said(
    people: Path, on_stores: OnStores, capsys: pytest.CaptureFixture[str]
) -> None:
    """J2: the person's own word goes before that of staff."""

    async def said_so(stores: Stores) -> None:
        own = replace(PAT, marketing_here=False, marketing=False)
        await come(stores.contacts, own)

    on_stores(said_so)
    assert main(["contact", "stop", PAT.id, "--undo"]) == 1
    assert "only they can take it back" in capsys.readouterr().err
    assert main(["contact", "stop", AMY.id, "--undo"]) == 1
    assert "staff have not stopped" in capsys.readouterr().err
