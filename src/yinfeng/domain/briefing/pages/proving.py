"""Check any bulletin: a file or pasted text in, the text with its wrong figures marked and the disagreements beside it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yinfeng.foundation.accounts.access import needs
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.kernel.errors import DomainError
from yinfeng.reading import ReadingError, load

from ..forms import CheckForm
from ..queries.against import Held, against_ledger
from ..rules.proof import Proof, prove

MOST_BYTES = 20_000_000
MOST_READ = 60_000  # characters


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
    covered: int | None = None  # figures held against the ledger, where that was asked for


@require_http_methods(["GET", "HEAD", "POST"])
@needs("bulletin", "S")
def check(request: HttpRequest) -> HttpResponse:
    form = CheckForm(request.POST or None, request.FILES or None)
    if request.method != "POST":
        return render(request, "briefing/check.html", {"page": CheckPage(CheckForm())})
    if not form.is_valid():
        return render(request, "briefing/check.html", {"page": CheckPage(form)}, status=422)
    page = _checked(form, request.viewer)  # type: ignore[attr-defined]
    return render(request, "briefing/check.html", {"page": page}, status=422 if page.fault else 200)


def _checked(form: CheckForm, viewer: Viewer) -> CheckPage:
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
    if len(text) > MOST_READ:  # a bulletin has a tenth of it, and a page answers while somebody waits
        told = _("共 {n} 字，超过 {most} 字，请拆分后再核对，或用命令 yinfeng brief check。")
        return CheckPage(form, name, told.format(n=f"{len(text):,}", most=f"{MOST_READ:,}"))
    proof = prove(text)
    held: tuple[Held, ...] = ()
    if form.cleaned_data["ledger"]:
        try:
            held = against_ledger(text, viewer=viewer)
        except DomainError as fault:
            return CheckPage(form, name, str(fault))
    marks = _marks(proof, held)
    wrong = tuple(Found(n, c.words, c.line) for n, c in marks if c.state == "disagrees")
    right = tuple(Found(n, c.words, c.line) for n, c in marks if c.state != "disagrees")
    return CheckPage(
        CheckForm(initial={"ledger": form.cleaned_data["ledger"]}), name, "", proof,
        tuple(_stretches(text, marks)), wrong, right,
        len(held) if form.cleaned_data["ledger"] else None,
    )  # fmt: skip


@dataclass(frozen=True)
class Mark:
    """What was found of a stretch of the text: by the text itself, or by the ledger."""

    state: str
    words: str
    line: int
    start: int
    end: int


def _marks(proof: Proof, held: tuple[Held, ...]) -> list[tuple[int, Mark]]:
    found = [Mark(one.state, one.words, one.line, one.start, one.end) for one in proof.checked]
    found += [Mark(one.state, one.words, one.claim.line, one.claim.start, one.claim.end) for one in held]
    return list(enumerate(sorted(found, key=lambda mark: mark.start), 1))


def _stretches(text: str, marks: list[tuple[int, Mark]]) -> list[Stretch]:
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
