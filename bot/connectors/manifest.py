"""What every connector says of itself, and which there are: ours, and those of packages installed beside.

A connector is a folder with a light module `manifest`, which `check` and `--help` read; what makes calls is
loaded where one is made. Docs: docs/decisions/070-a-connector-is-a-folder.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, TypeVar


@dataclass(frozen=True, slots=True)
class Setting:
    """A key of the playbook by which a connector is given something: what it is, and an example in YAML.

    An empty `example` is for one that is seldom written: another connector's stands for it.
    """

    says: str
    example: str
    may_be_empty: bool = False


class Manifest(Protocol):
    """`name` is what the playbook calls the connector."""

    @property
    def name(self) -> str: ...

    @property
    def settings(self) -> Mapping[str, Setting]: ...


AnyManifest = TypeVar("AnyManifest", bound=Manifest)


def manifests(kind: str, folders: Iterable[str], of: type[AnyManifest]) -> Mapping[str, AnyManifest]:
    """The connectors of a kind, by name: those in these folders, in this order."""
    modules = (import_module(f"bot.connectors.{kind}.{folder}.manifest") for folder in folders)
    found: list[AnyManifest] = [module.MANIFEST for module in modules]
    return {one.name: one for one in found}


def keys_of(connectors: Iterable[Manifest]) -> Mapping[str, Setting]:
    """All keys that a connector of a kind may have; of one that several have, what the first says."""
    found: dict[str, Setting] = {}
    for key, setting in (pair for one in connectors for pair in one.settings.items()):
        if key not in found or not found[key].example:
            found[key] = setting
    return found


def variable_of(connector: str, setting: str) -> str:
    """The variable of the environment that is proposed for a setting."""
    return f"{connector.upper()}_{setting.upper()}"
