"""The variables by which whoever runs oaflow sets up the program itself, beside those of a playbook.

All are read in one way, by `bot.app.playbook_environment`: the environment of the process comes first, then
the file `.env` beside `bot.yaml`. `docs/operations/install.md` says what each means.
"""

from __future__ import annotations

DATA = "OAFLOW_DATA"
KEYS_FILE = "OAFLOW_KEYS_FILE"
PUBLIC_URL = "OAFLOW_PUBLIC_URL"
TRUSTED_PROXIES = "OAFLOW_TRUSTED_PROXIES"
CONNECTIONS = "OAFLOW_CONNECTIONS"
LINE_API = "OAFLOW_LINE_API"
LINE_DATA_API = "OAFLOW_LINE_DATA_API"
SHOP_API = "OAFLOW_SHOP_API"
PUSH_API = "OAFLOW_PUSH_API"
PLAIN = "OAFLOW_PLAIN"

OWN = (
    *(DATA, KEYS_FILE, PUBLIC_URL, TRUSTED_PROXIES, CONNECTIONS),
    *(LINE_API, LINE_DATA_API, SHOP_API, PUSH_API, PLAIN),
)
"""All of them. The keys, `OAFLOW_KEYS`, are what a playbook's `keys:` names, as a secret of it."""
OF_THE_WORLD = (PUBLIC_URL, LINE_API, LINE_DATA_API, SHOP_API, PUSH_API)
"""Where the real bot and the real world are: a simulator has addresses of its own, unless its own environment
names others."""
