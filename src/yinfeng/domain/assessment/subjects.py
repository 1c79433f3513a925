"""What is assessed: a lead or a project, by one name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from yinfeng.domain.projects.models import Lead, Project

from .rules.words import SubjectKind


@dataclass(frozen=True)
class Subject:
    """A lead or a project."""

    kind: SubjectKind
    row: Lead | Project

    @property
    def pk(self) -> int:
        return int(self.row.pk)

    @property
    def name(self) -> str:
        return self.row.name

    @property
    def key(self) -> dict[str, Any]:
        """The filter or the values that name it in a row of ours: ``{"lead": …}`` or ``{"project": …}``."""
        return {self.kind.value: self.row}

    @property
    def url(self) -> str:
        return reverse(f"projects:{self.kind.value}", args=[self.pk])

    @property
    def page(self) -> str:
        """Its page of assessment."""
        return reverse("assessment:subject", args=[self.kind.value, self.pk])


def subject_of(row: Any) -> Subject:
    """The subject of a row of ours (an opinion, a sheet, an item), whose lead or project is already fetched."""
    if row.lead_id:
        return Subject(SubjectKind.LEAD, row.lead)
    return Subject(SubjectKind.PROJECT, row.project)
