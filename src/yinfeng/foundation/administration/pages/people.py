"""People and their posts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from axes.utils import reset as forget_failures
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yinfeng.foundation.accounts import actions
from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.accounts.models import Person, Post, Unit
from yinfeng.foundation.accounts.passwords import one_time_password
from yinfeng.foundation.accounts.rules import masked_phone
from yinfeng.kernel.errors import DomainError

from ..forms import NewPersonForm, PeopleFilterForm, PersonForm, PostForm
from ..queries import PEOPLE_SIZE, PeopleFilter, PersonRow, people, person_row
from .common import numbered, show_refusal, whole_number


@dataclass(frozen=True)
class PeoplePage:
    rows: list[PersonRow]
    filters: PeopleFilterForm
    pager: dict[str, Any]
    may_edit: bool


@dataclass(frozen=True)
class PersonPage:
    row: PersonRow
    phone: str
    may_edit: bool
    is_self: bool
    post_form: PostForm


@dataclass(frozen=True)
class PersonFormPage:
    form: PersonForm
    person: Person | None


@dataclass(frozen=True)
class PasswordPage:
    """Shown once: the password stands nowhere else."""

    person: Person
    password: str
    is_new: bool


@require_safe
@needs("account", "S")
def index(request: HttpRequest) -> HttpResponse:
    viewer = viewer_on(request)
    form = PeopleFilterForm(request.GET)
    told = form.cleaned_data if form.is_valid() else {}
    asked = PeopleFilter(
        words=told.get("q", ""), unit_id=int(told["unit"]) if told.get("unit") else None, role=told.get("role", ""),
        status=told.get("status", ""),
    )  # fmt: skip
    number = whole_number(request.GET.get("page"), most=10_000)
    rows, total = people(asked, timezone.localdate(), page=number)
    page = PeoplePage(rows, form, numbered(number, PEOPLE_SIZE, total), viewer.may("account", "A"))
    return render(request, "administration/people.html", {"page": page})


@require_safe
@needs("account", "S")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, get_object_or_404(Person, pk=pk), None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("account", "A")
def create(request: HttpRequest) -> HttpResponse:
    """A new person, with the first post if one is told; the first password is shown once."""
    form = NewPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told, actor, at, password = form.cleaned_data, viewer_on(request).person, timezone.now(), one_time_password()
        try:
            with transaction.atomic():
                person = actions.create_person(
                    username=told["username"], name=told["name"], phone=told["phone"], password=password,
                    actor=actor, at=at,
                )  # fmt: skip
                if told["unit"]:
                    actions.give_post(
                        person=person, unit=Unit.objects.get(pk=told["unit"]), role=told["role"],
                        title=told["title"], from_date=timezone.localdate(), actor=actor, at=at,
                    )  # fmt: skip
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            return render(request, "administration/password.html", {"page": PasswordPage(person, password, True)})
    return _form(request, PersonFormPage(form, None))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("account", "A")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Person, pk=pk)
    known = {name: getattr(person, name) for name in ("name", "username", "phone")}
    form = PersonForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_person(person=person, actor=viewer_on(request).person, at=timezone.now(), **form.cleaned_data)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("已保存。"))
            return _back_to(person)
    return _form(request, PersonFormPage(form, person))


@never_cache
@require_POST
@needs("account", "A")
def reset_password(request: HttpRequest, pk: int) -> HttpResponse:
    """A new one-time password, shown once; lock-outs of the person end with it."""
    person, actor, password = get_object_or_404(Person, pk=pk), viewer_on(request).person, one_time_password()
    if person.pk == actor.pk:
        raise DomainError(_("请在“修改密码”中修改自己的密码。"), code="password.self")
    actions.set_password(person=person, password=password, actor=actor, at=timezone.now())
    forget_failures(username=person.username)
    return render(request, "administration/password.html", {"page": PasswordPage(person, password, False)})


@require_POST
@needs("account", "A")
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Person, pk=pk)
    actions.deactivate_person(person=person, actor=viewer_on(request).person, at=timezone.now())
    messages.success(request, _("已停用“{name}”，其在任岗位已结束。").format(name=person.name))
    return _back_to(person)


@require_POST
@needs("account", "A")
def reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Person, pk=pk)
    actions.reactivate_person(person=person, actor=viewer_on(request).person, at=timezone.now())
    messages.success(request, _("已恢复“{name}”，请重新授予岗位。").format(name=person.name))
    return _back_to(person)


@require_POST
@needs("account", "A")
def give_post(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Person, pk=pk)
    form = PostForm(request.POST)
    if form.is_valid():
        told = dict(form.cleaned_data)
        unit = Unit.objects.get(pk=told.pop("unit"))
        try:
            actions.give_post(person=person, unit=unit, actor=viewer_on(request).person, at=timezone.now(), **told)
        except DomainError as refusal:
            if refusal.code == "post.self":
                raise  # the page of oneself shows no form
            show_refusal(form, refusal)
        else:
            messages.success(request, _("已授予岗位。"))
            return _back_to(person)
    return _detail(request, person, form)


@require_POST
@needs("account", "A")
def end_post(request: HttpRequest, pk: int, post_pk: int) -> HttpResponse:
    """The post ends today, which is still served."""
    post = get_object_or_404(Post.objects.select_related("person"), pk=post_pk, person_id=pk)
    actions.end_post(
        post=post, on=max(timezone.localdate(), post.from_date), actor=viewer_on(request).person, at=timezone.now()
    )
    messages.success(request, _("岗位今日结束，明日起不再有相应权限。"))
    return _back_to(post.person)


def _detail(request: HttpRequest, person: Person, post_form: PostForm | None) -> HttpResponse:
    viewer, today = viewer_on(request), timezone.localdate()
    may_edit = viewer.may("account", "A")
    phone = person.phone if may_edit else masked_phone(person.phone)
    page = PersonPage(
        person_row(person, today), phone, may_edit, viewer.person_id == person.pk,
        post_form or PostForm(initial={"from_date": today}),
    )  # fmt: skip
    return render(request, "administration/person.html", {"page": page}, status=422 if post_form else 200)


def _form(request: HttpRequest, page: PersonFormPage) -> HttpResponse:
    return render(request, "administration/person_form.html", {"page": page}, status=422 if page.form.errors else 200)


def _back_to(person: Person) -> HttpResponse:
    return HttpResponseRedirect(reverse("administration:person", args=[person.pk]))
