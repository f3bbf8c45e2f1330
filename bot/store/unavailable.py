"""What is raised when there is no database to be had."""

from __future__ import annotations


class DatabaseUnavailable(Exception):
    """The database cannot be reached or started; the message is one line that says why and what helps."""
