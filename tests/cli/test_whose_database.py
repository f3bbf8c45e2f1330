"""A6: the database that the address names is used; one that is another bot's is refused before anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from operator import eq
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from pymongo import MongoClient

from bot.store.database.mongo import DATABASE
from bot.store.sealing.keyring import load_or_generate
from tests.cli.commands import Running
from tests.cli.oaflow import Ended, ended, ended_here, ended_run, serving
from tests.eventually import eventually

NAMES = ("sx", "sy")
CHANNELS = """\
  {name}:
    id: "@{name}"
    channel_id: {id}
    channel_secret: ${{LINE_CHANNEL_SECRET}}
    access_token: ${{LINE_CHANNEL_ACCESS_TOKEN}}
"""
SECRETS = {"LINE_CHANNEL_SECRET": "the-channel-secret", "LINE_CHANNEL_ACCESS_TOKEN": "the-access-token"}
Content = dict[str, list[Any]]


class Server:
    """A MongoDB with databases of several shops, each shop a folder of its own."""

    def __init__(self, uri: str, keys: str, folder: Path, client: MongoClient[dict[str, Any]]) -> None:
        self.uri = uri
        self.keys = keys
        self.folder = folder
        self.client = client

    def address(self, name: str) -> str:
        """That of the database of this name; of none where it is empty."""
        return urlsplit(self.uri)._replace(path=f"/{name}").geturl()

    def shop(self, name: str, channels: dict[str, str], *, database: str | None = None) -> Path:
        """The folder of a shop with these channels and their ids, on the database of its name."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        text = "".join(CHANNELS.format(name=one, id=id) for one, id in channels.items())
        address = self.address(name if database is None else database)
        (folder / ".env").write_text(f"# ours\nMONGODB_URI={address}\nOAFLOW_KEYS={self.keys}\n")
        (folder / "bot.yaml").write_text(
            f"bot: {name}\ndatabase: ${{MONGODB_URI}}\nkeys: ${{OAFLOW_KEYS}}\nchannels:\n{text}"
            f"rules:\n  - when: follow\n    reply: I am {name}\n",
            "utf-8",
        )
        return folder

    def moved(self, folder: Path, name: str) -> None:
        """The shop names another database from now on."""
        (folder / ".env").write_text(f"# ours\nMONGODB_URI={self.address(name)}\nOAFLOW_KEYS={self.keys}\n")

    def content(self, name: str) -> Content:
        """All rows and indexes of a database."""
        found = self.client[name]
        names = sorted(found.list_collection_names())
        return {one: [*found[one].find({}), found[one].index_information()] for one in names}

    def served(self, name: str, id: str, bot: str, state: str = "served") -> None:
        """A process has served this account on it."""
        row = {"_id": id, "bot": bot, "channel": "main", "state": state, "by": "process", "rev": 1, "s": b"x"}
        self.client[name].channel_links.insert_one(row)


def oaflow(*words: str, **more: str) -> Ended:
    return ended_here(*words, **{**SECRETS, **more})


def done(*words: str, **more: str) -> str:
    end = oaflow(*words, **more)
    assert end.code == 0, end
    return end.out


@pytest.fixture
def server(running: Running, tmp_path: Path, but_keys: Callable[[], None]) -> Iterator[Server]:
    but_keys()
    load_or_generate(running.folder / "keys")
    keys = (running.folder / "keys").read_text().strip()
    with MongoClient[dict[str, Any]](running.uri, w="majority") as client:
        for name in NAMES:
            client.drop_database(name)
        yield Server(running.uri, keys, tmp_path, client)
        for name in NAMES:
            client.drop_database(name)


def test_each_address_has_its_own_database(server: Server) -> None:
    """Both ran in `oaflow`, whatever was written; without a name it is that still."""
    before = server.content(DATABASE)
    x, y = server.shop("sx", {"main": "1001"}), server.shop("sy", {"main": "1002"})
    done("publish", str(x))
    done("publish", str(y))
    assert server.content(DATABASE) == before
    assert [server.client[name].playbooks.count_documents({}) for name in NAMES] == [1, 1]
    done("publish", str(server.shop("plain", {"main": "1003"}, database="")))
    assert server.client[DATABASE].playbooks.count_documents({}) == 1


REFUSED = [
    ("publish",),
    ("versions",),
    ("rollback",),
    ("contact", "find"),
    ("admin", "list"),
    ("keys", "list"),
    ("status",),
    ("doctor",),
    ("channel", "status"),
    ("backup",),
]
MORE = {"backup": ["no-such-file"], "contact": ["0912345678"]}


def test_what_is_another_bots_is_refused_before_anything(server: Server, tmp_path: Path) -> None:
    """Customers of one were answered as the other, and publishing one replaced the other."""
    done("publish", str(server.shop("sx", {"main": "1001"})))
    backup = tmp_path / "one.oaflow-backup"
    done("backup", str(tmp_path / "sx"), str(backup))
    server.served("sx", "1001", "sx")
    other = server.shop("sy", {"main": "1002"}, database="sx")
    before = server.content("sx")
    for command in REFUSED:
        words = (*command, str(other), *MORE.get(command[0], ()))
        end = oaflow(*words)
        said = end.out + end.err
        assert end.code == 1, (words, end)
        assert "the database sx is another bot's: sx, with main (1001); this playbook has 1002" in said, words
        assert "MONGODB_URI in .env, line 2" in said, words
    end = oaflow("restore", str(other), str(backup), "--replace", "--yes")
    assert (end.code, "--instead-of 1001" in end.err) == (1, True), end
    end = ended_run(str(other), "--port", "0", **SECRETS)
    assert (end.code, "the database sx is another bot's" in end.err) == (1, True), end
    assert server.content("sx") == before


def test_a_bot_that_is_renamed_or_gets_other_channels_one_by_one(server: Server) -> None:
    """A6: a new name is no other bot; old and new channels together lead from one to the other."""
    shop = server.shop("sx", {"main": "1001"})
    done("publish", str(shop))
    renamed = server.shop("sy", {"main": "1001"}, database="sx")
    done("publish", str(renamed))
    done("publish", str(server.shop("sx", {"main": "1001", "new": "1009"})))
    done("publish", str(server.shop("sx", {"new": "1009"})))
    assert oaflow("versions", str(renamed)).code == 1
    end = oaflow("rollback", str(shop), "1")
    assert (end.code, "another bot's: " in end.err) == (1, True), end
    done("rollback", str(shop), "3")
    done("versions", str(renamed))


def test_a_place_is_taken_by_name(server: Server, tmp_path: Path) -> None:
    """The id of a channel of the bot that was there says that it is meant."""
    shop = server.shop("sx", {"main": "1001"})
    done("publish", str(shop))
    done("backup", str(shop), str(tmp_path / "one.oaflow-backup"))
    other = server.shop("sy", {"main": "1002"}, database="sx")
    assert oaflow("publish", str(other), "--instead-of", "1002").code == 1
    done("publish", str(other), "--instead-of", "1001")
    done("versions", str(other))
    assert oaflow("versions", str(shop)).code == 1
    replaced = ("restore", str(shop), str(tmp_path / "one.oaflow-backup"), "--replace", "--yes")
    assert oaflow(*replaced).code == 1
    done(*replaced, "--instead-of", "1002")
    done("versions", str(shop))


def test_the_same_files_with_another_channel_in_the_environment(server: Server) -> None:
    """An agency's template: the version is the same, the accounts are not."""
    shop = server.shop("sx", {"main": "${LINE_CHANNEL_ID}"})
    done("publish", str(shop), LINE_CHANNEL_ID="1001")
    assert oaflow("versions", str(shop), LINE_CHANNEL_ID="1002").code == 1
    done("versions", str(shop))  # an id that is not set tells nothing
    done("publish", str(shop), "--instead-of", "1001", LINE_CHANNEL_ID="1002")
    done("versions", str(shop), LINE_CHANNEL_ID="1002")
    assert oaflow("versions", str(shop), LINE_CHANNEL_ID="1001").code == 1


def test_a_playbook_of_which_no_id_is_known_takes_no_others_place(server: Server) -> None:
    """A pipeline with the database's address and none of LINE's variables publishes nothing."""
    done("publish", str(server.shop("sx", {"main": "1001"})))
    other = server.shop("sy", {"main": "${LINE_CHANNEL_ID}"}, database="sx")
    done("versions", str(other))
    before = server.content("sx")["playbooks"]
    for words in (("publish",), ("publish", "--instead-of", "1001")):
        end = oaflow(words[0], str(other), *words[1:])
        assert (end.code, "LINE_CHANNEL_ID" in end.out + end.err) == (1, True), (words, end)
    assert server.content("sx")["playbooks"] == before


def test_a_folder_with_mistakes_is_not_served_another_bots_version(server: Server) -> None:
    """Its own channels cannot be read: those of the live version by this environment are others."""
    shop = server.shop("sx", {"main": "${LINE_CHANNEL_ID}"})
    done("publish", str(shop), LINE_CHANNEL_ID="1001")
    (shop / "bot.yaml").write_text("database: ${MONGODB_URI}\nkeys: ${OAFLOW_KEYS}\nchannels: [\n")
    end = ended_run(str(shop), "--port", "0", **SECRETS, LINE_CHANNEL_ID="1002")
    assert end.code == 1
    assert "its channels are 1001, and those here 1002" in end.err


def test_two_folders_with_one_embedded_database(server: Server, running: Running) -> None:
    """`OAFLOW_DATA` of the machine's environment counts for both."""
    folders = [server.shop("sx", {"main": "1001"}), server.shop("sy", {"main": "1002"})]
    more = {"MONGODB_URI": "embedded", "OAFLOW_KEYS": "", "OAFLOW_DATA": str(running.folder)}
    for folder in folders:
        text = (folder / "bot.yaml").read_text("utf-8").replace("keys: ${OAFLOW_KEYS}\n", "")
        (folder / "bot.yaml").write_text(text, "utf-8")
    done("publish", str(folders[0]), **more)
    end = oaflow("publish", str(folders[1]), **more)
    assert (end.code, "another OAFLOW_DATA" in end.err) == (1, True), end


async def test_a_process_notes_the_channels_that_it_serves(server: Server) -> None:
    """Where `.env` has other ids by now."""
    shop = server.shop("sx", {"main": "1001", "second": "${SECOND}"})
    assert (await ended("publish", str(shop), **SECRETS, SECOND="1009")).code == 0

    async def noted() -> object:
        return (server.client["sx"].playbooks.find_one({"_id": 1}) or {}).get("channels")

    for second in ("1002", "1003"):
        async with serving(str(shop), **SECRETS, SECOND=second):
            await eventually(noted, partial(eq, ["1001", second]))


async def test_what_another_program_has_made_live_there_is_not_served(server: Server) -> None:
    """Another bot's playbook is put there beside a process that runs: its people are not answered by that."""
    shop, other = server.shop("sx", {"main": "1001"}), server.shop("sy", {"main": "1002"})
    for one in (shop, other):
        assert (await ended("publish", str(one), **SECRETS)).code == 0
    async with serving(str(shop), **SECRETS) as served:
        for name in ("playbook_files", "playbooks"):
            for row in server.client["sy"][name].find({}):
                number = {"_id": 2} if name == "playbooks" else {}
                server.client["sx"][name].replace_one(
                    {"_id": row["_id"], **number}, row | number, upsert=True
                )
        told = await served.says("this process takes no turns")
        assert "its channels are 1002, and those here 1001" in told["message"]


NO_NAMES = ["pretend_sx", "a.b", "a$b", "admin", "local", "config", "a%20b", "x" * 64]


def test_a_name_that_is_none_is_told_with_its_place(server: Server) -> None:
    sentence = "names a database that cannot be called so"
    for name in NO_NAMES:
        shop = server.shop("sx", {"main": "1001"}, database=name)
        end = oaflow("publish", str(shop))
        at = f'bot.yaml:2:11: error: "database" (from the environment: MONGODB_URI) {sentence}'
        assert (end.code, at in end.err) == (1, True), end
        end = oaflow("versions", str(shop))
        where = f"{sentence}; it is that of MONGODB_URI in .env, line 2"
        assert (end.code, where in end.err) == (1, True), end


def test_an_address_that_is_not_set_names_no_database(server: Server) -> None:
    """The embedded one was taken, without a word: nobody was found there."""
    shop = server.shop("sx", {"main": "1001"})
    (shop / ".env").unlink()
    end = oaflow("versions", str(shop))
    assert (end.code, "for MONGODB_URI is not set" in end.err) == (1, True), end
    assert not (shop / ".oaflow").exists()


def test_a_mistake_elsewhere_leaves_no_database_open(server: Server) -> None:
    """What names it is set: a command on people goes by what is live."""
    shop = server.shop("sx", {"main": "1001"})
    done("publish", str(shop))
    with (shop / "bot.yaml").open("a") as file:
        file.write("  - when: folow\n    reply: 您好\n")
    assert "live now" in done("versions", str(shop))
