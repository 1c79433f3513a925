"""The one place where scope is decided: object kind, verb and viewer in; a filtered queryset or an answer out.

Nothing else in the house may join units or posts to find out what a person may see. Not visible is 404, visible but
not allowed is 403; a page says which verb it needs at its head with :func:`needs`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase

from .models import AccessGrant
from .rules import GrantWhy
from .viewer import Reach, Viewer

M = TypeVar("M", bound=Model)

PERSONAL = [GrantWhy.LEADER, GrantWhy.TASK_FORCE, GrantWhy.NAMED]


def granted(kind: str, viewer: Viewer, reach: Reach, key: str = "pk", *, among: Collection[int] | None = None) -> Q:
    """The condition "stands in the access table for this viewer", for a queryset whose ``key`` is the object's id.

    ``among`` says that only these objects are asked about: their few rows are read instead of all of a unit's.
    """
    rows = AccessGrant.objects.filter(kind=kind)
    if among is not None:
        rows = rows.filter(object_id__in=among)
    condition = Q(pk__in=[])
    if reach.unit_ids:
        condition |= Q(**{f"{key}__in": rows.filter(unit_id__in=reach.unit_ids).values("object_id")})
        # Whoever stands in it by name sees it too, wherever the person's own posts are.
        condition |= Q(**{f"{key}__in": rows.filter(person_id=viewer.person_id).values("object_id")})
    if reach.linked:
        mine = rows.filter(person_id=viewer.person_id, why=GrantWhy.LEADER)
        condition |= Q(**{f"{key}__in": mine.values("object_id")})
    if reach.named:
        mine = rows.filter(person_id=viewer.person_id, why__in=PERSONAL)
        condition |= Q(**{f"{key}__in": mine.values("object_id")})
    return condition


def within(queryset: QuerySet[M], viewer: Viewer, kind: str, verb: str = "S", *, key: str = "pk") -> QuerySet[M]:
    """The rows of ``queryset`` on which ``viewer`` may use ``verb``."""
    reach = viewer.reach(kind, verb)
    if reach.everything:
        return queryset
    if not reach:
        return queryset.none()
    return queryset.filter(granted(kind, viewer, reach, key))


def get(queryset: QuerySet[M], viewer: Viewer, kind: str, verb: str, **lookup: Any) -> M:
    """The one object: Http404 when not visible, PermissionDenied when visible but not allowed."""
    seen = within(queryset, viewer, kind, "S").filter(**lookup).first()
    if seen is None:
        raise Http404
    if verb != "S" and not within(queryset, viewer, kind, verb).filter(pk=seen.pk).exists():
        raise PermissionDenied
    return seen


def allows(viewer: Viewer, kind: str, verb: str, seen: Model) -> bool:
    """Whether the verb may be used on a row that the viewer sees; the database is asked only where the verb reaches
    less far than seeing does."""
    reach = viewer.reach(kind, verb)
    if reach.everything or not reach or reach == viewer.reach(kind, "S"):
        return bool(reach)
    return within(type(seen)._default_manager.all(), viewer, kind, verb).filter(pk=seen.pk).exists()


Page = Callable[..., HttpResponseBase]


def viewer_on(request: HttpRequest) -> Viewer:
    """The viewer of a page that has been guarded by :func:`needs`."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


def needs(kind: str | None, verb: str = "S") -> Callable[[Page], Page]:
    """At the head of each page: signed in, password changed, and the verb held on at least something of the kind.

    ``needs(None)`` asks for a signed-in person only. A person without the right gets 404 for a look (the page does
    not exist for them) and 403 for anything else.
    """

    def wrap(page: Page) -> Page:
        @wraps(page)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            viewer: Viewer | None = request.viewer  # type: ignore[attr-defined]
            if viewer is None:
                return redirect_to_login(request.get_full_path())
            if kind is not None and not viewer.may(kind, verb):
                if verb == "S" or not viewer.may(kind, "S"):
                    raise Http404
                raise PermissionDenied
            return page(request, *args, **kwargs)

        guarded.needs = (kind, verb)  # type: ignore[attr-defined]
        return guarded

    return wrap
