"""Reading letters and finding places in words: no database, hostile bytes included."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citystat.channels import letters, rules
from citystat.core.errors import InputError
from tests.channels.letters_of_people import letter

HTML = """<html><head><title>T</title><style>p{}</style></head><body><p>There is a <b>hole</b>&nbsp;here.</p><script>alert(1)</script>
<div>At 12 Main St</div><blockquote>old words</blockquote></body></html>"""


def test_parse_html_only_gives_its_visible_words() -> None:
    assert letters.parse(letter(html=HTML, In_Reply_To="<1@c.example>")).text == "There is a hole here.\n\nAt 12 Main St"


def test_parse_prefers_plain_text() -> None:
    assert letters.parse(letter("Plain words", html=HTML)).text == "Plain words"


@pytest.mark.parametrize(
    "quoted",
    [
        "On Mon, May 5, 2026 at 3:00 PM City 311 <311@city.example> wrote:\n> old",
        "On Mon, May 5, 2026 at 3:00 PM City of a Very Long Name 311\n<311@city.example> wrote:\n> old",
        "El lun, 5 may 2026 a las 15:00, City 311 escribió:\n> old",
        "-----Original Message-----\nFrom: City\nold",
        "________________________________\nold",
        "From: City 311 <311@city.example>\nSent: Monday\nold",
        "-- \nAna Ruiz\nold",
        "Sent from my iPhone\nold",
    ],
)
def test_parse_reply_keeps_only_what_is_new(quoted: str) -> None:
    raw = letter(f"Left side\nof the street\n\n{quoted}", In_Reply_To="<1@city.example>")
    assert letters.parse(raw).text == "Left side\nof the street"


def test_parse_keeps_a_forwarded_message_that_is_no_reply() -> None:
    assert "12 Main St" in letters.parse(letter("See below\n> Hole at 12 Main St")).text


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252", "no-such-charset"])
def test_parse_reads_every_charset(charset: str) -> None:
    encoding = "latin-1" if charset == "no-such-charset" else charset
    raw = b"From: a@b.org\r\nContent-Type: text/plain; charset=" + charset.encode() + b"\r\n\r\n" + "Dirección: Calle 5".encode(encoding)
    assert letters.parse(raw).text == "Dirección: Calle 5"


def test_parse_header_over_many_lines_stays_one_line() -> None:
    found = letters.parse(b"From: a@b.org\r\nSubject: =?utf-8?q?one=0D=0ABcc=3A_x?=\r\n two\r\nMessage-ID: <a b>\r\n\r\nx")
    assert "\n" not in found.subject
    assert "\r" not in found.subject
    assert found.message_id.startswith("<")


def test_parse_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "MOST_BYTES", 100)
    with pytest.raises(InputError, match="larger"):
        letters.parse(letter("x" * 200))


@pytest.mark.slow
def test_parse_thousands_of_nested_parts_do_not_break_it() -> None:
    raw = b"From: a@b.org\r\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (number, number) for number in range(3_000)
    )
    assert sender_or_sentence(raw) in {"a@b.org", "The message is broken and cannot be read."}


def sender_or_sentence(raw: bytes) -> str:
    try:
        return letters.parse(raw).sender
    except InputError as error:
        return str(error)


def test_parse_attachment_kind_is_told_by_content_not_by_name() -> None:
    found = letters.parse(letter("x", files=(("photo.jpg", b"MZ\x90 program"), ("a.bin", b"%PDF-1.4"), ("b.txt", b"RIFF1234WAVE"))))
    assert [one.media_type for one in found.enclosures] == ["application/pdf", "audio/wav"]
    assert found.left_out == 1


def part_of(kind: str, content: bytes, *headers: str) -> bytes:
    lines = [f"Content-Type: {kind}", "Content-Transfer-Encoding: base64", *headers, "", base64.b64encode(content).decode()]
    return "\r\n".join(["--b", *lines, ""]).encode()


def test_parse_leaves_out_seals_and_little_pictures_within_the_text_without_counting_them() -> None:
    photo, mark = b"\xff\xd8\xff" + bytes(20_000), b"\x89PNG\r\n\x1a\n" + bytes(900)
    parts = [
        part_of("text/plain", b"Hole at 12 Main St"),
        part_of("image/png", mark, "Content-ID: <mark>", "Content-Disposition: inline"),
        part_of("image/jpeg", photo, "Content-ID: <photo>", "Content-Disposition: inline"),
        part_of("image/png", mark, "Content-ID: <sent>", "Content-Disposition: attachment"),
        part_of("application/pkcs7-signature", b"\x30\x80", "Content-Disposition: attachment"),
        part_of("application/ms-tnef", b'x\x9f>"', "Content-Disposition: attachment; filename=winmail.dat"),
    ]
    head = b"From: a@b.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    found = letters.parse(head + b"".join(parts) + b"--b--\r\n")
    assert [(one.media_type, len(one.content)) for one in found.enclosures] == [("image/jpeg", len(photo)), ("image/png", len(mark))]
    assert (found.text, found.left_out) == ("Hole at 12 Main St", 1)


@given(st.binary(max_size=2_000))
def test_parse_any_bytes_is_a_letter_or_a_sentence(raw: bytes) -> None:
    try:
        found = letters.parse(raw)
    except InputError:
        return
    assert all(ord(letter) >= 32 for letter in found.subject + found.message_id)


@pytest.mark.slow
@given(st.dictionaries(st.sampled_from(["From", "To", "Subject", "References", "Return-Path", "List-Id"]), st.text(max_size=200)))
def test_parse_any_headers_is_a_letter_or_a_sentence(headers: dict[str, str]) -> None:
    raw = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode("utf-8", "surrogatepass") + b"\r\nHello"
    assert "\n" not in sender_or_sentence(raw)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Hole.\nAddress: 12 Main St\nThanks", "12 Main St"),
        ("Dirección: Calle Main 12", "Calle Main 12"),
        ("There is a hole at 4120 NE Oak Ridge Blvd. please", "4120 NE Oak Ridge Blvd"),
        ("hole near 12 main street", "12 main street"),
        ("hay un bache en la calle Juárez 45", "calle Juárez 45"),
        ("Light out, corner of 5th and Main", "5th and Main"),
        ("It is at Oak St and 5th Ave, big", "Oak St and 5th Ave"),
        ("The truck is 20 minutes late", ""),
        ("There are 3 cars on the way", ""),
        ("I have waited 5 days for a place to park", ""),
        ("Lights out and by the way it is dark", ""),
        ("", ""),
    ],
)
def test_place_in(text: str, place: str) -> None:
    assert rules.place_in(text) == place


@pytest.mark.parametrize(
    ("text", "place"),
    [("12 Main", "12 Main"), ("Main and Oak", "Main and Oak"), ("I do not know", ""), ("no idea and no", ""), ("", "")],
)
def test_place_as_answer(text: str, place: str) -> None:
    assert rules.place_as_answer(text) == place


@pytest.mark.slow
@given(st.text(max_size=6_000))
def test_place_in_any_text_is_quick_and_part_of_it(text: str) -> None:
    found = rules.place_in(text)
    assert found in " ".join(text.split()) or found.rstrip(".,") in " ".join(text.split())


@pytest.mark.parametrize("text", ["1 " + "a " * 3_000, "1" * 5_000, "A and " * 1_000, "\n" * 5_000 + "Address:", "calle " + "b " * 2_000])
def test_place_in_hostile_text_takes_no_time(text: str) -> None:
    import time

    begun = time.perf_counter()
    rules.place_in(text)
    # A pattern that tries every way to split such a text would need hours.
    assert time.perf_counter() - begun < 10


@pytest.mark.parametrize(
    ("text", "language"), [("There is a hole in the street", "en"), ("Hay un bache en la calle", "es"), ("¿Bache?", "es"), ("12", "en")]
)
def test_language_of(text: str, language: str) -> None:
    assert rules.language_of(text) == language


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("STOP", ("stop", "en")), (" Stop. ", ("stop", "en")), ("Opt out", ("stop", "en")), ("cancel", ("stop", "en")),
        ("Please stop!", ("stop", "en")), ("Alto", ("stop", "es")), ("No más", ("stop", "es")), ("CANCELAR", ("stop", "es")),
        ("start", ("start", "en")), ("Comenzar", ("start", "es")), ("AYUDA", ("help", "es")), ("info", ("help", "en")),
        ("stop the cars", ("", "")), ("end of the street", ("", "")), ("cancel my request 26-000001", ("", "")), ("", ("", "")),
    ],
)  # fmt: skip
def test_keyword_of(text: str, meant: tuple[str, str]) -> None:
    assert rules.keyword_of(text) == meant


AROUND = rules.Surroundings({"311@city.example"}, "city.example")


@pytest.mark.parametrize(
    ("sender", "subject", "headers"),
    [
        ("a@b.org", "Automatic reply: Your request", {}),
        ("a@b.org", "Respuesta automática: Su solicitud", {}),
        ("a@b.org", "Out of Office AutoReply: x", {}),
        ("a@b.org", "Fuera de la oficina", {}),
        ("a@b.org", "x", {"Auto_Submitted": 'auto-replied; owner-email="a@b.org"'}),
        ("a@b.org", "x", {"X_Autoreply": "yes"}),
        ("a@b.org", "x", {"X_Autogenerated": "Reply"}),
        ("a@b.org", "x", {"Precedence": "auto_reply"}),
        ("MAILER-DAEMON@mx.b.org", "failure notice", {}),
        ("bounces+123@b.org", "x", {}),
        ("MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@b.org", "Undeliverable: x", {}),
        ("no_reply@b.org", "x", {}),
        ("club-noreply@b.org", "x", {}),
        ("a@b.org", "x", {"List_Id": "Neighbors <neighbors.b.org>"}),
        ("a@b.org", "x", {"List_Unsubscribe": "<https://b.org/out>"}),
        ("a@b.org", "x", {"Precedence": "bulk"}),
    ],
)
def test_why_ignored_machines_of_several_makes(sender: str, subject: str, headers: dict[str, str]) -> None:
    assert rules.why_ignored(letters.parse(letter("x", sender=sender, subject=subject, **headers)), AROUND)


@pytest.mark.parametrize(
    ("sender", "subject", "headers"),
    [
        ("a@b.org", "Out of office lights at City Hall", {}),
        ("reply.all@b.org", "Automatic reply button is broken", {}),
        ("nora@reply.org", "x", {"Auto_Submitted": "no"}),
        ("a@b.org", "Hole", {"List_Id": "311 <311.city.example>", "Precedence": "list", "List_Unsubscribe": "<mailto:x@y>"}),
    ],
)
def test_why_ignored_leaves_people_alone(sender: str, subject: str, headers: dict[str, str]) -> None:
    assert rules.why_ignored(letters.parse(letter("x", sender=sender, subject=subject, **headers)), AROUND) == ""
