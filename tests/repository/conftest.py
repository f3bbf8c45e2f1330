from __future__ import annotations

import pytest

from tests.changed import Checked, changed_files
from tests.sources import ROOT

EVERYTHING = pytest.param("all", marks=pytest.mark.ring("all", "goes over all files"))


@pytest.fixture(scope="session", params=["changed", EVERYTHING])
def checked(request: pytest.FixtureRequest) -> Checked:
    """What a check of single files goes over: what has changed, and in the second ring everything."""
    return Checked(changed_files(ROOT) if request.param == "changed" else None)
