"""The editor of the playbook's page: Ace, as the package `django-ace` has it.

Of that package nothing is imported but where its files lie; Django comes with it and is never loaded.
https://ace.c9.io
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

_SCRIPTS = {
    "ace.js": "ace",
    "mode-yaml.js": "mode_yaml",
    "ext-language_tools.js": "language_tools",
    "ext-searchbox.js": "searchbox",
}
"""The files that are served, with their names there."""


def editor_files() -> Mapping[str, bytes]:
    """The editor's scripts, stylesheet and pictures, by their names below `ace/`; none where the package is
    not installed: then the page has a plain text field."""
    spec = find_spec("django_ace")
    places = [] if spec is None else list(spec.submodule_search_locations or ())
    if not places:
        return {}
    folder = Path(places[0], "static", "django_ace", "ace")
    css = (folder / "css" / "ace.css").read_bytes().replace(b"./main-", b"main_")
    pictures = {
        f"ace/{path.name.replace('-', '_')}": path.read_bytes()
        for path in sorted((folder / "css").glob("main-*"))
    }
    scripts = {f"ace/{name}.js": (folder / file).read_bytes() for file, name in _SCRIPTS.items()}
    return {**scripts, "ace/ace.css": css, **pictures}
