"""What documents put into the registries of the house."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinfeng.domain.projects.models import Project
from yinfeng.domain.projects.navigation import INTELLIGENCE
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.exchange.feed import add_source
from yinfeng.foundation.files import owners
from yinfeng.foundation.rulebook.queries import add_standard
from yinfeng.foundation.rulebook.rules import Standard
from yinfeng.foundation.ui import slots

from .rules.priority import STANDARD_PRIORITY, parse_priority
from .rules.watch import STANDARD_WATCH, parse_watch


@dataclass(frozen=True)
class SourceDocument:
    """A document on a project's page."""

    title: str
    url: str
    doc_date: date | None
    quote: str


def register() -> None:
    """Called once, from ``AppConfig.ready``."""
    from . import access, checks, jobs
    from .queries.feed import DOCUMENTS

    add_source(DOCUMENTS)
    jobs.register_all()
    add_standard(Standard("desk_priority", "研判排序", STANDARD_PRIORITY, parse_priority))
    add_standard(Standard("city_watch", "友邻监测", STANDARD_WATCH, parse_watch))
    slots.add_nav(
        slots.NavItem(
            "documents",
            gettext_lazy("文档研判"),
            "intelligence:queue",
            "file-search",
            22,
            INTELLIGENCE,
            needs=("document", "S"),
            tab=4,
        )
    )
    slots.add_todos("documents", _todos)
    slots.add_search("documents", _search)
    slots.add_panel(
        slots.Panel("project", "documents", gettext_lazy("来源文档"), 80, "intelligence/_project_panel.html", _sources)
    )
    slots.add_check(slots.DoctorCheck("documents.quotes", gettext_lazy("文档出处与原文一致"), checks.quotes))
    slots.add_check(slots.DoctorCheck("documents.access", gettext_lazy("文档访问授权一致"), checks.access_rows))
    slots.add_check(
        slots.DoctorCheck("documents.settled", gettext_lazy("研判完成的文档没有未处理记录"), checks.settled)
    )
    slots.add_check(slots.DoctorCheck("documents.desk", gettext_lazy("文档比对、分组和优先程度一致"), checks.desk))
    owners.register("document", access.can_see_file)


def _todos(viewer: Viewer, today: date) -> Sequence[slots.Todo]:
    from .queries.queue import waiting
    from .queries.sources import failing
    from .queries.watch import open_alerts

    if not viewer.may("document", "V"):
        return ()
    kind = _("文档研判")
    found = [
        slots.Todo(
            _("来源“{name}”采集失败：{error}").format(name=name, error=error), reverse("intelligence:source", args=[pk]),
            today, kind,
        )
        for pk, name, error in failing(viewer)
    ]  # fmt: skip
    if count := waiting(viewer):
        found.append(slots.Todo(_("{n} 份文档待研判").format(n=count), reverse("intelligence:queue"), kind=kind))
    if viewer.may("document", "D") and (count := open_alerts(viewer)):
        found.append(
            slots.Todo(_("友邻监测有 {n} 条提示待处理").format(n=count), reverse("intelligence:watch"), kind=kind)
        )
    return found


def _search(viewer: Viewer, words: str, limit: int) -> Sequence[slots.Hit]:
    from .access import visible_documents

    if not words.strip() or not viewer.may("document", "S"):
        return ()
    found = visible_documents(viewer).filter(title__icontains=words.strip()[:60]).order_by("-pk")
    return [
        slots.Hit(title, reverse("intelligence:document", args=[pk]), _("文档"), source)
        for pk, title, source in found.values_list("pk", "title", "source")[:limit]
    ]


def _sources(viewer: Viewer, project: Project) -> tuple[SourceDocument, ...] | None:
    """The documents that the project's record came from, as far as the viewer may see them."""
    from .access import visible_documents
    from .models import Proposal

    rows = (
        Proposal.objects.filter(project_id=project.pk, document__in=visible_documents(viewer))
        .order_by("-pk")
        .values_list("pk", "document_id", "document__title", "document__doc_date", "spans")[:20]
    )
    made = tuple(
        SourceDocument(
            title,
            reverse("intelligence:document", args=[document]) + f"?p={pk}",
            on,
            spans[0]["quote"] if spans else "",
        )
        for pk, document, title, on, spans in rows
    )
    return made or None
