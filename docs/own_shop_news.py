"""Tells oaflow who has changed at own_shop_server.py (docs/own-shop.md): MEMBERS, SHOP, OAFLOW, TOKEN."""

import json
import logging
import os
import sqlite3
import time
from urllib.request import Request, urlopen

db = sqlite3.connect(os.environ["MEMBERS"], isolation_level=None)
db.execute("CREATE TABLE IF NOT EXISTS told (member_no INTEGER PRIMARY KEY, at)")
CHANGED = "member LEFT JOIN told USING (member_no) WHERE updated_at IS NOT at ORDER BY updated_at LIMIT 1000"


def tell():  # what nobody has confirmed is told again, under the same id
    changed = db.execute(f"SELECT member_no, updated_at, at FROM {CHANGED}").fetchall()
    if not changed:
        return
    events = [
        {
            "id": f"{member_no}-{updated_at}",
            "shop": os.environ["SHOP"],
            "news": "member_registered" if at is None else "member_updated",
            "member_no": str(member_no),
        }
        for member_no, updated_at, at in changed
    ]
    headers = {"Authorization": f"Bearer {os.environ['TOKEN']}", "Content-Type": "application/json"}
    call = Request(f"{os.environ['OAFLOW']}/api/events", json.dumps(events).encode(), headers)
    with urlopen(call, timeout=30) as answer:
        said = json.load(answer)["events"]
    for (member_no, updated_at, _), one in zip(changed, said, strict=True):
        if one["status"] in ("stored", "known"):
            db.execute("REPLACE INTO told VALUES (?, ?)", (member_no, updated_at))
        else:
            logging.warning("%s: %s %s", member_no, one["field"], one["message"])


while __name__ == "__main__":
    try:
        tell()
    except OSError as error:  # not now, or not with this token
        logging.warning("not told: %s", error)
    time.sleep(5)
