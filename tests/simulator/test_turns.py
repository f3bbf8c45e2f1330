"""Why did the bot say that? The turns of the real bot, over the JSON interface. L3, L4."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.cli.oaflow import ended
from tests.eventually import PATIENCE
from tests.simulator.shop import Shop, open_shop, written
from tests.simulator.workbench_drawn import lines_of

SMALLEST = (Path(__file__).parents[1] / "smallest" / "bot.yaml").read_text("utf-8")


@pytest.mark.ring("all", "starts a process")
async def test_turns_and_what_is_known(shop: Shop) -> None:
    """Each turn: what came, what was answered, every step with its place, what changed, what it cost."""
    friend = await shop.friend()
    last = (await shop.get("state"))["last"]
    await shop.say(friend, "優惠", "測膚質", "油性")
    follow, offer, quiz, answer = await shop.turns(friend)

    assert (follow["heard"], follow["chat"], follow["channel"]) == ("follows", friend, "main")
    assert offer["heard"] == "優惠"
    matched = next(step for step in offer["steps"] if step["result"] == "matched")
    line = _line(shop.folder / "rules" / "keywords.yaml", "text_contains: 優惠")
    assert (matched["file"], matched["line"]) == ("rules/keywords.yaml", line)
    assert matched["place"] == f"rules/keywords.yaml:{line}"
    [sent] = offer["sent"]
    assert (sent["how"], sent["cost"], sent["status"], sent["error"]) == ("reply", 0, 200, None)
    assert offer["answered"] == [sent["messages"][0].partition("\n")[0]]
    changed = {change["what"]: change for change in offer["changed"]}
    assert changed["tag 看過優惠"]["before"] is None
    assert changed["tag 看過優惠"]["after"].startswith("until ")
    assert [rule["verdict"] for rule in offer["rules"]] == ["answers", "later"]

    assert {"what": "flow skin_quiz", "before": None, "after": "問膚質"} in quiz["changed"]
    assert {"what": "attribute skin", "before": None, "after": "油性"} in answer["changed"]
    assert {"what": "flow skin_quiz", "before": "問膚質", "after": "問預算"} in answer["changed"]

    told = await shop.until("turn", last, lambda turn: turn["heard"] == "油性" and turn["bubbles"])
    assert told == answer
    messages = (await shop.get(f"friends/{friend}/messages"))["messages"]
    by_id = {message["id"]: message for message in messages}
    assert [by_id[id]["content"]["text"] for id in answer["bubbles"]] == answer["answered"]
    said = next(message for message in messages if message["content"].get("text") == "油性")
    assert said["event"] == answer["event"]
    assert (await shop.until("contact", last, lambda change: True)) == {"chat": friend}

    known = await shop.get(f"friends/{friend}/contact")
    assert [tag["name"] for tag in known["tags"]] == ["看過優惠"]
    assert known["attributes"] == [{"name": "skin", "value": "油性"}]
    [flow] = known["flows"]
    assert (flow["flow"], flow["state"]) == ("skin_quiz", "問預算")
    assert flow["answers"] == [{"name": "問膚質", "value": "油性"}]
    assert [timer["flow"] for timer in known["timers"]] == ["skin_quiz", ""]
    assert (known["staff"], known["bound"], known["menu"]) == (False, [], "訪客")
    await _explained(shop.folder, offer)

    stranger = await shop.do("friends", {"channel": "main", "name": "新人"})
    assert await shop.turns(stranger["id"]) == []
    assert await shop.get(f"friends/{stranger['id']}/contact") == {"met": False}
    assert (await shop.get(f"friends/{stranger['id']}/hidden", 404))["error"] == "unknown"
    assert (await shop.get("turns?friend=U0", 404))["error"] == "unknown"


async def _explained(folder: Path, turn: dict[str, Any]) -> None:
    """`oaflow explain --event` tells the same, from the database, while the bot runs."""
    async with asyncio.timeout(PATIENCE):
        found = await ended("explain", str(folder), "--event", turn["event"])
        while "no turn is stored" in found.err:  # the trace is written with others, a moment after the turn
            found = await ended("explain", str(folder), "--event", turn["event"])
    assert (found.code, found.err) == (0, "")
    assert f"event  {turn['id']}\n" in found.out
    when = datetime.fromtimestamp(turn["at"] / 1000, ZoneInfo("Asia/Taipei"))
    assert f"at  {when:%Y-%m-%d %H:%M}" in found.out
    why = found.out.partition("why:\n")[2].splitlines()
    assert len(why) == len(turn["steps"])
    shown = iter(lines_of(turn["card"]["en"]))
    for step, line in zip(turn["steps"], why, strict=True):
        assert f"{step['place']}:" in line
        said = line.strip().partition("  ")[2]
        assert said in (one.replace("\u201c", '"').replace("\u201d", '"') for one in shown), "in this order"


@pytest.mark.ring("all", "a bot and a simulator of its own")
async def test_what_nobody_hears(tmp_path: Path) -> None:
    """The rule that would have heard it, as YAML that is pasted where it is said."""
    async with open_shop(written(tmp_path, SMALLEST)) as shop:
        friend = await shop.friend()
        await shop.say(friend, "退貨: #1")
        turn = (await shop.turns(friend))[-1]
        assert (turn["unheard"], turn["answered"], turn["instead"]) == (True, [], None)
        assert turn["rule"] == '  - when: {text: "退貨: #1"}\n    reply: …'
        assert turn["paste"] == {"file": "bot.yaml", "line": 9, "below": "rules:"}
        _paste(tmp_path, turn)
        async with asyncio.timeout(PATIENCE):
            while turn["playbook"] == (await shop.turns(friend))[-1]["playbook"]:  # until it is taken over
                await shop.say(friend, "退貨: #1")
        assert (await shop.texts(friend))[-1] == "…"
        taken = (await shop.turns(friend))[-1]
        assert (taken["unheard"], taken["rule"], taken["paste"]) == (False, None, None)


@pytest.mark.ring("all", "a bot and a simulator of its own")
async def test_what_differs_by_its_marks_only_is_added_to_the_rule_that_is_there(tmp_path: Path) -> None:
    """A second rule with both would come before the first, which nobody would reach any more."""
    text = SMALLEST + "  - {when: {text: 洗澡多少錢}, reply: 500 元}\n"
    async with open_shop(written(tmp_path, text)) as shop:
        friend = await shop.friend()
        await shop.say(friend, "洗澡，多少錢？")
        turn = (await shop.turns(friend))[-1]
        assert (turn["unheard"], turn["rule"], turn["paste"]) == (True, None, None)
        line = len(text.splitlines())
        place = {"place": f"bot.yaml:{line}", "file": "bot.yaml", "line": line}
        assert turn["add"] == {**place, "text": "洗澡多少錢", "list": "[洗澡多少錢, 洗澡，多少錢？]"}


async def test_what_a_rule_for_all_the_rest_has_answered(shop: Shop) -> None:
    """Of the worked example: the rule for just this is offered beside that answer."""
    friend = await shop.friend()
    await shop.say(friend, "有停車場嗎")
    turn = (await shop.turns(friend))[-1]
    assert not turn["unheard"]
    assert turn["instead"].startswith("rules/keywords.yaml:")
    assert turn["rule"] == "  - when: {text: 有停車場嗎}\n    reply: …"
    assert (turn["paste"]["file"], turn["paste"]["below"]) == ("rules/keywords.yaml", "rules:")


def _paste(folder: Path, turn: dict[str, Any]) -> None:
    file = folder / turn["paste"]["file"]
    lines = file.read_text("utf-8").splitlines()
    lines[turn["paste"]["line"] : turn["paste"]["line"]] = turn["rule"].splitlines()
    file.write_text("\n".join(lines) + "\n", "utf-8")


async def test_requests_and_responses(shop: Shop) -> None:
    """Of each entry in the log; without what opens anything."""
    friend = await shop.friend()
    await shop.say(friend, "優惠")
    log = [entry for entry in (await shop.get("state"))["happened"] if entry["chat"] == friend]
    call = next(entry for entry in log if entry["what"] == "reply")
    kept = await shop.get(f"calls/{call['id']}")
    assert kept["request"]["method"] == "POST"
    assert kept["request"]["address"].endswith("/v2/bot/message/reply")
    assert kept["request"]["body"]["messages"]
    assert "authorization" not in {name.lower() for name in kept["request"]["headers"]}
    assert kept["response"]["status"] == 200
    assert kept["response"]["body"]["sentMessages"]
    hook = next(entry for entry in log if entry["what"] == "message/text")
    kept = await shop.get(f"webhooks/{hook['id']}")
    assert kept["request"]["body"]["events"][0]["message"]["text"] == "優惠"
    assert kept["response"] == {"status": 200, "headers": {}, "body": {}}
    assert (await shop.get(f"calls/{hook['id']}", 404))["error"] == "unknown"
    assert any("fills what is not set" in line for line in shop.log)  # with secrets of the simulator's own
    everything = str([await shop.get(f"{entry['kind']}s/{entry['id']}") for entry in log])
    assert "simulated-liff_id" in everything  # an address that anybody may see
    assert "simulated-line_channel_secret" not in everything
    assert "simulated-line_channel_access_token" not in everything


async def test_a_call_that_line_refuses_is_told_at_its_turn(shop: Shop) -> None:
    """A push without a message left this month: what it would have cost, and what LINE said."""
    friend = await shop.friend()
    await shop.say(friend, "測膚質")
    last = (await shop.get("state"))["last"]
    await shop.do("channels/main/quota", {"value": 0}, method="PUT")
    moved = await shop.do("clock", {"by": "10m"})
    await shop.do("channels/main/quota", {"value": 200}, method="PUT")
    assert moved["turns"] >= 1, moved
    assert moved["stopped"] is None
    turn = await shop.until(
        "turn",
        last,
        lambda turn: turn["chat"] == friend and turn["sent"] and turn["sent"][0]["status"],
    )
    assert turn["heard"] == "timer skin_quiz 10m"
    assert turn["event"] is None
    [sent] = turn["sent"]
    assert (sent["how"], sent["cost"], sent["status"]) == ("push", 1, 429)
    assert "monthly limit" in sent["error"]
    assert turn["bubbles"] == []


def _line(file: Path, text: str) -> int:
    lines = file.read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)
