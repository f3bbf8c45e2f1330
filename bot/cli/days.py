"""How many days a command looks back."""

from __future__ import annotations

import argparse

DAYS = 30
MOST = 3_660
"""Ten years: what is counted is kept."""


def days(text: str) -> int:
    """A number of days, for the command line."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST):
        raise argparse.ArgumentTypeError(f'"{text}" is no number of days from 1 to {MOST}')
    return int(text)
