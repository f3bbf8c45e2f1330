"""The page's modules as one script: a browser asks for one file in place of a hundred.

Each module becomes a function, called once, after those that it imports: what it exports is what that gives.
The modules keep to the few forms that are known here, hold nothing exported that changes, and go in no
circle; where one does not, the server does not start.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

_IMPORT = re.compile(
    r'^(?:import \* as (\w+)|(?:import|export) \{([^}]*)\}) from "(\.[^"]+)";$', re.MULTILINE
)
_GIVEN_ON = re.compile(r"^export \{ ?([\w$, ]*?) ?\} from", re.MULTILINE)
_RENAMED = re.compile(r"[\w$]+ as ")
_EXPORT = re.compile(r"^export (?=(?:(?:async )?function\*?|class|const) ([\w$]+))", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*|\bimport[.(].*", re.MULTILINE)


def one_script(first: str, modules: Mapping[str, str]) -> str:
    """The module of this name and all that it needs. Raises `ValueError` for a form that is not known."""
    return "".join(_Joining(modules).after(first).values())


class _Joining:
    """`_done` is what has been written so far, by module, in the order in which it runs."""

    def __init__(self, modules: Mapping[str, str]) -> None:
        self._modules = modules
        self._begun: list[str] = []
        self._done: dict[str, str] = {}

    def after(self, name: str) -> dict[str, str]:
        """What there is once this module stands in it."""
        if name not in self._begun:
            self._begun.append(name)
            self._done[name] = self._written(name)
        elif name not in self._done:
            raise ValueError(f"{name} imports what imports it")
        return self._done

    def _written(self, name: str) -> str:
        folder = posixpath.dirname(name)

        def of(path: str) -> str:
            needed = posixpath.normpath(posixpath.join(folder, path))
            self.after(needed)
            return self._called(needed)

        def imported(found: re.Match[str]) -> str:
            whole, names, path = found.groups()
            return f"const {whole or '{' + names.replace(' as ', ': ') + '}'} = {of(path)};"

        text = self._modules[name]
        gives = _RENAMED.sub("", ", ".join([*_GIVEN_ON.findall(text), *_EXPORT.findall(text)]))
        text = _EXPORT.sub("", _IMPORT.sub(imported, text))
        if other := _OTHER.search(text):
            raise ValueError(f"{name} has a form that cannot be joined: {other[0].strip()}")
        return f"const {self._called(name)} = (() => {{ // {name}\n{text}\nreturn {{ {gives} }};\n}})();\n"

    def _called(self, name: str) -> str:
        return f"module{self._begun.index(name)}"
