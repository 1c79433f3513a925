"""What assessment registers with the floors below: rules, panels, to-dos, navigation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinfeng.domain.projects.models import Lead, Project
from yinfeng.domain.projects.navigation import INTELLIGENCE
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.rulebook.queries import add_standard
from yinfeng.foundation.rulebook.rules import Standard
from yinfeng.foundation.ui import slots

from .rules.check_pack import parse_checks
from .rules.clocks import STANDARD_CLOCKS, parse_clocks
from .rules.scoring import parse_admission
from .rules.standard import STANDARD_ADMISSION, STANDARD_CHECKS
from .rules.words import SubjectKind
from .subjects import Subject


@dataclass(frozen=True)
class PanelShown:
    url: str
    sheets: int
    opinions: int
    waiting: int
    consultations: int


def register() -> None:
    """Called once, from ``AppConfig.ready``."""
    add_standard(Standard("lead_clocks", "线索时限", STANDARD_CLOCKS, parse_clocks))
    add_standard(Standard("admission", "准入评分", STANDARD_ADMISSION, parse_admission))
    add_standard(Standard("investor_checks", "主体核查", STANDARD_CHECKS, parse_checks))
    title = gettext_lazy("研判")
    slots.add_panel(slots.Panel("lead", "assessment", title, 20, "assessment/panel.html", _lead_panel))
    slots.add_panel(slots.Panel("project", "assessment", title, 20, "assessment/panel.html", _project_panel))
    slots.add_todos("assessment", _todos)
    slots.add_nav(
        slots.NavItem(
            "assessment",
            gettext_lazy("研判会商"),
            "assessment:index",
            "users-group",
            26,
            INTELLIGENCE,
            needs=("consultation", "S"),
        )
    )


def _lead_panel(viewer: Viewer, lead: Lead) -> PanelShown:
    return _panel(Subject(SubjectKind.LEAD, lead))


def _project_panel(viewer: Viewer, project: Project) -> PanelShown:
    return _panel(Subject(SubjectKind.PROJECT, project))


def _panel(subject: Subject) -> PanelShown:
    """What there is on the page of assessment. One query."""
    from .queries.subject import tally

    counted = tally(subject)
    return PanelShown(subject.page, counted["sheet"], counted["given"], counted["asked"], counted["item"])


def _todos(viewer: Viewer, today: date) -> Sequence[slots.Todo]:
    from .queries.subject import running_clocks, waiting_opinions
    from .subjects import subject_of

    kind = _("研判")
    found = [
        slots.Todo(
            _("对“{name}”出具预审意见").format(name=subject_of(o).name), reverse("assessment:opinion", args=[o.pk]),
            o.due_on, kind,
        )
        for o in waiting_opinions(viewer)
    ]  # fmt: skip
    if viewer.may("lead", "E"):
        soon = today + timedelta(days=1)
        found += [
            slots.Todo(f"{row.label}：{row.name}", row.url, row.due_on, kind, row.unit)
            for row in running_clocks(viewer, today, mine=True)
            if row.due_on <= soon
        ]
    return found[:30]
