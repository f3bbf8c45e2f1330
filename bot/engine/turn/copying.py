"""A copy of a person that a turn may change, made as cheaply as Python can: every turn makes one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from bot.model.contact import Contact, Identity
from bot.model.instance import Instance

_T = TypeVar("_T", Contact, Identity, Instance)


def _copier(kind: type[_T]) -> Callable[[_T], _T]:
    """What copies such a dataclass field by field; its constructor would cost twice as much."""
    fields = "".join(f"  copy.{name} = one.{name}\n" for name in kind.__dataclass_fields__)
    made: dict[str, Callable[[_T], _T]] = {}
    exec(
        f"def copied(one):\n  copy = new(kind)\n{fields}  return copy",
        {"new": kind.__new__, "kind": kind},
        made,
    )
    return made["copied"]


_contact, _identity, _instance = _copier(Contact), _copier(Identity), _copier(Instance)


def copied(contact: Contact) -> Contact:
    """A copy that a turn may change, with copies of its instances."""
    copy = _contact(contact)
    copy.identities = tuple([_identity(one) for one in copy.identities])  # a generator costs more
    if copy.flows:
        copy.flows = tuple([_instance(one) for one in copy.flows])
    return copy
