"""`oaflow stop` and `oaflow audit`: the brake from a terminal, and who has pulled it. K5, K1"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bot.cli.main import main
from bot.cli.operator import commander
from bot.operations.actors import actor_words
from bot.playbook.report import cells
from tests.cli.commands import Run, Written

BOT = """
bot: 森活選品
channels: {main: {id: forest, channel_id: "1", channel_secret: x}}
tags: {壽星: {added_by: staff}}
flows:
  birthday:
    when: {tag_added: 壽星}
    once_per: always
    states: {等: {wait: 1h, next: 送}, 送: {push: 生日快樂, end: true}}
rules: [{when: {text: 嗨}, reply: 您好}]
"""


@pytest.fixture
def shop(written: Written) -> Path:
    return written(BOT)


def test_it_is_pulled_and_let_go_and_both_are_on_record(shop: Path, run: Run) -> None:
    def told(*arguments: str, code: int = 0) -> str:
        return "".join(run(*arguments, str(shop), code=code))

    assert told("stop", "status") == "nothing is stopped: all pushes go\n"
    assert told("stop", "pushes", "--by", "小美").startswith("pushes are stopped: everything; every process")
    assert told("stop", "pushes").startswith("stopped already: everything, since 20")
    told("stop", "pushes", "--channel", "main", "--flow", "birthday")
    assert "stopped: everything, since 20" in told("stop", "status")
    shown = json.loads(told("stop", "status", "--json"))
    assert [(one["channel"], one["flow"]) for one in shown["stops"]] == [(None, None), ("main", "birthday")]
    assert "    its pushes are stopped:  oaflow stop status" in told("journey", "status")
    assert "still stopped: flow birthday on main" in told("stop", "resume")
    assert "that is not stopped by itself; what is: flow birthday on main" in told("stop", "resume", code=1)
    told("stop", "resume", "--flow", "birthday", "--channel", "main")
    assert "nothing is stopped" in told("stop", "resume", code=1)
    assert "stopped" not in told("journey", "status")
    me, mei = (str(actor_words(who)) for who in (commander(), commander("小美")))
    known = "the database got to know keys"  # of whichever test opens it first
    _, *lines = [line for line in told("audit").splitlines() if known not in line]
    assert [re.split(r" {2,}", line)[1:] for line in lines] == [
        [me, "pushes go on again", "flow birthday on main", f"stopped by {me}", "pushes_resumed"],
        [me, "pushes go on again", "everything", f"stopped by {mei}", "pushes_resumed"],
        [me, "pushes stopped", "flow birthday on main", "pushes_stopped"],
        [mei, "pushes stopped", "everything", "pushes_stopped"],
    ]
    assert len({cells(line.partition(" by ")[0]) for line in lines[2:]}) == 1
    assert len(told("audit", "--by", "小美").splitlines()) == 2
    assert len(told("audit", "--kind", "pushes_stopped", "--since", "1d").splitlines()) == 3
    assert told("audit", "--since", "2999-01-01") == "nothing of this kind was done in this time\n"
    assert json.loads(told("audit", "--json"))["entries"][0]["state"] == "done"
    chinese = told("audit", "--language", "zh-TW")
    assert "恢復推播" in chinese
    assert "全部" in chinese
    assert "pushes " not in chinese


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--channel", "mian"), 'a similar name exists: "main"'),
        (("--flow", "birthdya"), 'a similar name exists: "birthday"'),
        (("--flow", "x"), "there is no flow"),
    ],
)
def test_what_is_not_there_is_not_stopped(
    shop: Path, run: Run, arguments: tuple[str, ...], said: str
) -> None:
    """A stop of a name that nobody has would be a brake that holds nothing."""
    assert said in run("stop", "pushes", str(shop), *arguments, code=1).err
    assert "nothing is stopped" in run("stop", "status", str(shop)).out


def test_a_mistake_in_a_rule_does_not_keep_the_brake_off(shop: Path, run: Run) -> None:
    (shop / "rules").mkdir()
    (shop / "rules" / "a.yaml").write_text("- {when: {text: 喂}, start: nowhere}\n", "utf-8")
    out, err = run("stop", "pushes", str(shop))
    assert (out[:19], "the playbook has mistakes" in err) == ("pushes are stopped:", True)
    (shop / "bot.yaml").write_text(BOT.replace("tag_added", "tag_addde"), "utf-8")
    assert main(["stop", "resume", str(shop)]) == 0, "database and keys are read by themselves"
    (shop / "bot.yaml").write_text(f"{BOT}\ndatabase: [x]\n", "utf-8")
    run("stop", "pushes", str(shop), code=1)


def test_a_flow_that_is_gone_holds_nobody_and_status_says_so(
    shop: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["stop", "pushes", str(shop), "--flow", "birthday"]) == 0
    (shop / "bot.yaml").write_text(BOT.replace("birthday:", "day_of_birth:"), "utf-8")
    capsys.readouterr()
    assert "the playbook has no such flow: it holds nobody" in run("stop", "status", str(shop)).out
    assert main(["stop", "resume", str(shop), "--flow", "birthday"]) == 0


@pytest.mark.parametrize("name", ["", " ", "x" * 81, "a\u202eb"])
def test_who_does_it_has_a_name(shop: Path, name: str) -> None:
    with pytest.raises(SystemExit):
        main(["stop", "pushes", str(shop), "--by", name])
