"""Every OpenAPI that other programs get of us is valid, and says what is taken.

The JSON Schemas of `oaflow schema` are checked by their metaschema in `tests/playbook/test_schema.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from bot.runtime.intake.outside_event import LONGEST_ID, OutsideSignal, read_signal
from bot.web.outside_events_openapi import openapi
from tests.conftest import NOW
from tests.playbooks import compiled

ROOT = Path(__file__).parent.parent
SIGNALS = compiled("""\
signals:
  arrived: {order_no: text, nights: number, day: date, at: time, paid: yes_no, until: date_time}
  ping: {}
rules: [{when: {signal: ping}, push: 在}]
""")
NONE = compiled("rules: [{when: follow, reply: 您好}]\n")
ADDRESS = "https://bot.forest.example"
DESCRIPTIONS = {
    "no signals": openapi(NONE, ""),
    "signals": openapi(SIGNALS, ADDRESS),
    "news of shops": openapi(NONE, "", ["erp"]),
    "signals and news": openapi(SIGNALS, ADDRESS, ["erp", "pos"]),
}


def written() -> Iterator[tuple[str, dict[str, Any]]]:
    """The descriptions that are files of the repository."""
    for folder in (ROOT / "docs", ROOT / "bot"):
        for path in sorted(path for path in folder.rglob("*") if path.suffix in (".yaml", ".yml", ".json")):
            found = yaml.safe_load(path.read_text("utf-8"))
            if isinstance(found, dict) and "openapi" in found:
                yield str(path.relative_to(ROOT)), found


def test_every_openapi_is_valid() -> None:
    """B19. The schemas in it, too: those of OpenAPI 3.1 are JSON Schema of 2020-12."""
    files = dict(written())
    assert "docs/own-shop.openapi.yaml" in files
    wrong = {
        name: [error.message for error in OpenAPIV31SpecValidator(one).iter_errors()]
        for name, one in {**files, **DESCRIPTIONS}.items()
    }
    assert {name: errors for name, errors in wrong.items() if errors} == {}
    for one in (*files.values(), *DESCRIPTIONS.values()):
        for part in one["components"]["schemas"].values():
            Draft202012Validator.check_schema(part)


@pytest.mark.parametrize(
    ("change", "is_right"),
    [
        ({}, True),
        ({"id": ""}, False),
        ({"id": " "}, False),
        ({"id": "x" * LONGEST_ID}, True),
        ({"id": "x" * (LONGEST_ID + 1)}, False),
        ({"contact": {"line_id": f"U{0xABC:032x}"}}, True),
        ({"contact": {"line_id": ""}}, False),
        ({"contact": {"line_id": "U"}}, False),
        ({"contact": {"line_id": f"C{0xABC:032x}"}}, False),
        ({"contact": {"line_id": f"U{0xABC:032x}0"}}, False),
        ({"contact": {"phone": ""}}, False),
        ({"contact": {"phone": "  "}}, False),
        ({"contact": {"phone": "0912-345-678"}}, True),
        ({"contact": {"phone": "0" * 41}}, False),
        ({"contact": {"member_no": 1001}}, True),
        ({"contact": {"member_no": ""}}, False),
        ({"contact": {"member_no": " "}}, False),
        ({"contact": {"member_no": True}}, False),
        ({"contact": {}}, False),
    ],
)
def test_events_are_read_as_their_openapi_says(change: dict[str, Any], is_right: bool) -> None:
    described = {"$ref": "#/components/schemas/Event", **DESCRIPTIONS["signals"]}
    told = {"id": "1", "signal": "ping", "contact": {"member_no": "M1001"}, **change}
    assert Draft202012Validator(described).is_valid(told) == is_right
    assert isinstance(read_signal(told, SIGNALS, NOW), OutsideSignal) == is_right
