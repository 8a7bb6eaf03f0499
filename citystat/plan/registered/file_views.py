"""The page that takes values from a file: what was given stays in the form until every row of it is kept."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from citystat.core.access import rule
from citystat.core.errors import InputError, UserError
from citystat.plan import known
from citystat.plan.models import RegisteredMeasure
from citystat.plan.registered import access, presenters, value_actions, value_files
from citystat.plan.registered.value_files import Loaded

MOST_BYTES, MOST_ROWS, MOST_SHOWN = 1_000_000, 2_000, 200
PASTED = "values.csv"


class FileForm(forms.Form):
    """A file, or its rows as text; the measure where the rows name none."""

    measure = forms.ChoiceField(
        label=gettext_lazy("Measure, where the rows name none"), required=False, widget=forms.Select(attrs={"class": "usa-select"})
    )
    file = forms.FileField(
        label=gettext_lazy("CSV file"), required=False, help_text=gettext_lazy("The first line names the columns."),
        widget=forms.ClearableFileInput(attrs={"class": "usa-file-input", "accept": ".csv,.txt,text/csv"}),
    )  # fmt: skip
    text = forms.CharField(
        label=gettext_lazy("Or the rows themselves"), required=False, strip=False, max_length=MOST_BYTES,
        widget=forms.Textarea(attrs={"class": "usa-textarea cs-code", "rows": 8, "spellcheck": "false"}),
    )  # fmt: skip

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = RegisteredMeasure.objects.filter(source__in=value_actions.GIVEN, is_retired=False).order_by("name")
        everything, language = known.everything(), presenters.language()
        able = [row.name for row in rows if row.name in everything and access.can_give(user, row)]
        named = [(name, f"{everything[name].label.in_(language)} ({name})") for name in able]
        self.fields["measure"].choices = [("", _("Each row names its own")), *named]  # type: ignore[attr-defined]

    def given(self) -> tuple[str, bytes]:
        """Name and content of what was given; a file stands before text."""
        file = self.cleaned_data.get("file")
        if file is not None:
            if file.size > MOST_BYTES:
                raise InputError(_("The file is larger than 1 MB: split it, or let the office load it with `citystat measure load`."))
            return str(file.name), file.read()
        if not self.cleaned_data["text"].strip():
            raise InputError(_("Choose a file, or paste its rows."))
        return PASTED, self.cleaned_data["text"].encode()

    def put(self, text: str) -> None:
        """Show these rows in the form."""
        self.data = {**{name: self.data.get(name, "") for name in self.fields}, "text": text}


@rule("signed_in")
@require_http_methods(["GET", "HEAD", "POST"])
def values_from_file(request: HttpRequest) -> HttpResponse:
    """Values of one or many measures from a file: checked whole, then kept whole, or the good rows alone when asked."""
    initial = {"measure": request.GET.get("measure", "")}
    form = FileForm(request.POST or None, request.FILES or None, user=request.user, initial=initial)
    found: Loaded | None = None
    if request.method == "POST" and form.is_valid():
        try:
            found = _load(request, form)
        except UserError as error:
            form.add_error(None, str(error))
    if found is not None and not found.refused and (found.is_kept or found.unchanged):
        messages.success(request, _said(found))
        chosen = form.cleaned_data["measure"]
        return redirect("register:values", chosen) if chosen else redirect("register:from_file")
    status = 400 if request.method == "POST" and not (found and found.is_kept) else 200
    return render(request, "plan/registered/from_file.html", _context(form, found), status=status)


def _load(request: HttpRequest, form: FileForm) -> Loaded:
    name, content = form.given()
    found = value_files.load(
        by=request.user, name=name, content=content, measure=form.cleaned_data["measure"], keep_good="keep_good" in request.POST,
        most_rows=MOST_ROWS,
    )  # fmt: skip
    if not found.rows:
        raise InputError(_("There is no row below the first line."))
    # What stays in the form is what is still to be done: everything, or the refused rows alone.
    form.put(value_files.refused_text(found) if found.is_kept else value_files.text_of(name, content))
    return found


def _context(form: FileForm, found: Loaded | None) -> dict[str, Any]:
    columns = [
        ("period", _("2017-06, 2017-Q2 or 2017")), ("value", _("A number in the unit of the measure; a percentage with its sign: 61%")),
        ("numerator, denominator", _("Instead of the value, where both are known")),
        ("measure", _("Its name in the register, where the rows are of several")),
        ("group_value", _("The district or department, where it is not for the whole")),
        ("note, evidence", _("Why there is no value, and where the number can be checked")),
    ]  # fmt: skip
    shown = found.refused[:MOST_SHOWN] if found else []
    return {"form": form, "found": found, "said": _said(found) if found else "", "refused": shown, "columns": columns}


def _said(found: Loaded) -> str:
    """What became of the rows in one sentence."""
    parts = [
        ngettext("%(n)s value is kept.", "%(n)s values are kept.", found.accepted) % {"n": found.accepted} if found.is_kept else "",
        ngettext("%(n)s stands already as given.", "%(n)s stand already as given.", found.unchanged) % {"n": found.unchanged}
        if found.unchanged
        else "",
        ngettext("%(n)s row is refused.", "%(n)s rows are refused.", len(found.refused)) % {"n": len(found.refused)}
        if found.refused
        else "",
        "" if found.is_kept or not found.refused else _("Nothing is kept yet."),
        _("It was read as Windows text: look at the letters with accents.") if found.encoding == "cp1252" else "",
        _("Left out: %(columns)s.") % {"columns": ", ".join(found.ignored)} if found.ignored else "",
    ]
    return " ".join(part for part in parts if part)
