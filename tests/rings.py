"""Which tests run, and what each of them costs.

A ring contains the one before: `make test` runs `test`, `make test-all` `all`, `make soak` `soak`.
A test is of the first unless its mark says otherwise and why, `@pytest.mark.ring("all", "days of journeys")`:
its cost, or that it repeats at a dearer level what holds at a cheaper one. The nearest mark counts, of its
own the outermost: a module may be of ring `all`, a test in it of `test`, one of its parameters of `soak`.
Without a mark a dear fixture decides.
"""

from __future__ import annotations

import resource
import time
from collections import defaultdict
from collections.abc import Generator
from typing import NamedTuple

import pytest
from _pytest.mark import Mark
from _pytest.terminal import TerminalReporter

from tests import started

RINGS = ("test", "all", "soak")
INNER, SOAK = RINGS[0], RINGS[-1]
DEAR_FIXTURES = {
    "chromium": "in Chromium",
    "browser": "in Chromium",
    "fresh_data": "kills, pauses or cuts off processes",
    "running": "a command and its database",
}
"""Fixtures whose tests are of ring `all`, and why."""
LIMIT = 0.5
"""CPU seconds above which a test of the first ring has a mark with its reason."""
SHOWN = 10
COST = "cost"
"""The property of a report that has what a test cost; JUnit's XML has it as well."""


class Place(NamedTuple):
    """A ring, and why a test is of it; no reason where no mark says so."""

    ring: str
    reason: str


class Cost(NamedTuple):
    """What a test cost, set-up included."""

    seconds: float
    """Of CPU: this process, and those that it has started and that have ended."""
    name: str
    place: Place


def register(parser: pytest.Parser, plugins: pytest.PytestPluginManager) -> None:
    """Called when options may be added."""
    plugins.register(Rings())
    parser.addoption("--ring", choices=RINGS, default="all", help="run the tests of this ring and within")
    parser.addoption("--beyond", choices=RINGS, help="but not those of this ring and within")


def place(item: pytest.Item) -> Place:
    """Which ring a test is of. A mark that cannot be read is a `UsageError`."""
    of_node: dict[int, list[Place]] = defaultdict(list)
    for node, mark in item.iter_markers_with_node("ring"):
        of_node[id(node)].append(_read(mark, item.nodeid))
    for node in reversed(item.listchain()):
        if own := of_node.get(id(node)):
            return max(own, key=lambda one: RINGS.index(one.ring))
    reasons = [why for name, why in DEAR_FIXTURES.items() if name in getattr(item, "fixturenames", ())]
    return Place("all", reasons[0]) if reasons else Place(INNER, "")


def _read(mark: Mark, test: str) -> Place:
    match mark.args:
        case (str(ring), str(reason)) if ring in RINGS and reason and not mark.kwargs:
            return Place(ring, reason)
    raise pytest.UsageError(f"{test}: a mark of a ring is ring({' | '.join(RINGS)}, reason), not {mark.args}")


class Rings:
    """Leaves out the tests of other rings, and shows at last which of each cost most."""

    def __init__(self) -> None:
        self._begun = 0.0
        self._ended: float | None = None
        self._costs: list[Cost] = []

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        beyond = config.getoption("--beyond")
        low = RINGS.index(beyond) + 1 if beyond else 0
        wanted = RINGS[low : RINGS.index(config.getoption("--ring")) + 1]
        places = {item: place(item) for item in items}
        for item, (ring, reason) in places.items():
            item.user_properties.append(("ring", f"{ring}: {reason}"))
        left_out = [item for item in items if places[item].ring not in wanted]
        if left_out:
            config.hook.pytest_deselected(items=left_out)
            items[:] = [item for item in items if places[item].ring in wanted]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        self._begun = cpu_seconds()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self, nextitem: pytest.Item | None) -> None:
        """After the last one ends what the session has set up, which is no cost of that one."""
        self._ended = None if nextitem is not None else cpu_seconds()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        if call.when == "teardown":
            ended = cpu_seconds() if self._ended is None else self._ended
            item.user_properties.append((COST, f"{ended - self._begun:.3f}"))
        return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        properties = dict(report.user_properties)
        if report.when == "teardown" and COST in properties:
            ring, _, reason = str(properties["ring"]).partition(": ")
            self._costs.append(Cost(float(str(properties[COST])), report.nodeid, Place(ring, reason)))

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        costs = sorted(self._costs, reverse=True)
        for ring in RINGS:
            of_ring = [cost for cost in costs if cost.place.ring == ring]
            if of_ring:
                total = sum(cost.seconds for cost in of_ring)
                terminalreporter.section(
                    f"ring {ring}: {len(of_ring)} tests, {total:.0f} s of CPU; the dearest"
                )
                _write(terminalreporter, of_ring[:SHOWN])
        dear = [one for one in costs if one.place == Place(INNER, "") and one.seconds > LIMIT]
        if dear:
            terminalreporter.section(f"over {LIMIT} s of CPU in ring {INNER}, and no mark says why")
            _write(terminalreporter, dear)


def _write(terminal: TerminalReporter, costs: list[Cost]) -> None:
    for seconds, name, (_, reason) in costs:
        terminal.write_line(f"{seconds:6.2f} s  {name}{reason and f'  ({reason})'}")


def cpu_seconds() -> float:
    """Of this process, and of those that it or its parent of bots has started and that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime + sum(started.CPU_SECONDS)
