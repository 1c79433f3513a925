"""The papers of a fact: kind, number, file. A file that was uploaded is kept even where the form comes back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.files import actions as files
from yinfeng.foundation.files.models import StoredFile
from yinfeng.kernel.errors import DomainError

from ..actions.evidence import EvidenceData
from ..rules.words import EvidenceKind
from .fields import Base


class PaperForm(Base):
    """One paper. ``kinds`` are the alternatives of which one is needed; without ``must`` it may stay empty."""

    kind = forms.ChoiceField(label=_l("凭证类型"))
    number = forms.CharField(label=_l("文号或编号"), max_length=120, required=False)
    file = forms.FileField(
        label=_l("附件"), required=False, help_text=_l("PDF、图片或 Office 文件，不超过 50 MB；手机可直接拍照。")
    )
    file_id = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kinds: Sequence[str], must: bool, actor: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds, self.must, self.actor = tuple(kinds), must, actor
        choices = [(k, _(EvidenceKind(k).label)) for k in kinds]
        field = self.fields["kind"]
        field.choices = choices  # type: ignore[attr-defined]
        field.required = False
        if len(choices) == 1:
            field.widget = forms.HiddenInput()
        self.initial.setdefault("kind", kinds[0])
        self._upload_fault = ""

    @property
    def title(self) -> str:
        return " / ".join(_(EvidenceKind(k).label) for k in self.kinds) if self.must else _("其他凭证（可不填）")

    def keep_upload(self, at: datetime) -> None:
        """Take an uploaded file in at once, without an owner, so that a refused form does not lose it."""
        upload = self.files.get(self.add_prefix("file"))
        if upload is None:
            return
        try:
            file = files.store(
                content=upload, name=upload.name or "", owner_kind="project", owner_id=None, actor=self.actor, at=at
            )
        except DomainError as fault:
            self._upload_fault = str(fault)
            return
        self.renew("file_id", str(file.pk))

    @property
    def kept(self) -> StoredFile | None:
        """The file that is already here: the actor's own, without an owner yet."""
        key = self.data.get(self.add_prefix("file_id"), "") if self.is_bound else ""
        if not (key.isascii() and key.isdigit() and len(key) < 19):
            return None
        return StoredFile.objects.filter(pk=int(key), uploaded_by=self.actor, owner_id=None).first()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self._upload_fault:
            self.add_error("file", self._upload_fault)
        elif self.must and not (cleaned.get("number") or self.kept):
            self.add_error("number", ValidationError(_("请填写文号，或上传附件。"), code="required"))
        return cleaned

    def papers(self) -> list[EvidenceData]:
        """What the action is given; nothing where nothing was entered."""
        kept = self.kept
        number = self.cleaned_data.get("number", "").strip()
        if not (number or kept):
            return []
        kind = self.cleaned_data.get("kind") or self.kinds[0]
        return [EvidenceData(kind, number, file_id=kept.pk if kept else None)]


class WithPapers(Base):
    """A form with papers below it."""

    papers: list[PaperForm]

    def offer_papers(self, groups: Sequence[Sequence[str]], actor: Person, *, further: Sequence[str] = ()) -> None:
        """A row for each group of alternatives, and one more for anything else."""

        def row(kinds: Sequence[str], *, must: bool, prefix: str) -> PaperForm:
            bound = (self.data, self.files) if self.is_bound else (None, None)
            return PaperForm(*bound, kinds=kinds, must=must, actor=actor, prefix=prefix)

        self.papers = [row(group, must=True, prefix=f"paper_{group[0]}") for group in groups]
        if further:
            self.papers.append(row(further, must=False, prefix="paper_more"))

    def keep_uploads(self, at: datetime) -> None:
        for paper in self.papers:
            paper.keep_upload(at)

    def is_valid(self) -> bool:
        return all([super().is_valid(), *(p.is_valid() for p in self.papers)])

    def evidence(self) -> list[EvidenceData]:
        return [paper for row in self.papers for paper in row.papers()]

    @property
    def fault_count(self) -> int:
        return super().fault_count + sum(p.fault_count for p in self.papers if p.is_bound)

    def hush(self) -> None:
        super().hush()
        for paper in self.papers:
            paper.errors.clear()
