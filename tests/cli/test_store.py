"""`oaflow store clerks`: as whoever looks after stores has it. D1, D2, D3, M4"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.model.counts import BOUND, OF_CLERKS
from bot.model.mark import Mark
from tests.cli.people_database import on_database
from tests.cli.with_table import Run, folder_with, runner

BOT = """
bot: 森活選品
channels:
  main:
    {id: forest, channel_id: "1234", channel_secret: opaque, liff: {login_channel_id: "5", liff_id: 5-a}}
store_groups: {北區: {title: 北部門市}}
stores: {xinyi: {title: 信義店, group: 北區}, banqiao: {title: 板橋店}}
rules:
  - {when: {text_pattern: "聯絡專員 {code:word}"}, start: {flow: referral, with: {code: "{{ event.code }}"}}}
flows:
  referral:
    page: true
    inputs: {code: text}
    states:
      joining:
        do: [{bind_clerk: {code: "{{ answer.code }}"}}]
        rules: [{when: {clerk: [bound, already, unknown, suspended]}, to: 完}]
        give_up_after: {1m: 完}
      完: {end: true}
"""
STAFF = (
    "員工編號,姓名,門市,職稱,手機\nA01,=小安,信義店,,912345678\nA02,小寧,板橋店,店長,\nA03,小三,火星店,,\n"
)


@pytest.fixture
def shop(tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return folder_with(tmp_path, data, monkeypatch, BOT, clerks=STAFF)


@pytest.fixture
def run(shop: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(capsys, "store", "clerks")


def test_from_a_table_to_codes_on_paper(run: Run, shop: Path) -> None:
    assert run("import", "clerks.csv", code=1) == (
        "2 new, 0 changed, 0 as before, 1 refused\n"
        'line 4: the playbook has no store "火星店"; stores and groups stand in the playbook\n'
    )
    told = json.loads(run("import", str(shop), "clerks.csv", "--json", code=1))
    assert (told["new"], told["same"], told["refused"], told["refused_lines"][0]["line"]) == (0, 2, 1, 4)

    listed = run("list", "--language", "zh-TW")
    assert "門市人員" in listed
    assert "店長" in listed
    assert "store_manager" not in run("list", "--csv", "--language", "zh-TW")
    [an, ning] = sorted(json.loads(run("list", "--json"))["clerks"], key=lambda one: str(one["number"]))
    assert (an["name"], an["store"], an["role"], an["phone"]) == ("=小安", "信義店", "clerk", "09••••••78")
    assert (ning["role"], ning["suspended"]) == ("store_manager", None)
    assert run("list", "--store", "北部門市").splitlines()[1].split()[:3] == ["A01", "=小安", "信義店"]
    assert "A01,'=小安,信義店" in run("list", "--csv")
    roles = [line.split()[3] for line in run("list", "--language", "zh-TW").splitlines()]
    assert sorted(roles) == ["店長", "職稱", "門市人員"]

    assert "cards" in run("codes", "--sheet", "a4.svg", "--folder", "cards", "--csv", err=True)
    assert sorted(path.name for path in (shop / "cards").iterdir()) == ["banqiao-A02.svg", "xinyi-A01.svg"]
    assert an["code"][:5] + "-" + an["code"][5:] in (shop / "a4.svg").read_text("utf-8")
    [row] = json.loads(run("codes", "A01", "--json"))["codes"]
    assert row["link"].endswith(f"%20{an['code']}")

    [new] = json.loads(run("renew", "a01", "--old-until", "2099-12-31", "--json"))["codes"]
    assert new["code"] != an["code"]
    assert run("suspend", "A01") == "suspended, their codes bind nobody any more: A01\n"
    assert run("suspend", "A01") == "that was so already\n"
    assert run("codes", "--store", "xinyi") == "nobody here has a code\n"
    assert run("codes", "A01", code=1, err=True) == "oaflow: no code that is good: A01\n"
    assert "nothing was written" in run("codes", "--store", "xinyi", "--sheet", "no.svg", code=1, err=True)
    assert run("suspend", "A01", "--lift") == "their codes are good again: A01\n"


def test_counts_for_a_spreadsheet(run: Run, shop: Path) -> None:
    run("import", "clerks.csv", code=1)

    on_database(
        shop,
        lambda opened: opened.stores.counts.add(
            "2099-01-02", Mark("main", OF_CLERKS, BOUND, ("A01", "xinyi"))
        ),
    )
    assert run("counts", "--csv") == (
        "\ufeffday,store,number,name,channel,bound\r\n2099-01-02,信義店,A01,'=小安,main,1\r\n"
    )
    assert run("counts", "--store", "banqiao") == "nobody was bound to a clerk in these days\n"


def test_handing_over_wants_a_yes_only_where_there_is_somebody(run: Run) -> None:
    run("import", "clerks.csv", code=1)
    assert run("hand-over", "A01", "A02").startswith("0 people of =小安 (A01) are told to be with 小寧 (A02)")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (
            ("import", "nowhere.csv"),
            1,
            "oaflow: nowhere.csv: there is no such file or folder\n",
        ),
        (("import", "a.csv", "b.csv"), 2, "oaflow: write  FILE  after the playbook\n"),
        (("suspend", "B99"), 1, 'oaflow: no clerk has the number "B99"\n'),
        (("hand-over", "A01"), 2, "oaflow: write  WAS TO  after the playbook\n"),
        (
            ("list", "--store", "信義点"),
            1,
            'oaflow: no store is called "信義点"; a similar name exists: "信義店"\n',
        ),
    ],
)
def test_what_is_refused(run: Run, words: tuple[str, ...], code: int, said: str) -> None:
    assert run(*words, code=code, err=True) == said


def test_a_playbook_without_stores(run: Run, shop: Path) -> None:
    (shop / "bot.yaml").write_text('bot: x\nchannels: {main: {id: f, channel_id: "1", channel_secret: x}}\n')
    assert "the playbook has no stores" in run("import", "clerks.csv", code=1, err=True)
    assert "no flow takes a clerk's code" in run("codes", code=1, err=True)


def test_in_chinese(run: Run) -> None:
    out = run("import", "clerks.csv", "--language", "zh-TW", code=1)
    assert out.startswith("新增 2 位，更新 0 位，沒有變的 0 位，退回 1 行\n第 4 行：劇本裡沒有門市「火星店」")
    assert run("list", "--language", "zh-TW").splitlines()[0].split()[:4] == ["編號", "姓名", "門市", "職稱"]
