"""What every connector says of itself, and which there are: ours, and those of packages installed beside.

A connector is a folder with a light module `manifest`, which `check` and `--help` read; what makes calls is
loaded where one is made. Docs: docs/decisions/070-a-connector-is-a-folder.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, Protocol, TypeVar

GROUP = "oaflow.connectors"
"""The beginning of the group of entry points of packages; the kind follows: `oaflow.connectors.sms`."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A key of the playbook by which a connector is given something: what it is, and an example in YAML.

    An empty `example` is for one that is seldom written: another connector's stands for it.
    """

    says: str
    example: str
    may_be_empty: bool = False
    is_secret: bool = False
    """Also where its name does not look like that of one: it is shown to nobody, nor stored."""


class Manifest(Protocol):
    """`name` is what the playbook calls the connector."""

    @property
    def name(self) -> str: ...

    @property
    def settings(self) -> Mapping[str, Setting]: ...


AnyManifest = TypeVar("AnyManifest", bound=Manifest)


class NoConnector(Exception):
    """A package's entry point names no connector of its kind, or one that there is already."""


def manifests(kind: str, folders: Iterable[str], of: type[AnyManifest]) -> Mapping[str, AnyManifest]:
    """The connectors of a kind, by name: those in these folders, in this order; then those of packages.

    Raises `NoConnector`, and whatever the module of a package raises.
    """
    ours = [import_module(f"bot.connectors.{kind}.{folder}.manifest").MANIFEST for folder in folders]
    found: dict[str, AnyManifest] = {one.name: one for one in ours}
    for point in entry_points(group=f"{GROUP}.{kind}"):
        manifest = point.load()
        if not isinstance(manifest, of) or manifest.name in found:
            why = "is there already" if isinstance(manifest, of) else f"is no {of.__name__}"
            raise NoConnector(f"{point.value}, an entry point of the group {point.group}, {why}")
        found[manifest.name] = manifest
    return found


def loaded(name: str) -> Any:
    """The object of a name `package.module:NAME`, or the module `package.module`; imported here."""
    module, _, attribute = name.partition(":")
    found = import_module(module)
    return getattr(found, attribute) if attribute else found


def keys_of(connectors: Iterable[Manifest]) -> Mapping[str, Setting]:
    """The keys of all connectors of a kind; of a key that several have, the first with an example."""
    found: dict[str, Setting] = {}
    for key, setting in (pair for one in connectors for pair in one.settings.items()):
        if key not in found or not found[key].example:
            found[key] = setting
    return found


def secret_keys(connectors: Iterable[Manifest]) -> frozenset[str]:
    """The keys that are secret with any of these: what is one with one is shown with none."""
    return frozenset(key for one in connectors for key, setting in one.settings.items() if setting.is_secret)


def variable_of(connector: str, setting: str) -> str:
    """The variable of the environment that is proposed for a setting."""
    return f"{connector.upper()}_{setting.upper()}"
