"""Answers as the mail programs of people write them: what is new is kept, wherever it stands; what it answers is not."""

import pytest

from citystat.channels import letters
from tests.channels.letters_of_people import letter

NEW = "Left side of the street"
GMAIL = "On Mon, Nov 16, 2026 at 3:00 PM City 311 <311@city.example> wrote:"
GMAIL_ES = "El lun, 16 nov 2026 a las 15:00, City 311 (<311@city.example>) escribió:"
OUTLOOK = "From: City 311\nSent: Monday, November 16, 2026 3:00 PM\nTo: Ana\nSubject: Your request\n\nold words"
OUTLOOK_ES = "De: City 311\nEnviado el: lunes, 16 de noviembre de 2026 15:00\nPara: Ana\nAsunto: Su solicitud\n\nold words"


def text_of(text: str = "", html: str = "", subject: str = "Re: Your request", **headers: str) -> str:
    return letters.parse(letter(text, html=html, subject=subject, In_Reply_To="<1@city.example>", **headers)).text


@pytest.mark.parametrize(
    "below",
    [
        f"{GMAIL}\n\n> old\n> words",
        GMAIL.replace("3:00 PM", "3:00\u202fPM") + "\n> old",
        "On Mon, Nov 16, 2026 at 3:00 PM City of Calder Bend Action\nCenter and Public Works <\nreply+x@c.example> wrote:\n\n> old",
        f"{GMAIL_ES}\n\n> old",
        GMAIL_ES.replace("(<", "(<\n") + "\n> old",
        "Sent from my iPhone\n\n> On Nov 16, 2026, at 3:00 PM, City 311 <311@city.example> wrote:\n> \n> old",
        "Enviado desde mi iPhone\n\n> El 16 nov 2026, a las 15:00, City 311 <311@city.example> escribió:\n> old",
        OUTLOOK,
        OUTLOOK_ES,
        "*From:* City 311 <311@city.example>\n*Sent:* Monday\n\nold words",
        "Get Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\nFrom: City\nold",
        "Obtener Outlook para Android<https://aka.ms/x>\n________________________________\nDe: City\nold",
        f"Enviado desde Correo para Windows\n\n{OUTLOOK_ES}",
        "Sent from my Galaxy\n\n-------- Original message --------\nFrom: City 311\nold",
        "-------- Mensaje original --------\nDe: City 311\nold",
        "---------- Forwarded message ---------\nFrom: City 311\nold",
        "    On Monday, November 16, 2026 at 03:00:00 PM CST, City 311 <311@city.example> wrote:  \n \n old words",
        "Sent from Yahoo Mail on Android\n\n  On Mon, Nov 16, 2026 at 3:00 PM, City 311<311@city.example> wrote:   old words",
        "Sent with Proton Mail secure email.\n\nOn Monday, November 16th, 2026, City 311 <311@city.example> wrote:\n\n> old",
    ],
)
def test_fresh_text_above_the_quotation(below: str) -> None:
    assert text_of(f"{NEW}\n\n{below}\n") == NEW


@pytest.mark.parametrize(
    "above",
    [
        f"{GMAIL}\n\n> old\n> words",
        f"{GMAIL_ES}\n\n> old",
        "On 11/16/26 15:00, City 311 wrote:\n> old",
        "> old",
        "Sent from my iPhone\n\n> old",
    ],
)
def test_fresh_text_below_the_quotation(above: str) -> None:
    assert text_of(f"{above}\n\n{NEW}\n") == NEW


def test_fresh_text_between_the_quotation() -> None:
    assert text_of(f"{GMAIL}\n> Where is it?\n12 Main St\n> Which side?\n{NEW}\n") == f"12 Main St\n{NEW}"


def test_fresh_text_below_what_is_introduced_but_not_marked_is_not_lost() -> None:
    assert NEW in text_of(f"On Mon, Nov 16, 2026 at 3:00 PM, City 311<311@city.example> wrote:\n old words\n\n{NEW}")


def test_fresh_text_of_an_answer_with_nothing_new_is_empty() -> None:
    assert [text_of(f"\n\n{one}") for one in (f"{GMAIL}\n> old", OUTLOOK, f"Sent from my iPhone\n\n{OUTLOOK}")] == ["", "", ""]


def test_fresh_text_about_what_somebody_wrote_is_kept_whole() -> None:
    words = "On Main Street there is a hole.\nOn the left side somebody wrote:\nhello"
    assert text_of(words) == words


@pytest.mark.parametrize(
    "html",
    [
        f'<div dir="ltr">{NEW}</div><br><div class="gmail_quote"><div>On Mon, Nov 16, 2026 at 3:00 PM City 311 '
        f'&lt;<a href="mailto:311@c.example">311@c.example</a>&gt; wrote:<br></div><blockquote>old</blockquote></div>',
        f"<blockquote>old</blockquote><p>{NEW}</p>",
        f'<p class=MsoNormal>{NEW}<o:p></o:p></p><div style="border:none;border-top:solid"><p><b>From:</b> City 311 &lt;311@c&gt; <br>'
        "<b>Sent:</b> Monday<br><b>To:</b> Ana</p></div><p>old words</p>",
        f'<div>{NEW}</div><hr><div id="divRplyFwdMsg"><b>De:</b> City 311<br><b>Enviado:</b> lunes<br><b>Para:</b> Ana</div><div>old</div>',
        f'{NEW}<br><div dir="ltr">Sent from my iPhone</div><blockquote type="cite">On Nov 16, 2026, City 311 wrote:<br>old</blockquote>',
    ],
)
def test_fresh_text_of_html(html: str) -> None:
    assert text_of(html=html) == NEW


@pytest.mark.parametrize("subject", ["Fwd: Hole", "FW: Hole", "RV: Bache"])
def test_fresh_text_of_a_forwarded_message_is_kept_though_it_has_references(subject: str) -> None:
    forwarded = (
        "See below\n\n-- \nAna Ruiz\n\n---------- Forwarded message ---------\nFrom: Eve <eve@x.org>\nDate: Monday\n\nHole at 12 Main St"
    )
    found = text_of(forwarded, subject=subject)
    assert found.startswith("See below")
    assert found.endswith("Hole at 12 Main St")
    assert "Ana Ruiz" not in found


def test_fresh_text_of_html_forwarded_as_a_quotation_is_kept() -> None:
    html = '<p>See below</p><blockquote type="cite">Hole at 12 Main St</blockquote>'
    assert text_of(html=html, subject="Fwd: Hole") == "See below\n\nHole at 12 Main St"
    assert letters.parse(letter(html='<blockquote style="margin:0 0 0 40px">Hole at 12 Main St</blockquote>')).text == "Hole at 12 Main St"


@pytest.mark.slow
@pytest.mark.parametrize("text", ["On 1 " + "a " * 50_000, "From: a\n" * 5_000, "<a@b> " * 20_000, "On 5\n" * 20_000, "> \n" * 30_000])
def test_fresh_text_of_hostile_letters_takes_no_time(text: str) -> None:
    import time

    begun = time.process_time()
    text_of(text)
    assert time.process_time() - begun < 10
