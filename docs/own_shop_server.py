"""A shop's own system for oaflow (docs/own-shop.md), run with SECRET, MEMBERS (a file) and PORT."""

import base64
import hmac
import json
import os
import sqlite3
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

WRITE = {"write": ("name", "birthday", "marketing"), "link": ("line_id",)}
NOW = "strftime('%Y-%m-%dT%H:%M:%fZ')"
FIELDS = "name, birthday, tier, points, marketing, phone_proven, line_id, updated_at"
db = sqlite3.connect(os.environ["MEMBERS"], isolation_level=None)
db.row_factory = sqlite3.Row
db.execute(f"CREATE TABLE IF NOT EXISTS member (member_no INTEGER PRIMARY KEY, phone TEXT UNIQUE, {FIELDS})")


def is_from_oaflow(headers, body):
    sent = headers.get("webhook-timestamp", "")
    is_new = sent.isdecimal() and abs(time.time() - int(sent)) <= 300
    signed = f"{headers.get('webhook-id', '')}.{sent}.".encode() + body
    wanted = b"v1," + base64.b64encode(hmac.digest(os.environ["SECRET"].encode(), signed, "sha256"))
    return is_new and hmac.compare_digest(wanted, headers.get("webhook-signature", "").encode())


def members(where, *values):
    rows = db.execute(f"SELECT * FROM member WHERE {where}", values)
    return [dict(row) | {name: bool(row[name]) for name in ("phone_proven", "marketing")} for row in rows]


def answer(ask, asked):
    if ask == "list":
        where = f"member_no > ? AND updated_at >= ? ORDER BY member_no LIMIT {asked['limit']:d}"
        page = members(where, int(asked["after"] or 0), asked["since"] or "")
        return {"members": page, "next": str(page[-1]["member_no"]) if len(page) == asked["limit"] else None}
    if ask == "register":  # of one phone there is one member, however often this comes
        values = (
            f"(phone, name, marketing, phone_proven, updated_at) VALUES (:phone, :name, :marketing, 1, {NOW})"
        )
        db.execute(f"INSERT OR IGNORE INTO member {values}", asked)
    for name, value in asked.get("values", {"line_id": asked.get("line_id")}).items():
        if name in WRITE.get(ask, ()):
            change = f"UPDATE member SET {name} = ?, updated_at = {NOW} WHERE member_no = ?"
            db.execute(change, (value, asked["member_no"]))
    by = "phone" if ask in ("find", "register") else "member_no"
    return {"members": members(f"{by} = ?", asked[by])} if by in asked else None


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(min(int(self.headers["Content-Length"]), 65536))
        asked = json.loads(body) if is_from_oaflow(self.headers, body) else None
        said = asked and answer(asked["ask"], asked)
        self.send_response(200 if said else 501 if asked else 401)
        self.end_headers()
        self.wfile.write(json.dumps(said or {}).encode())


HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
