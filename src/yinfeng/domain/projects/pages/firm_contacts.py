"""Contacts of a project's firms: personal data, masked, kept for a purpose, every clear look logged."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yinfeng.domain.enterprises import actions as firms
from yinfeng.domain.enterprises.access import contact_for
from yinfeng.domain.enterprises.models import EnterpriseContact
from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.accounts.models import Unit
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.ui.middleware import asks_for_part

from ..access import project_for
from ..forms.deeds import ContactForm
from ..forms.facts import ReasonForm
from ..models import Project
from ..queries.firms import firms_of
from .contact import own_units
from .flow import FormPage, person_of, posted, run


def _of_this_project(viewer: Viewer, project: Project, contact_pk: int) -> EnterpriseContact:
    """One's own contact at a firm of this project; 404 for another firm's."""
    contact = contact_for(viewer, contact_pk, "V")
    if contact.enterprise_id not in {firm.pk for firm in firms_of(project)}:
        raise Http404
    return contact


@require_http_methods(["GET", "HEAD", "POST"])
@needs("contact", "E")
def contact_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a contact at one of the project's firms."""
    viewer = viewer_on(request)
    project = project_for(viewer, pk, "E", right="contact")
    known = {firm.pk: firm for firm in firms_of(project)}
    form = ContactForm(*posted(request), firms=list(known.values()), units=own_units(viewer, "contact"))
    page = FormPage(
        title=_("添加联系人"), form=form, back=reverse("projects:project", args=[pk]), submit=_("添加"),
        trail=project.name, action=reverse("projects:contact_new", args=[pk]),
        intro=_("只登记工作所需，写明目的与同意方式；默认脱敏显示，查看全文留痕。"), wide=("enterprise",),
    )  # fmt: skip

    def save() -> None:
        told = form.cleaned_data
        firms.add_contact(
            enterprise=known[int(told["enterprise"])], name=told["name"], position=told["position"],
            phone=told["phone"], purpose=told["purpose"], consent=told["consent"],
            unit=Unit.objects.get(pk=told["unit"]), actor=viewer.person, at=timezone.now(),
        )  # fmt: skip

    return run(request, page, save, _("已添加联系人。"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("person_data", "V")
def contact_remove(request: HttpRequest, pk: int, contact_pk: int) -> HttpResponse:
    """Delete a contact for good: consent withdrawn, or the purpose is over."""
    viewer = viewer_on(request)
    project = project_for(viewer, pk)
    contact = _of_this_project(viewer, project, contact_pk)
    form = ReasonForm(*posted(request))
    page = FormPage(
        title=_("删除联系人"), form=form, back=reverse("projects:project", args=[pk]), submit=_("删除"), danger=True,
        trail=project.name, action=reverse("projects:contact_remove", args=[pk, contact_pk]),
        intro=_("本人撤回同意或目的已经实现的，应当删除；删除后不能恢复。"),
    )  # fmt: skip
    return run(
        request, page,
        lambda: firms.remove_contact(
            contact=contact, reason=form.cleaned_data["reason"], actor=person_of(request), at=timezone.now()
        ),
        _("已删除联系人。"),
    )  # fmt: skip


@require_POST
@needs("person_data", "V")
def unmask(request: HttpRequest, pk: int, contact_pk: int) -> HttpResponse:
    """Show one contact of the project's firms in clear text; the look is logged."""
    viewer = viewer_on(request)
    project = project_for(viewer, pk)
    contact = _of_this_project(viewer, project, contact_pk)
    clear = firms.unmask(contact=contact, actor=viewer.person, at=timezone.now())
    if asks_for_part(request):
        return render(request, "projects/contact_clear.html", {"clear": clear})
    return render(request, "projects/contact_page.html", {"clear": clear, "project": project})
