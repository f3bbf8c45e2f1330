"""What every operation's declaration has to have, whatever it does."""

from __future__ import annotations

from collections import Counter
from dataclasses import is_dataclass, replace
from typing import Any, get_args

import pytest

from bot.model.audit import AuditKind
from bot.operations.catalog.answers import is_shown
from bot.operations.catalog.operation import Operation, plain_type
from bot.operations.catalog.parameters import OfContact, PlaybookName
from bot.operations.catalog.registry import all_operations
from bot.operations.catalog.subjects import SUBJECTS
from bot.web.api.declared import address_of

OPERATIONS = {one.name: one for one in all_operations()}


@pytest.fixture(params=OPERATIONS)
def declared(request: pytest.FixtureRequest) -> Operation[..., Any]:
    return OPERATIONS[request.param]


def test_each_has_its_own_name_address_and_answer() -> None:
    names = [one.name for one in all_operations()]
    addresses = [address_of(one) for one in all_operations()]
    answers = {one.answer for one in all_operations()}
    for several in (names, addresses, [one.__name__ for one in answers]):
        assert [one for one, number in Counter(several).items() if number > 1] == []
    assert {one.subject for one in all_operations()} == {one.name for one in SUBJECTS}


def test_what_is_shown_of_a_subject_has_an_address_of_its_own() -> None:
    """Beside its list, which is what the subject's own address has."""
    shows = replace(OPERATIONS["coupons.list"], name="coupons.show")
    assert address_of(shows) == "/coupons/show"
    assert address_of(OPERATIONS["coupons.list"]) == "/coupons"


def test_it_says_what_it_does_in_a_sentence(declared: Operation[..., Any]) -> None:
    assert declared.says.endswith(".")
    assert declared.says[0].isupper()
    assert len(declared.says) <= 110


def test_each_parameter_says_what_it_means(declared: Operation[..., Any]) -> None:
    """Unless its type does: a contact, or a name of the playbook that is called so."""
    for one in declared.parameters:
        is_name = one.marker(PlaybookName) is not None and one.is_required
        assert one.says or is_name or one.marker(OfContact) is not None, one.name
        assert not one.says.endswith("."), one.says


def test_a_terminal_shows_its_answer(declared: Operation[..., Any]) -> None:
    if "command" not in declared.not_in and not declared.is_offer:
        assert is_shown(plain_type(declared.answer))


def test_its_answer_is_a_dataclass(declared: Operation[..., Any]) -> None:
    assert is_dataclass(plain_type(declared.answer))


def test_what_it_changes_stands_in_the_audit_log(declared: Operation[..., Any]) -> None:
    kind = getattr(declared.audit, "kind", declared.audit)
    assert (kind in (*get_args(AuditKind), "of_caller")) == declared.changes


def test_an_offer_takes_what_the_change_takes(declared: Operation[..., Any]) -> None:
    if declared.offer is None:
        return
    wanted = {one.name: one.annotation for one in declared.parameters if one.name != "fingerprint"}
    assert {one.name: one.annotation for one in declared.offer.parameters} == wanted
    assert declared.offer.name == f"{declared.name}.offer"
    assert hasattr(declared.offer.answer, "question")
