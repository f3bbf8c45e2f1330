"""L8: `oaflow versions`, `diff` and `rollback`, as their users have them."""

from __future__ import annotations

import json
import re
import subprocess
import uuid
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from bot.app.database import open_database
from bot.model.contact import Contact, Identity
from bot.model.instance import Instance
from bot.model.processes import Serving
from bot.model.settings import Settings
from bot.operations import rollback
from bot.operations.rollback import NONE_YET
from bot.operations.rollout import wait_until_served
from tests.cli.oaflow import LINE_SETTINGS, Ended, ended
from tests.cli.people_database import stores_in
from tests.people import come

HOURS, OTHER = "每天 11:00–21:00", "整天"
CHINESE = "zh_TW.UTF-8"
SINCE = datetime(2026, 11, 1, tzinfo=UTC)


async def oaflow(*words: str, code: int = 0, **more: str) -> Ended:
    end = await ended(*words, **{"LC_ALL": "en_US.UTF-8", **LINE_SETTINGS, **more})
    assert end.code == code, end
    return end


def edit(shop: Path, before: str = HOURS, after: str = OTHER) -> None:
    text = (shop / "bot.yaml").read_text("utf-8")
    assert before in text
    (shop / "bot.yaml").write_text(text.replace(before, after), "utf-8")


@pytest.fixture
async def twice(shop: Path) -> Path:
    """Two versions were made live."""
    await oaflow("publish", str(shop), "--by", "amy")
    edit(shop)
    await oaflow("publish", str(shop), "--by", "bob")
    return shop


async def numbers(shop: Path) -> list[dict[str, object]]:
    listed = json.loads((await oaflow("versions", str(shop), "--json")).out)
    found: list[dict[str, object]] = listed["versions"]
    return found


async def test_which_were_live_since_when_by_whom(twice: Path) -> None:
    end = await oaflow("versions", str(twice))
    _, second, first = end.out.splitlines()
    assert re.fullmatch(r"2 +[0-9a-f]{12}  \d{4}-\d\d-\d\d [\d:]{8}  publish  \S+ \(bob\)  +live now", second)
    assert re.fullmatch(r"1 +[0-9a-f]{12}  .{19}  publish  \S+ \(amy\)", first)
    [two, one] = await numbers(twice)
    assert (two["how"], two["live"], two["kept"], two["whole"]) == ("publish", *[True] * 3)
    assert str(two["by"]).endswith(" (bob)")
    assert (one["live"], one["commit"], one["of"]) == (False, None, None)
    assert "發布" in (await oaflow("versions", str(twice), LC_ALL=CHINESE)).out


async def test_nothing_was_live_yet(shop: Path) -> None:
    assert (await oaflow("versions", str(shop))).out == f"{NONE_YET}\n"
    for command in ("diff", "rollback"):
        end = await oaflow(command, str(shop), code=1)
        assert end.err == f"oaflow: {NONE_YET}\n"


async def test_what_differs_in_the_words_of_the_playbook(twice: Path) -> None:
    edit(twice, OTHER, "只有週末")
    end = await oaflow("diff", str(twice), "1", "2")
    assert end.out.splitlines()[1:] == [
        "",
        "rules",
        "  ~ text: [營業時間, 幾點開]  changed  (bot.yaml:12)",
        "      do › reply › text",
        f"        - {HOURS}",
        f"        + {OTHER}",
    ]
    here = await oaflow("diff", str(twice))
    assert f"        - {OTHER}\n        + 只有週末\n" in here.out
    assert re.match(r"from number 2 \(\w{12}\) to the files of this folder \(\w{12}\)\n", here.out)
    first = await oaflow("diff", str(twice), "1")
    assert f"        - {HOURS}\n        + 只有週末\n" in first.out
    chinese = (await oaflow("diff", str(twice), "1", "2", LC_ALL=CHINESE)).out
    assert chinese.startswith("從第 1 版（")
    assert "\n規則\n  ~ text: [營業時間, 幾點開]  有改" in chinese
    [told] = json.loads((await oaflow("diff", str(twice), "1", "2", "--json")).out)
    assert (told["section"], told["how"], told["line"]) == ("rules", "changed", 12)
    assert told["values"] == [{"path": ["do", "reply", "text"], "before": HOURS, "after": OTHER}]
    assert "they say the same" in (await oaflow("diff", str(twice), "1", "1")).out
    assert "at most two" in (await oaflow("diff", str(twice), "1", "2", "2", code=2)).err


async def test_the_one_before_is_brought_back_and_once_more_the_one_before_that(twice: Path) -> None:
    edit(twice, OTHER, "只有週末")
    await oaflow("publish", str(twice))
    end = await oaflow("rollback", str(twice), "--by", "boss")
    assert end.out.startswith("whoever starts serves it from the database, until the next  oaflow publish: ")
    assert "number 4 (" in end.out
    again = await oaflow("rollback", str(twice))
    assert "number 5 (" in again.out
    five, four, _, two, one = await numbers(twice)
    assert (four["how"], four["of"], four["version"]) == ("rollback", 2, two["version"])
    assert str(four["by"]).endswith(" (boss)")
    assert (five["of"], five["version"]) == (1, one["version"])
    assert "back to 1" in (await oaflow("versions", str(twice))).out
    assert "nothing else was live before" in (await oaflow("rollback", str(twice), code=1)).err
    short = str(two["version"])[:6]
    assert "number 6 (" in (await oaflow("rollback", str(twice), short)).out
    assert "brought back already" in (await oaflow("rollback", str(twice), short)).out
    assert "is live" in (await oaflow("publish", str(twice))).out
    assert "是資料庫裡的這一版" in (await oaflow("rollback", str(twice), "1", LC_ALL=CHINESE)).out.replace(
        "就用", "是"
    )


async def test_a_process_that_has_not_taken_it_over_is_no_success(
    twice: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollback, "wait_until_served", partial(wait_until_served, patience=0.0))
    [_, one] = await numbers(twice)
    async with AsyncExitStack() as there:
        for runs in (str(one["version"]), "another"):
            opened = await open_database(Settings({}), twice, {}, uuid.uuid4().hex)
            there.push_async_callback(opened.close)
            await opened.stores.processes.heartbeat(Serving(opened.process, "shop-pc:/bot", runs, runs))
        end = await oaflow("rollback", str(twice), code=1)
        assert "1 of 2 processes have not taken it over" in end.out


async def test_a_version_that_never_was(twice: Path) -> None:
    for named in ("9", "abcdef", "x"):
        end = await oaflow("rollback", str(twice), named, code=1)
        assert f'no version "{named}" was live here:  oaflow versions  lists them' in end.err
    assert len(await numbers(twice)) == 2


async def test_files_with_a_mistake_do_not_stand_in_the_way(twice: Path) -> None:
    """One goes back because of them, also where `bot.yaml` is no YAML. Where that leaves open which database
    is meant, it is refused."""
    edit(twice, "rules:", "ruls:")
    await oaflow("versions", str(twice))
    assert "ruls" in (await oaflow("diff", str(twice), code=1)).err
    assert "number 3 (" in (await oaflow("rollback", str(twice))).out
    (twice / "bot.yaml").write_text("bot: [", "utf-8")
    assert "number 4 (" in (await oaflow("rollback", str(twice), "2")).out
    for database in ("database: [", "  database: x\n", "database: x\ndatabase: y\n", "database: ${UNSET}\n"):
        (twice / "bot.yaml").write_text(f"{database}bot: [", "utf-8")
        assert "bot.yaml:" in (await oaflow("rollback", str(twice), "1", code=1)).err


async def test_a_secret_as_a_default_is_not_published(shop: Path) -> None:
    """L7: a process that was started anew, with other files by then, took no turns: none has the default."""
    await oaflow("publish", str(shop))
    edit(shop, "${LINE_CHANNEL_SECRET}", "${NEVER_SET:-a-secret-that-stands-here}")
    line = 1 + (shop / "bot.yaml").read_text("utf-8").split("NEVER_SET")[0].count("\n")
    for words in (("publish",), ("publish", "--unserved", "--untested")):
        end = await oaflow(words[0], str(shop), *words[1:], code=1)
        assert f"a secret is the default of a variable (bot.yaml:{line} ${{NEVER_SET:-…}})" in end.err
        assert "what is live goes on" in end.err
        assert "a-secret-that-stands-here" not in end.err + end.out
    assert [one["number"] for one in await numbers(shop)] == [1]
    edit(shop, "${NEVER_SET:-a-secret-that-stands-here}", "${LINE_CHANNEL_SECRET:-}")
    await oaflow("publish", str(shop))
    assert [one["number"] for one in await numbers(shop)] == [2, 1], "nothing is no secret"


async def test_a_secret_in_a_file_is_never_kept(shop: Path) -> None:
    edit(shop, "${LINE_CHANNEL_SECRET}", "a-secret-that-stands-here")
    end = await oaflow("publish", str(shop))
    assert "nobody can go back to it: a secret stands in its files, and is not kept" in end.out
    edit(shop)
    await oaflow("publish", str(shop))
    end = await oaflow("rollback", str(shop), code=1)
    assert "stands a secret" in end.err
    assert "cannot be brought back" in (await oaflow("versions", str(shop))).out
    told = (await oaflow("diff", str(shop), "1", "--json")).out
    assert "a-secret-that-stands-here" not in told
    assert len(json.loads(told)) == 1


async def test_of_which_commit_they_are(shop: Path) -> None:
    def git(*words: str) -> str:
        who = ["-c", "user.name=a", "-c", "user.email=a@forest.example"]
        done = subprocess.run(["git", "-C", str(shop), *who, *words], capture_output=True, check=True)
        return done.stdout.decode().strip()

    git("init", "--quiet")
    (shop / ".gitignore").write_text(".oaflow\n")
    git("add", "bot.yaml", ".gitignore")
    git("commit", "--quiet", "-m", "first")
    await oaflow("publish", str(shop))
    edit(shop)
    await oaflow("publish", str(shop))
    sha = git("rev-parse", "HEAD")
    two, one = await numbers(shop)
    assert one["commit"] == {"sha": sha, "changed": False}
    assert two["commit"] == {"sha": sha, "changed": True}
    assert f"{sha[:9]}+" in (await oaflow("versions", str(shop))).out
    git("pack-refs", "--all")
    edit(shop, OTHER, HOURS)
    no_git = await oaflow("publish", str(shop), PATH="/nowhere")
    assert "number 3" in no_git.out
    assert (await numbers(shop))[0]["commit"] == {"sha": sha, "changed": False}


ABOUT_PEOPLE = [
    ("audit",),
    ("contact", "testers"),
    ("deadletters", "list"),
    ("journey", "status"),
    ("keys", "list", "--quick"),
    ("sms", "status"),
    ("admin", "list"),
    ("broadcast", "list"),
    ("places",),
    ("stop", "status"),
    ("store", "clerks", "list"),
    ("versions",),
]


@pytest.mark.parametrize("spoilt", ["rules: [{when: folow}]\n", "rules: [", "rules:\n\t- x\n"])
async def test_a_mistake_in_the_folder_blocks_no_command_about_people(shop: Path, spoilt: str) -> None:
    """They go by the live version; only where nothing is live yet do they need the folder."""
    sound = (shop / "bot.yaml").read_text("utf-8")
    for live in (False, True):
        (shop / "bot.yaml").write_text(sound + spoilt, "utf-8")
        for words in ABOUT_PEOPLE:
            end = await ended(*words[:1], *words[1:], str(shop), LC_ALL="en_US.UTF-8")
            needs_folder = words[0] not in ("versions", "stop")
            assert end.code == (0 if live or not needs_folder else 1), (words, end)
        (shop / "bot.yaml").write_text(sound, "utf-8")
        await oaflow("publish", str(shop))


async def test_drafts_are_looked_at_before_they_are_published_and_people_are_not(shop: Path) -> None:
    """The size of an audience that is only in the files is told; nobody is in a journey that is not live."""
    await oaflow("publish", str(shop))
    text = (shop / "bot.yaml").read_text("utf-8") + BIRTHDAY
    (shop / "bot.yaml").write_text(f"{text}audiences: {{新客: {{if: {{tag: 壽星}}}}}}\n", "utf-8")
    assert "birthday" not in (await oaflow("journey", "status", str(shop))).out
    assert "0" in (await oaflow("audience", "size", str(shop), "新客")).out
    (shop / "bot.yaml").write_text("rules: [", "utf-8")
    end = await oaflow("audience", "size", str(shop), "everyone")
    assert "the files of this folder have mistakes (oaflow check): this goes by what is live" in end.err


BIRTHDAY = """
tags: {壽星: {added_by: staff}}
flows:
  birthday:
    when: {tag_added: 壽星}
    once_per: always
    states: {等: {wait: 1h, next: 送}, 送: {push: 生日快樂, end: true}}
"""


@pytest.fixture
async def with_birthdays_again(shop: Path) -> Path:
    """A version with a journey was brought back; the files of the folder have none."""
    text = (shop / "bot.yaml").read_text("utf-8")
    (shop / "bot.yaml").write_text(text + BIRTHDAY, "utf-8")
    await oaflow("publish", str(shop), "--untested")
    (shop / "bot.yaml").write_text(text, "utf-8")
    await oaflow("publish", str(shop), "--untested")
    await oaflow("rollback", str(shop), "--by", "boss")
    return shop


async def test_a_version_without_the_state_that_somebody_is_in(shop: Path) -> None:
    """L8: refused with the way out; with it they stay where they are."""
    text = (shop / "bot.yaml").read_text("utf-8")
    await oaflow("publish", str(shop), "--untested")
    (shop / "bot.yaml").write_text(text + BIRTHDAY, "utf-8")
    await oaflow("publish", str(shop), "--untested")
    async with stores_in(shop) as stores:
        waits = Instance("birthday", "main", "等", 1, SINCE, SINCE)
        amy = Contact("main:U1", identities=(Identity("main", "U1"),), flows=(waits,))
        await come(stores.contacts, amy)
    refused = await oaflow("rollback", str(shop), code=1)
    assert "nothing is changed" in refused.err
    assert "--leave-people" in refused.err
    assert len(await numbers(shop)) == 2
    assert "number 3 (" in (await oaflow("rollback", str(shop), "--leave-people")).out


async def test_commands_about_people_go_by_what_is_served(with_birthdays_again: Path) -> None:
    """Whoever looks after people sees the journeys that people are in."""
    shop = with_birthdays_again
    assert "birthday" in (await oaflow("journey", "status", str(shop))).out
    unset = await ended("journey", "status", str(shop), LC_ALL="en_US.UTF-8")
    assert "birthday" in unset.out, "without the variables of the bot, too"
    await oaflow("publish", str(shop), "--untested")
    assert "birthday" not in (await oaflow("journey", "status", str(shop))).out


async def test_what_cannot_be_read_here_is_said_and_the_folder_is_gone_by(
    with_birthdays_again: Path, data: Path
) -> None:
    """A brake, the keys, the dead letters must not wait for a version that a newer program has kept."""
    shop = with_birthdays_again
    (shop / "broken").mkdir()
    nowhere = shop / "broken" / "file"
    nowhere.write_text("")
    (data / "tmp").rename(data / "tmp.away")
    (data / "tmp").symlink_to(nowhere)
    try:
        end = await oaflow("journey", "status", str(shop))
        (shop / "rules").mkdir(exist_ok=True)
        (shop / "rules" / "mistake.yaml").write_text("- {when: {text: 喂}, start: nowhere}\n", "utf-8")
        neither = await oaflow("stop", "status", str(shop))
    finally:
        (data / "tmp").unlink()
        (data / "tmp.away").rename(data / "tmp")
    assert "birthday" not in end.out
    assert "cannot be read from the database here" in end.err
    assert "the files of this folder" in end.err
    assert "cannot be read from the database here" in neither.err
    assert "the playbook has mistakes" in neither.err


async def test_the_brake_knows_what_is_served(with_birthdays_again: Path) -> None:
    """It is pulled for a journey that only the version has that was brought back; nobody is told that it
    holds nobody."""
    shop = with_birthdays_again
    assert "pushes are stopped" in (await oaflow("stop", "pushes", str(shop), "--flow", "birthday")).out
    assert "holds nobody" not in (await oaflow("stop", "status", str(shop))).out
    edit(shop, "rules:", "rulez:")
    told = await oaflow("stop", "resume", str(shop), "--flow", "birthday")
    assert "pushes go on" in told.out
