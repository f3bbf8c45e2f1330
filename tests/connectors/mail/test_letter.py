"""What stands in a mail: a server as it is written down, one address, and no header of anybody else's. K4"""

from __future__ import annotations

import email
import unicodedata
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.connectors.mail.server import MailServer, is_mail_address, mail_server
from bot.connectors.mail.smtp import LONGEST_SUBJECT, Letter, in_one_line, message_of
from tests.depth import examples

AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("smtp://mail.example", MailServer("mail.example", 587, "starttls")),
        ("smtps://mail.example", MailServer("mail.example", 465, "tls")),
        ("smtp://localhost:25", MailServer("localhost", 25, "starttls")),
        (
            "smtps://ops%40forest.example:p%3Aw%40d@mail.example:2465",
            MailServer("mail.example", 2465, "tls", "ops@forest.example", "p:w@d", "ops@forest.example"),
        ),
        (
            "smtp://apikey:k@smtp.example?from=bot@forest.example",
            MailServer("smtp.example", 587, "starttls", "apikey", "k", "bot@forest.example"),
        ),
        ("smtp://[::1]:25", MailServer("::1", 25, "starttls")),
        ("mail.example", None),
        ("https://mail.example", None),
        ("smtp://", None),
        ("smtp://mail.example:0", None),
        ("smtp://mail.example:port", None),
        ("smtp://mail.example/inbox", None),
        ("smtp://mail.example\r\nRCPT TO:<x@y.example>", None),
        ("smtp://k@mail.example?from=no", None),
        ("smtp://k@mail.example?from=a@b.example%0d%0aBcc:x@y.example", None),
    ],
)
def test_a_server_as_it_is_written(text: str, server: MailServer | None) -> None:
    assert mail_server(text) == server


def test_no_secret_is_shown() -> None:
    assert "opaque" not in repr(mail_server("smtp://ops:opaque@mail.example"))


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("ops@forest.example", True),
        ("ops+bot@forest.example", True),
        ("ops@localhost", True),
        ("ops", False),
        ("@forest.example", False),
        ("ops@forest.example, boss@forest.example", False),
        ("Ops <ops@forest.example>", False),
        ("ops@forest.example\nBcc: x@y.example", False),
        ("客服@forest.example", False),
        (f"{'a' * 250}@b.example", False),
    ],
)
def test_one_address_and_nothing_beside_it(text: str, is_one: bool) -> None:
    assert is_mail_address(text) is is_one


@given(st.text(max_size=300), st.text(max_size=300))
@settings(max_examples=examples(200))
def test_whatever_a_name_is_no_header_is_added(subject: str, text: str) -> None:
    letter = Letter("b1", "ops@forest.example", "bot@forest.example", subject, text, AT)
    read = email.message_from_bytes(message_of(letter).as_bytes(), policy=default)
    assert sorted(read.keys()) == sorted(
        [
            *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language"),
            *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
        ]
    )
    assert str(read["To"]) == "ops@forest.example"
    assert len(str(read["Subject"])) <= LONGEST_SUBJECT


_ENCODED = st.lists(
    st.one_of(
        st.text(max_size=4),
        st.sampled_from(
            ("=?", "?=", "=?u8?q?", "=?utf-8?q?", "=?utf-8?b?Cg==?=", "=?u8?q?=0A=0AIBAN?=", "=0D=0A", "\n")
        ),
        st.sampled_from(("Bcc:_x@y.example", "=", "?", "\u202e", "好", " ", "\ud800")),
    ),
    max_size=12,
).map("".join)


@pytest.mark.ring("test", "a law")
@given(_ENCODED)
@example("=?u8?q?=0A=0AIBAN?=")
@example("=?u8?q?a=0D=0ABcc:_x@y.example?=")
@example("=\u202e?u8?q?=0A=0AIBAN?=")
@example("=\n?u8?q?=0A=0AIBAN?=")
@settings(max_examples=examples(300))
def test_no_name_is_decoded_into_a_header_or_a_body(name: str) -> None:
    """Encoded words (RFC 2047) are how a line break comes in that nobody sees."""

    def handed_in(subject: str) -> EmailMessage:
        letter = Letter("b1", "ops@forest.example", "bot@forest.example", subject, "請回覆\n", AT)
        read = email.message_from_bytes(message_of(letter).as_bytes(), policy=default)
        assert isinstance(read, EmailMessage)
        return read

    plain, read = handed_in("小美"), handed_in(f"森林: {name} 在等客服")
    assert read.keys() == plain.keys()
    assert all(read[key] == plain[key] for key in plain if key != "Subject")
    assert read.get_payload() == plain.get_payload()
    assert not read.defects
    assert not any(unicodedata.category(c) == "Cc" for c in str(read["Subject"]))


def test_a_break_and_a_turn_around_are_taken_out() -> None:
    assert in_one_line("小美\r\nBcc: x@y.example\u202e\u2028好") == "小美 Bcc: x@y.example 好"
