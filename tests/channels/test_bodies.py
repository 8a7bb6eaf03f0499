"""Character sets, soft line breaks and headers as real programs send them, which is often not as they say."""

import pytest

from citystat.channels import bodies, letters

HEAD = b"From: Ana <ana@x.org>\r\nTo: 311@c.example\r\nSubject: s\r\nMIME-Version: 1.0\r\n"


def text_of(charset: bytes, content: bytes, more: bytes = b"") -> str:
    return letters.parse(HEAD + b"Content-Type: text/plain; charset=" + charset + more + b"\r\n\r\n" + content).text


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        (b"utf-8", "latin-1"), (b"us-ascii", "utf-8"), (b"iso-8859-1", "utf-8"), (b"utf8mb4", "utf-8"), (b"'utf-8'", "utf-8"),
        (b"undefined", "utf-8"), (b"hex", "cp1252"), (b"punycode", "utf-8"), (b"utf-16", "utf-16"), (b"x-unknown", "cp1252"),
    ],
)  # fmt: skip
def test_decoded_whatever_the_charset_says(charset: bytes, encoding: str) -> None:
    assert text_of(charset, "Dirección: Calle Juárez 5".encode(encoding)) == "Dirección: Calle Juárez 5"


def test_decoded_latin_1_has_the_quotation_marks_of_windows() -> None:
    assert text_of(b"iso-8859-1", "It’s “here”".encode("cp1252")) == "It’s “here”"


def test_decoded_long_text_may_end_within_a_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MOST_BYTES", 2)
    assert bodies.decoded("aé".encode(), "utf-8") == "a"


def test_text_of_blanks_that_do_not_break_are_blanks() -> None:
    assert text_of(b"utf-8", "12\xa0Main\u202fSt\u200b".encode()) == "12 Main St"


@pytest.mark.parametrize(
    ("sent", "read"),
    [("A long \r\nline\r\nnext", "A long line\nnext"), (" From me\r\n", "From me"), ("One \r\n-- \r\nAna", "One"), ("> a \r\nb", "> a\nb")],
)
def test_unflowed_joins_what_only_the_screen_broke(sent: str, read: str) -> None:
    assert text_of(b"utf-8", sent.encode(), b"; format=flowed") == read


def test_unflowed_takes_away_the_blank_where_the_letter_says_so() -> None:
    assert text_of(b"utf-8", b"A long  \r\nline", b"; format=flowed; delsp=yes") == "A long line"


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_parse_header_in_raw_letters(encoding: str) -> None:
    found = letters.parse("From: Ana Ruíz <ana@x.org>\r\nSubject: Bache en Calle Juárez\r\n\r\nx".encode(encoding))
    assert (found.subject, found.sender_name) == ("Bache en Calle Juárez", "Ana Ruíz")


@pytest.mark.parametrize(
    "subject",
    [b"=?utf-8?B?Q2FsbGUgSnXDoXJleg==?=", b"=?iso-8859-1?Q?Calle_Ju=E1rez?=", b"=?utf-8?Q?Calle_Ju=C3?=\r\n =?utf-8?Q?=A1rez?=",
     b"=?utf-8?Q?Calle Ju=C3=A1rez?="],
)  # fmt: skip
def test_parse_encoded_subject(subject: bytes) -> None:
    assert letters.parse(b"From: a@x.org\r\nSubject: " + subject + b"\r\n\r\nx").subject == "Calle Juárez"


def test_parse_mark_of_byte_order_before_the_headers() -> None:
    assert letters.parse(b"\xef\xbb\xbf" + HEAD + b"\r\nx").sender == "ana@x.org"


def test_text_of_html_whose_head_nobody_ended() -> None:
    page = "<html><head><title>T<body><p>Hole at 12 Main St</p></body></html>"
    assert bodies.text_of_html(page.replace("T<", "T</title><"), marks_quotations=False) == "Hole at 12 Main St"
