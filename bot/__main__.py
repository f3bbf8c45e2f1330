"""`python -m bot` is `oaflow`."""

from bot.cli.main import entry

entry()
