"""Check any bulletin: a file or pasted text in, the text with its wrong figures marked and the disagreements beside it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yinfeng.foundation.accounts.access import needs
from yinfeng.reading import ReadingError, load

from ..forms import CheckForm
from ..rules.proof import Checked, Proof, prove

MOST_BYTES = 20_000_000
MOST_SHOWN = 60_000


@dataclass(frozen=True)
class Stretch:
    """A stretch of the text; ``number`` of the relation whose claim it is, ``state`` of that relation."""

    text: str
    number: int = 0
    state: str = ""


@dataclass(frozen=True)
class Found:
    number: int
    words: str
    line: int


@dataclass(frozen=True)
class CheckPage:
    form: CheckForm
    name: str = ""
    fault: str = ""
    proof: Proof | None = None
    stretches: tuple[Stretch, ...] = ()
    wrong: tuple[Found, ...] = ()
    right: tuple[Found, ...] = ()
    is_cut: bool = False


@require_http_methods(["GET", "HEAD", "POST"])
@needs("bulletin", "S")
def check(request: HttpRequest) -> HttpResponse:
    form = CheckForm(request.POST or None, request.FILES or None)
    if request.method != "POST":
        return render(request, "briefing/check.html", {"page": CheckPage(CheckForm())})
    if not form.is_valid():
        return render(request, "briefing/check.html", {"page": CheckPage(form)}, status=422)
    page = _checked(form)
    return render(request, "briefing/check.html", {"page": page}, status=422 if page.fault else 200)


def _checked(form: CheckForm) -> CheckPage:
    upload = form.cleaned_data["upload"]
    if upload is None:
        name, text = _("粘贴的文字"), form.cleaned_data["text"]
    else:
        name = "".join(c if c.isprintable() else "·" for c in upload.name)
        if upload.size > MOST_BYTES:
            return CheckPage(form, name, _("文件超过 {n} MB，请拆分后再上传。").format(n=MOST_BYTES // 1_000_000))
        try:
            text = load(upload.read()).raw_text
        except ReadingError as fault:
            return CheckPage(form, name, fault.message)
    text = text.replace("\r\n", "\n")
    proof = prove(text)
    marks = _marks(proof)
    wrong = tuple(Found(n, c.words, c.line) for n, c in marks if c.state == "disagrees")
    right = tuple(Found(n, c.words, c.line) for n, c in marks if c.state != "disagrees")
    return CheckPage(
        CheckForm(), name, "", proof, tuple(_stretches(text[:MOST_SHOWN], marks)), wrong, right, len(text) > MOST_SHOWN
    )


def _marks(proof: Proof) -> list[tuple[int, Checked]]:
    return list(enumerate(proof.checked, 1))


def _stretches(text: str, marks: list[tuple[int, Checked]]) -> list[Stretch]:
    """The text cut at the claims; where two relations share a claim, the disagreement is the one shown."""
    by_place: dict[tuple[int, int], tuple[int, str]] = {}
    for number, one in marks:
        place = one.start, one.end
        if place not in by_place or one.state == "disagrees":
            by_place[place] = number, one.state
    places = [place for place in sorted(by_place) if place[1] <= len(text)]
    places = [p for p, q in pairwise([*places, (len(text) + 1, 0)]) if p[1] <= q[0]]
    found: list[Stretch] = []
    at = 0
    for start, end in places:
        found.append(Stretch(text[at:start]))
        found.append(Stretch(text[start:end], *by_place[start, end]))
        at = end
    found.append(Stretch(text[at:]))
    return found
