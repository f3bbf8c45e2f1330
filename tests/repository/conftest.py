from __future__ import annotations

import pytest

from tests.changed import Checked, checked_files
from tests.sources import ROOT


@pytest.fixture(scope="session")
def checked(pytestconfig: pytest.Config) -> Checked:
    """What checks of single files go over: in `make test` what has changed alone."""
    return checked_files(str(pytestconfig.getoption("--ring", "all")), ROOT)
