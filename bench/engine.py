"""`make bench`, second part: the playbook alone, in one process: decisions, scenarios, reading and checks.

The worked example is the repository's own playbook.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from bench.many_files import write
from bot.cli.run.garbage import look_seldom_for_garbage
from bot.engine.compiled.playbook import Playbook
from bot.engine.decide import decide, due_timer
from bot.model.contact import Contact
from bot.model.decision import DecisionInputs
from bot.model.event import Event, Follow, ReplyToken, Source, TextMessage, What
from bot.playbook.load import Loaded, load
from bot.scenario.folder import PlaybookFiles
from bot.scenario.play import play
from bot.scenario.steps import Scenario

ROOT = Path(__file__).parent.parent
DECISIONS = 20_000
SCENARIOS = 1_000
SCENARIO_SECONDS = 10.0
CHECK_EXAMPLE_SECONDS = 0.5
CHECK_MANY_SECONDS = 2.0
PEOPLE = 1_000

TALK: tuple[What, ...] = (
    Follow(again=False),
    *map(
        TextMessage,
        (
            "營業時間",
            "有什麼優惠嗎",
            "測膚質",
            "退貨的運費",
            "油性",
            "1500",
            "沒錯",
            "聽不懂的話",
            "會員卡",
            "門市資訊",
        ),
    ),
)
"""What a person of the benchmark does: greets, asks, answers a questionnaire, asks in between."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    wanted = parser.parse_args()
    print(f"\n{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    files = PlaybookFiles(ROOT, {})
    loaded = files.load()
    if loaded.playbook is None:
        raise SystemExit("the repository's playbook has mistakes: oaflow check")
    failures = decisions(loaded.playbook, wanted.rounds)
    failures += scenarios(files, loaded, loaded.playbook, wanted.rounds)
    failures += checks(wanted.rounds)
    return 1 if failures else 0


def decisions(playbook: Playbook, rounds: int) -> int:
    """How many events of a conversation with the worked example are decided in a second."""
    look_seldom_for_garbage()
    rates = [converse(playbook) for _ in range(rounds)]
    print(
        f"decisions, worked example           {statistics.median(rates):8.0f} a second"
        f" ({1e6 / statistics.median(rates):.0f} us each; min {min(rates):.0f}, max {max(rates):.0f};"
        f" wanted >= {DECISIONS}) {'ok' if statistics.median(rates) >= DECISIONS else 'TOO SLOW'}"
    )
    return int(statistics.median(rates) < DECISIONS)


def converse(playbook: Playbook) -> float:
    """Let everybody say everything; decisions a second, those of due timers included."""
    people = {f"U{n}": Contact(f"main:U{n}", name="小美", seed=n) for n in range(PEOPLE)}
    events = list(_talk(people))
    world, count = DecisionInputs(), 0
    began = time.perf_counter()
    for user, event in events:
        person = people[user]
        while (due := due_timer(person, event.at)) is not None:
            timer = Event(f"t{count}", "main", Source("user", user), due.timer.due, due)
            person = decide(playbook, person, timer, event.at, world).contact
            count += 1
        people[user] = decide(playbook, person, event, event.at, world).contact
        count += 1
    return count / (time.perf_counter() - began)


def _talk(people: Iterable[str]) -> Iterator[tuple[str, Event]]:
    """Who says what, in order: made before the clock runs, for the webhook's reader makes events."""
    now = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)
    for number, what in enumerate(TALK):
        for user in people:
            now += timedelta(milliseconds=10)
            token = ReplyToken("t", now)
            yield user, Event(f"e{number}{user}", "main", Source("user", user), now, what, token=token)


def scenarios(files: PlaybookFiles, loaded: Loaded, playbook: Playbook, rounds: int) -> int:
    """How long a thousand scenarios take: those of the worked example, again and again."""
    read = [files.read(file, loaded).scenario for file in files.scenarios()]
    known: list[Scenario] = [scenario for scenario in read if scenario is not None]
    for scenario in known:
        if play(scenario, playbook) is not None:
            raise SystemExit(f"a scenario fails: {scenario.title}")

    def thousand() -> None:
        for number in range(SCENARIOS):
            play(known[number % len(known)], playbook)

    taken = statistics.median(timed(thousand) for _ in range(rounds))
    return told(f"{SCENARIOS:,} scenarios, of {len(known)} of the worked example", taken, SCENARIO_SECONDS)


def checks(rounds: int) -> int:
    """How long reading takes with all checks: in this process, and as the command from start to end."""
    failures = 0
    with tempfile.TemporaryDirectory() as temporary:
        many = Path(temporary)
        lines = write(many)
        files = sum(1 for _ in many.rglob("*.yaml"))
        for name, folder, limit in (
            ("worked example", ROOT, CHECK_EXAMPLE_SECONDS),
            (f"{files} files, {lines:,} lines", many, CHECK_MANY_SECONDS),
        ):
            found = read(folder)
            if found.playbook is None:
                raise SystemExit(f"{name}: {found.problems[0].message}")
            inside = statistics.median(timed(partial(read, folder)) for _ in range(rounds))
            print(f"read and checked, {name:32} {inside:6.2f} s")
            whole = statistics.median(timed(partial(command, folder)) for _ in range(rounds))
            failures += told(f"oaflow check, {name}", whole, limit)
    return failures


def read(folder: Path) -> Loaded:
    return load(folder, {}, unset="warning")


def command(folder: Path) -> None:
    """`oaflow check` as a process of its own."""
    subprocess.run(
        [sys.executable, "-m", "bot", "check", str(folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
        cwd=ROOT,
    )


def timed(work: Callable[[], object]) -> float:
    gc.collect()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def told(name: str, seconds: float, limit: float) -> int:
    """Print a figure; whether it is over its limit."""
    print(f"{name:50} {seconds:6.2f} s (wanted <= {limit:g}) {'ok' if seconds <= limit else 'TOO SLOW'}")
    return int(seconds > limit)


if __name__ == "__main__":
    sys.exit(main())
