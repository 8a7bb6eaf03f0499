"""A resident gets or deletes what the city holds of them: a link goes to their own address first, and works once, for a day."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from citystat.core.access import rule
from citystat.core.errors import InputError
from citystat.intake import limits, places, presenters, spent_links
from citystat.intake.forms import text_input
from citystat.service_requests.cases import person_requests, public
from citystat.service_requests.models import ServiceRequest

WANTS = (("get", gettext_lazy("Get a copy of my data")), ("delete", gettext_lazy("Delete my data")))


class MyDataForm(forms.Form):
    """What somebody wants, and where to write to; with a private link the address is the one given with the report."""

    act = forms.ChoiceField(label=gettext_lazy("What do you want?"), choices=WANTS, initial="get", widget=forms.RadioSelect)
    email = forms.CharField(
        label=gettext_lazy("E-mail address"),
        required=False,
        max_length=254,
        widget=text_input("email", autocomplete="email", inputmode="email"),
    )
    phone = forms.CharField(
        label=gettext_lazy("Or telephone number"),
        required=False,
        max_length=40,
        widget=text_input("tel", autocomplete="tel", inputmode="tel"),
    )

    def __init__(self, request: ServiceRequest | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        if request is not None:
            del self.fields["email"], self.fields["phone"]

    def send(self, language: str) -> None:
        """Send the link; says nothing of whether the address is known."""
        given = self.cleaned_data
        if self.request is not None:
            person_requests.send_link_of(self.request, act=given["act"], language=language)
            return
        found = person_requests.person(email=given["email"], phone=given["phone"])
        person_requests.send_link(act=given["act"], person=found, language=language)


@rule("public")
@require_http_methods(["GET", "HEAD", "POST"])
def my_data(request: HttpRequest) -> HttpResponse:
    """Ask for the link; the answer is the same for every address."""
    token = request.GET.get("r", "")
    report = public.tracked(token) if token else None
    form = MyDataForm(report, request.POST if request.method == "POST" else None)
    context = {"form": form, "report": report, "is_sent": False}
    if request.method == "POST":
        try:
            if form.is_valid():
                limits.check(request)
                form.send(presenters.language())
                context["is_sent"] = True
        except (InputError, limits.TooMany) as error:
            form.add_error(None, str(error))
    status = 400 if request.method == "POST" and not context["is_sent"] else 200
    return places.private(render(request, "intake/my_data.html", context, status=status))


@rule("public")
@require_http_methods(["GET", "HEAD", "POST"])
@spent_links.explained(spent_links.MY_DATA)
def my_data_get(request: HttpRequest, secret: str) -> HttpResponse:
    """A button that gives the archive, once; mail programs that open links by themselves get nothing."""
    if request.method != "POST":
        person_requests.open_link(secret, act="get")
        return places.private(render(request, "intake/my_data_link.html", {"act": "get"}))
    response = HttpResponse(person_requests.export_by_link(secret), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{_("my-data")}.zip"'
    return places.private(response)


@rule("public")
@require_http_methods(["GET", "HEAD", "POST"])
@spent_links.explained(spent_links.MY_DATA)
def my_data_delete(request: HttpRequest, secret: str) -> HttpResponse:
    """Delete, once, after one more look at what goes and what stays."""
    if request.method != "POST":
        person_requests.open_link(secret, act="delete")
        return places.private(render(request, "intake/my_data_link.html", {"act": "delete"}))
    counts = person_requests.delete_by_link(secret, with_words="words" in request.POST)
    return places.private(render(request, "intake/my_data_link.html", {"act": "deleted", "kept": counts["contacts_kept_by_a_hold"]}))
