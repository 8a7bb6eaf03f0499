"""Loading the contact center's own files in the browser: calls, callers' answers, costs. Each is there whole or not at all."""

import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from citystat.action_center import center_words as words
from citystat.action_center.forms import select
from citystat.core.access import rule
from citystat.core.errors import InputError, NotFound, UserError
from citystat.service_requests.center import cost_files, layout_files, loading

MOST_BYTES = 20_000_000
GZIP = b"\x1f\x8b"
# What a tab loads: the words above the form, the action, the kind of its layouts, the page to go back to.
KINDS: dict[str, tuple[Any, Any, str, str]] = {
    "calls": (gettext_lazy("Load calls"), loading.load_calls, loading.CALLS, "action:center"),
    "survey": (gettext_lazy("Load what callers say"), loading.load_survey, loading.SURVEY, "action:center_survey"),
    "costs": (gettext_lazy("Load costs"), loading.load_costs, loading.COSTS, "action:center_costs"),
}


class CenterFileForm(forms.Form):
    """A file, and its layout where the header does not tell."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy("As the telephone system or the survey exports it; the first line names the columns. At most 20 MB."),
        widget=forms.ClearableFileInput(attrs={"class": "usa-file-input", "accept": ".csv,.txt,text/csv"}),
    )
    layout = forms.ChoiceField(label=gettext_lazy("Layout"), required=False, widget=select())

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(one.name, str(one.definition.get("title", one.name))) for one in layouts_of(kind)]
        self.fields["layout"].choices = [("", _("Told by the first line")), *known]  # type: ignore[attr-defined]
        if not known:
            del self.fields["layout"]

    def clean_file(self) -> "UploadedFile[Any]":
        """Plain text of a size a page can wait for."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 20 MB: load it by months, or with `citystat load`."))
        if file.read(2) == GZIP:
            raise forms.ValidationError(_("The file is compressed: unpack it and send the CSV file."))
        file.seek(0)
        return file


@rule("manage_311")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def load(request: HttpRequest, kind: str) -> HttpResponse:
    """One file; what cannot be loaded is said beside it and changes nothing."""
    if kind not in KINDS:
        raise NotFound(_("The address may be mistyped, or the page has moved. Start again from the home page."))
    title, act, layouts, back = KINDS[kind]
    form = CenterFileForm(request.POST or None, request.FILES or None, kind=layouts)
    if request.method == "POST" and form.is_valid():
        try:
            found = loaded(act, form, request.user)
            (messages.warning if found["rejected"] else messages.success)(request, said(found))
            return redirect(back)
        except UserError as error:
            form.add_error("file", str(error))
    context = {"form": form, "title": title, "tab": kind, "layouts": columns_of(layouts)}
    return render(request, "action_center/center_load.html", context, status=400 if form.is_bound else 200)


def loaded(act: Any, form: CenterFileForm, by: Any) -> dict[str, Any]:
    """Write the upload down under its own name, load it, forget it."""
    file, layout = form.cleaned_data["file"], form.cleaned_data.get("layout")
    with tempfile.TemporaryDirectory(prefix="citystat-upload-") as folder:
        path = Path(folder) / safe_name(file.name)
        with path.open("wb") as out:
            for part in file.chunks():
                out.write(part)
        return dict(act(path, by=by, **({"layout": layout} if layout else {})))


def safe_name(given: str) -> str:
    """The last part of the name the browser gave, as a name of a file."""
    name = Path(given.replace("\\", "/").replace("\0", "")).name[:120]
    if name in {"", ".", ".."}:
        raise InputError(_("The file has no name: save it again and send that."))
    return name


def said(found: dict[str, Any]) -> str:
    """Every row accounted for in one sentence, and the first one that was refused."""
    counts = {name: words.count(found[name]) for name in ("rows_read", "loaded", "unchanged", "superseded", "rejected")}
    sentence = _(
        "%(rows_read)s rows read: %(loaded)s new or changed, %(unchanged)s unchanged, %(superseded)s superseded, %(rejected)s rejected."
    )
    text = sentence % counts
    if not found["rejected_rows"]:
        return text
    first = found["rejected_rows"][0]
    return text + " " + _("The first one refused is line %(line)s: %(reason)s.") % {"line": first["line"], "reason": first["reason"]}


def layouts_of(kind: str) -> list[layout_files.Layout]:
    """Installed layouts of what is loaded; costs have one of their own."""
    return [one for one in layout_files.installed() if one.kind == kind]


def columns_of(kind: str) -> list[tuple[str, str]]:
    """Each layout with the columns it looks for, in their first spelling."""
    if kind == loading.COSTS:
        return [(_("Costs"), ", ".join(spellings[0] for spellings in cost_files.COLUMNS.values()))]
    return [(str(one.definition.get("title", one.name)), ", ".join(spellings[0] for spellings in one.every())) for one in layouts_of(kind)]
