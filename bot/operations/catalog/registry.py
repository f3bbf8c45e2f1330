"""All operations that are declared."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from bot.operations.catalog.operation import Operation
from bot.operations.catalog.subject import OperationSubject
from bot.operations.catalog.subjects import SUBJECTS


def operations_of(subject: OperationSubject) -> Iterator[Operation[..., Any]]:
    """Those of a subject, in the order of its module, which is imported here."""
    return (one for one in vars(import_module(subject.module)).values() if isinstance(one, Operation))


def all_operations() -> Iterator[Operation[..., Any]]:
    """All of them, by subject."""
    return (one for subject in SUBJECTS for one in operations_of(subject))
