"""Who sees firms, and whose contacts are shown unmasked.

A contact belongs to the unit that recorded it: own contacts may be unmasked by those whom the rights table lets (verb V
of ``person_data``), everybody else sees a mask. Each unmasking is logged by the action.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from yinfeng.foundation.accounts import access
from yinfeng.foundation.accounts.viewer import Viewer

from .models import Enterprise, EnterpriseContact


def visible_enterprises(viewer: Viewer, verb: str = "S") -> QuerySet[Enterprise]:
    return access.within(Enterprise.objects.all(), viewer, "enterprise", verb)


def enterprise_for(viewer: Viewer, pk: int, verb: str = "S") -> Enterprise:
    """The one firm: Http404 when not visible, PermissionDenied when visible but not allowed."""
    return access.get(Enterprise.objects.all(), viewer, "enterprise", verb, pk=pk)


def visible_contacts(viewer: Viewer, verb: str = "S") -> QuerySet[EnterpriseContact]:
    """The contacts whose mask (S) or clear text (V) the viewer may see."""
    reach = viewer.reach("person_data", verb)
    if reach.everything:
        return EnterpriseContact.objects.all()
    return EnterpriseContact.objects.filter(unit_id__in=reach.unit_ids)


def contact_for(viewer: Viewer, pk: int, verb: str = "S") -> EnterpriseContact:
    contact = visible_contacts(viewer).filter(pk=pk).first()
    if contact is None:
        raise Http404
    if verb != "S" and not visible_contacts(viewer, verb).filter(pk=pk).exists():
        raise PermissionDenied
    return contact
