"""`oaflow contact show --save`: a picture that somebody sent, as a file; also one of the simulator. E3, J4"""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import pytest
from aiohttp import ClientSession

from tests.cli.oaflow import Ended, Serving, ended, serving
from tests.cli.people import AMY
from tests.cli.people_database import stores_in
from tests.cli.test_contact_conversation import ROWS
from tests.eventually import PATIENCE
from tests.fakes.fake_line import Answers, FakeLine
from tests.pictures import png

PICTURE = png(60, 40)
MESSAGE = "5566"
CONTENT = f"/v2/bot/message/{MESSAGE}/content"


@pytest.fixture(autouse=True)
def content(line: FakeLine) -> None:
    line.always(CONTENT, Answers(200, PICTURE, {"Content-Type": "application/x-sh"}))


@pytest.fixture
async def said(people: Path) -> Path:
    async with stores_in(people) as stores:
        await stores.conversations.add(ROWS)
    return people


async def saved(people: Path, into: Path, *more: str, api: str = "", message: str = MESSAGE) -> Ended:
    words = ("contact", "show", str(people), "M1001", "--save", message, "--into", str(into), *more)
    return await ended(*words, **({"OAFLOW_LINE_API": api} if api else {}))


async def test_it_is_written_for_who_asked_and_on_record(said: Path, line: FakeLine, tmp_path: Path) -> None:
    """E3, J4: what it is called is ours; the second time LINE is not asked."""
    end = await saved(said, tmp_path, api=line.url)
    file = tmp_path / "5566.png"
    size = f"{len(PICTURE):,}"
    assert end == Ended(0, f"{file}: {size} bytes, fetched from LINE, and kept from now on\n", "")
    assert file.read_bytes() == PICTURE
    assert file.stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == ["5566.png"]
    again = tmp_path / "again"
    again.mkdir()
    told = json.loads((await saved(said, again, "--json", api=line.url)).out)
    assert told == {
        "contact": AMY.id,
        "simulator": False,
        "message": MESSAGE,
        "kind": "image",
        "file": str(again / "5566.png"),
        "type": "image/png",
        "bytes": len(PICTURE),
        "fetched": False,
    }
    assert len(line.of(CONTENT)) == 1
    shown = await ended("contact", "show", str(said), "M1001", "--json")
    lines = [one for one in json.loads(shown.out)["audit"] if one["kind"] == "revealed"]
    assert [one["details"] for one in lines] == [[MESSAGE]], "a file is one line within an hour"


async def test_in_chinese(said: Path, line: FakeLine, tmp_path: Path) -> None:
    end = await saved(said, tmp_path, "--language", "zh-TW", api=line.url)
    assert end.out.endswith(" 位元組，已向 LINE 取得，從現在起保存\n")
    gone = await saved(said, tmp_path, "--language", "zh-TW", api=line.url, message="9")
    assert (gone.code, gone.err) == (
        1,
        "oaflow: 這段對話裡沒有「9」這則訊息：保存期限過了、被收回了，或是別人傳的\n",
    )


async def test_no_other_file_is_written_over(said: Path, line: FakeLine, tmp_path: Path) -> None:
    file = tmp_path / "5566.png"
    file.symlink_to(tmp_path / "elsewhere")
    end = await saved(said, tmp_path, api=line.url)
    assert (end.code, end.out) == (1, "")
    assert end.err == f"oaflow: {file} is there already: move it away, or name another folder\n"
    assert os.listdir(tmp_path) == ["5566.png"]


async def test_a_folder_that_is_none_is_said_before_line_is_asked(
    said: Path, line: FakeLine, tmp_path: Path
) -> None:
    end = await saved(said, tmp_path / "none", api=line.url)
    assert (end.code, end.err) == (1, f"oaflow: {tmp_path / 'none'}: there is no such file or folder\n")
    assert line.requests == []


async def test_a_refused_token_and_a_line_that_is_away(said: Path, line: FakeLine, tmp_path: Path) -> None:
    """1 is for what will be so tomorrow, 2 for what may be there in a minute; nothing is written."""
    line.always("/oauth2/v3/token", Answers(400, {"error": "invalid_request"}))
    end = await saved(said, tmp_path, api=line.url)
    assert (end.code, "LINE refuses channel" in end.err) == (1, True)
    line.always("/oauth2/v3/token", Answers(503))
    end = await saved(said, tmp_path, api=line.url)
    assert (end.code, end.err.startswith("oaflow: LINE did not give it: no access token")) == (2, True)
    assert os.listdir(tmp_path) == []


async def test_a_simulators_line_has_nothing_of_real_people(said: Path, tmp_path: Path) -> None:
    end = await saved(said, tmp_path, api="http://127.0.0.1:9/simulator/line")
    assert (end.code, end.err) == (
        2,
        "oaflow: OAFLOW_LINE_API names a simulator, and none of its friends sent this: unset it\n",
    )


async def test_what_it_is_not_asked_together_with(said: Path) -> None:
    """Nothing that was written is left out in silence."""
    asked = ("contact", "show", str(said), "M1001")
    end = await ended(*asked, "--into", "/tmp")
    assert (end.code, end.out) == (2, "")
    assert "--save ID" in end.err
    end = await ended(*asked, "--save", MESSAGE, "--conversation")
    assert (end.code, "not allowed with argument --save" in end.err) == (2, True)


async def _conversation(shop: Path, friend: str) -> str:
    """LINE's id of the picture that the friend has sent, once the turn is written."""
    async with asyncio.timeout(PATIENCE):
        while True:
            end = await ended("contact", "show", str(shop), friend, "--conversation", "--json")
            turns = json.loads(end.out)["turns"] if end.code == 0 else []
            for turn in turns:
                if (turn["received"] or {}).get("kind") == "image":
                    return str(turn["received"]["content"]["id"])


async def _sends_a_picture(served: Serving, http: ClientSession) -> str:
    api = f"{served.address}/simulator/api"
    async with http.post(f"{api}/friends", json={"channel": "main", "name": "小美"}) as added:
        friend = str((await added.json())["id"])
    async with http.post(f"{api}/friends/{friend}/follow", json={}) as followed:
        assert followed.status == 200
    kind = {"Content-Type": "image/png"}
    async with http.post(f"{api}/friends/{friend}/pictures", data=PICTURE, headers=kind) as sent:
        assert sent.status == 200, await sent.text()
    return friend


async def test_what_a_friend_sends_in_the_simulator_is_saved_as_it_was(shop: Path, tmp_path: Path) -> None:
    """The whole way: phone, webhook, turn, conversation, LINE's data API, database, file."""
    async with serving(str(shop), "--simulator") as served, ClientSession() as http:
        friend = await _sends_a_picture(served, http)
        message = await _conversation(shop, friend)
        words = ("contact", "show", str(shop), friend, "--save", message, "--into", str(tmp_path))
        end = await ended(*words)
        assert (end.code, end.err) == (0, "")
        assert (tmp_path / f"{message}.png").read_bytes() == PICTURE
        await served.stop()
