"""The table of what marketers write and what is meant by it: `bot/playbook/shape/advice.yaml`."""

from __future__ import annotations

from string import Template

import pytest

from bot.model.translatable import NAMED
from bot.playbook.shape import suggest_advice
from bot.playbook.shape.advice import UNKNOWN, KeyAdvice, advices
from bot.playbook.shape.findings_at import LocatedFinding
from bot.playbook.shape.schema import KEYS
from bot.playbook.shape.suggest_advice import PIECES
from tests.playbook.corpus import cases, edited

ADVICE = (*advices().keys, *advices().hints, *advices().values)


def test_each_piece_of_the_playbook_that_is_shown_is_known() -> None:
    shown = [value for one in ADVICE for value in (*one.given.values(), *one.names.values())]
    named = {name for value in shown for name in Template(value).get_identifiers()}
    named |= {one.needs for one in ADVICE if one.needs}
    named |= {name for one in ADVICE for name in NAMED.findall(one.hint) if name not in one.given}
    named |= {name for one in ADVICE for name in NAMED.findall(one.says) if name not in one.names}
    assert named <= PIECES.keys()


def test_each_value_has_its_place_in_the_sentence() -> None:
    for one in ADVICE:
        assert one.given.keys() <= set(NAMED.findall(one.hint)), one
        assert one.names.keys() <= set(NAMED.findall(one.says)), one
        assert one.says == UNKNOWN or one not in advices().hints, one


def test_each_key_that_is_meant_is_one_of_the_language() -> None:
    meant = {key for called in advices().keys_called.values() for key in called}
    meant |= {key for table in advices().keys_called_in.values() for (key,) in table.values()}
    meant |= {one.called or one.instead_of for one in ADVICE} - {""}
    assert meant <= KEYS


@pytest.mark.ring("all", "over all wrong playbooks")
def test_each_row_fits_a_wrong_playbook(monkeypatch: pytest.MonkeyPatch) -> None:
    fitted: list[KeyAdvice] = []
    found = suggest_advice._fits

    def fits(advice: KeyAdvice, place: LocatedFinding, key: str) -> bool:
        fitted.extend([advice] * (is_found := found(advice, place, key)))
        return is_found

    monkeypatch.setattr(suggest_advice, "_fits", fits)
    for case in cases():
        edited(case.path, {})
    assert [one for one in ADVICE if not any(one is other for other in fitted)] == []
