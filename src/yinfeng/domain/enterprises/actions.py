"""Keeping firms, their groups, titles and contacts: the only writer of the four."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import DateTimeField, QuerySet, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.models import Person, Unit
from yinfeng.foundation.audit.actions import record, record_look
from yinfeng.foundation.audit.models import LookKind
from yinfeng.kernel import uscc as credit_code
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.text import mask_name, normalise_name, squeeze

from .models import Enterprise, EnterpriseContact, EnterpriseTitle
from .rules import CapitalKind, TitleKind


@dataclass(frozen=True)
class ClearContact:
    """A contact in clear text, as one logged look returned it."""

    pk: int
    name: str
    phone: str


# ----------------------------------------------------------------------------------------------------- firms


@transaction.atomic
def find_or_create(
    *,
    name: str,
    uscc: str | None = None,
    capital_kind: str = CapitalKind.DOMESTIC,
    home_country: str = "",
    region_code: str = "",
    registered_on: date | None = None,
    actor: Person,
    at: datetime,
) -> Enterprise:
    """The firm with this credit code, else the one of this name that has no other code, else a new one.

    Names are compared without spacing and punctuation, but with their legal form (某某集团 is not 某某有限公司). A firm
    found by name without a code takes the code that is given. What is on record already is not overwritten.
    """
    name = _name(name)
    code = credit_code.validate(uscc) if uscc and uscc.strip() else None
    if code and (known := Enterprise.objects.filter(uscc=code).first()):
        return known
    namesake = _same_name(name, code)
    if namesake is not None:
        return set_uscc(enterprise=namesake, uscc=code, actor=actor, at=at) if code else namesake
    firm = Enterprise(
        uscc=code, name=name, name_key=normalise_name(name), capital_kind=_choice(CapitalKind, capital_kind, _("资本属性")),
        home_country=_short(home_country, 40, _("国别（地区）")), region_code=region_code.strip(),
        registered_on=registered_on, created_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            firm.save()
    except IntegrityError:  # another person was quicker with the same code
        if code and (known := Enterprise.objects.filter(uscc=code).first()):
            return known
        raise
    record(actor=actor, at=at, verb="enterprise.create", kind="enterprise", object_id=firm.pk, after=_values(firm))
    return firm


@transaction.atomic
def set_uscc(*, enterprise: Enterprise, uscc: str, actor: Person, at: datetime) -> Enterprise:
    """Write the credit code of a firm. Refused where another firm has it, or this one has a different one."""
    code = credit_code.validate(uscc)
    firm = _lock(enterprise)
    if firm.uscc == code:
        return firm
    other = Enterprise.objects.filter(uscc=code).first()
    if other is not None:
        raise DomainError(
            _("统一社会信用代码 {code} 已属于“{name}”。").format(code=code, name=other.name), code="enterprise.uscc_taken",
            field="uscc", fix=_("如为同一企业，请直接选用已有的企业。"),
        )  # fmt: skip
    before = _values(firm)
    firm.uscc = code
    firm.save(update_fields=["uscc"])
    record(
        actor=actor, at=at, verb="enterprise.set_uscc", kind="enterprise", object_id=firm.pk, before=before,
        after=_values(firm),
    )  # fmt: skip
    return firm


@transaction.atomic
def edit_enterprise(
    *, enterprise: Enterprise, name: str, capital_kind: str, home_country: str, region_code: str,
    registered_on: date | None, actor: Person, at: datetime,
) -> Enterprise:  # fmt: skip
    """Correct what is told of a firm."""
    firm = _lock(enterprise)
    before = _values(firm)
    if registered_on is not None and registered_on > timezone.localdate(at):
        raise DomainError(
            _("成立日期 {on} 晚于今天。").format(on=registered_on), code="enterprise.future", field="registered_on"
        )
    firm.name = _name(name)
    firm.name_key = normalise_name(firm.name)
    firm.capital_kind = _choice(CapitalKind, capital_kind, _("资本属性"))
    firm.home_country = _short(home_country, 40, _("国别（地区）"))
    firm.region_code = region_code.strip()
    firm.registered_on = registered_on
    after = _values(firm)
    if after != before:
        firm.save()
        record(
            actor=actor, at=at, verb="enterprise.edit", kind="enterprise", object_id=firm.pk, before=before, after=after
        )
    return firm


@transaction.atomic
def set_group(*, enterprise: Enterprise, root: Enterprise | None, actor: Person, at: datetime) -> Enterprise:
    """Say which group a firm belongs to (None: to none).

    Groups are one level deep: the head named is the head of the whole group, and a firm that joins brings its own
    members along.
    """
    firm = _lock(enterprise)
    head = None
    if root is not None:
        head = Enterprise.objects.select_for_update().get(pk=root.pk)
        head = head.group_root or head
        if head.pk == firm.pk:
            raise DomainError(
                _("“{name}”不能是自己所属集团的成员。").format(name=firm.name), code="enterprise.own_group", field="group_root",
                fix=_("请选择集团的母公司；如要调换母公司，请先把原母公司改为不属于任何集团。"),
            )  # fmt: skip
    before = {"group_root": firm.group_root_id}
    if firm.group_root_id == (head.pk if head else None):
        return firm
    firm.group_root = head
    firm.save(update_fields=["group_root"])
    moved = Enterprise.objects.filter(group_root=firm).update(group_root=head) if head else 0
    record(
        actor=actor, at=at, verb="enterprise.set_group", kind="enterprise", object_id=firm.pk, before=before,
        after={"group_root": head.pk if head else None, "members_moved": moved},
    )  # fmt: skip
    return firm


@transaction.atomic
def add_title(
    *, enterprise: Enterprise, kind: str, year: int, rank: int | None = None, subsidiary_level: int = 0, source: str = "",
    actor: Person, at: datetime,
) -> EnterpriseTitle:  # fmt: skip
    """The firm stands on a list. ``subsidiary_level`` 0: itself; 1, 2 …: a subsidiary of that level of the listed firm."""
    firm = _lock(enterprise)
    title = TitleKind(_choice(TitleKind, kind, _("称号")))
    this_year = timezone.localdate(at).year
    if not 1990 <= year <= this_year + 1:
        raise DomainError(
            _("年度 {year} 不在 1990 至 {last} 之间。").format(year=year, last=this_year + 1),
            code="title.year",
            field="year",
        )
    if rank is not None and not 1 <= rank <= 100_000:
        raise DomainError(_("位次应为 1 至 100000 的整数。"), code="title.rank", field="rank")
    if not 0 <= subsidiary_level <= 9:
        raise DomainError(_("子公司级次应为 0（本企业）至 9。"), code="title.level", field="subsidiary_level")
    if EnterpriseTitle.objects.standing().filter(enterprise=firm, kind=title, year=year).exists():
        raise DomainError(
            _("“{name}”已登记 {year} 年度“{title}”。").format(name=firm.name, year=year, title=_(title.label)),
            code="title.twice", field="kind",
        )  # fmt: skip
    row = EnterpriseTitle.objects.create(
        enterprise=firm, kind=title, year=year, rank=rank, subsidiary_level=subsidiary_level,
        source=_short(source, 120, _("来源")), at=at, recorded_by=actor,
    )  # fmt: skip
    record(
        actor=actor, at=at, verb="enterprise.add_title", kind="enterprise", object_id=firm.pk,
        after={"title": title, "year": year, "rank": rank, "subsidiary_level": subsidiary_level},
    )  # fmt: skip
    return row


@transaction.atomic
def remove_titles(*, ids: Sequence[int], reason: str, actor: Person, at: datetime) -> int:
    """Take titles off their firms again: voided with the reason, so that what was known of them stays known; how many
    there were. Ids that are gone or voided are passed over."""
    gone = 0
    for start in range(0, len(ids), 500):
        standing = EnterpriseTitle.objects.standing().filter(pk__in=ids[start : start + 500])
        rows = list(standing.select_for_update(of=("self",)).order_by("pk"))
        for row in rows:
            record(
                actor=actor, at=at, verb="enterprise.remove_title", kind="enterprise", object_id=row.enterprise_id, note=reason,
                before={"title": row.kind, "year": row.year, "rank": row.rank, "subsidiary_level": row.subsidiary_level},
            )  # fmt: skip
        gone += void_rows(
            EnterpriseTitle.objects.filter(pk__in=[row.pk for row in rows]), actor=actor, at=at, reason=reason
        )
    return gone


def void_rows(rows: QuerySet[Any], *, actor: Person, at: datetime, reason: str) -> int:
    """Void rows that have such a history, none of them before it was recorded; how many there were. One statement."""
    now = Value(at, output_field=DateTimeField())
    return rows.update(voided_at=Coalesce(Greatest("at", now), now), voided_by=actor, void_reason=reason[:300])


# -------------------------------------------------------------------------------------------------- contacts


@transaction.atomic
def add_contact(
    *, enterprise: Enterprise, name: str, position: str = "", phone: str = "", purpose: str, consent: str, unit: Unit,
    actor: Person, at: datetime,
) -> EnterpriseContact:  # fmt: skip
    """A person at a firm, for a purpose and on a ground. The audit trail keeps the mask only."""
    if not purpose.strip():
        raise DomainError(_("请写明收集这位联系人信息的目的。"), code="contact.purpose", field="purpose")
    if not consent.strip():
        raise DomainError(
            _("请写明本人以何种方式同意。"),
            code="contact.consent",
            field="consent",
            fix=_("例如：当面递交名片、书面同意。"),
        )
    if not name.strip():
        raise DomainError(_("请填写联系人姓名。"), code="contact.name", field="name")
    contact = EnterpriseContact.objects.create(
        enterprise=enterprise, name=_short(name, 40, _("联系人")), position=_short(position, 40, _("联系人职务")),
        phone=_short(phone, 30, _("联系电话")), purpose=_short(purpose, 80, _("使用目的")),
        consent=_short(consent, 80, _("同意方式")), unit=unit, created_at=at,
    )  # fmt: skip
    record(
        actor=actor, at=at, verb="enterprise.add_contact", kind="enterprise", object_id=enterprise.pk,
        after={"contact": contact.pk, "name": mask_name(contact.name), "purpose": contact.purpose, "unit": unit.pk},
    )  # fmt: skip
    return contact


@transaction.atomic
def unmask(*, contact: EnterpriseContact, actor: Person, at: datetime) -> ClearContact:
    """The clear text of a contact; the look is logged with person and moment."""
    record_look(
        actor=actor, at=at, look=LookKind.UNMASK, kind="contact", object_id=contact.pk, rows=1,
        detail=f"{contact.enterprise.name} {mask_name(contact.name)}",
    )  # fmt: skip
    return ClearContact(contact.pk, contact.name, contact.phone)


@transaction.atomic
def remove_contact(*, contact: EnterpriseContact, reason: str, actor: Person, at: datetime) -> None:
    """Delete a contact for good: the person withdrew consent, or the purpose is over."""
    if not reason.strip():
        raise DomainError(_("请写明删除原因。"), code="contact.reason", field="reason")
    pk, firm_id = contact.pk, contact.enterprise_id
    contact.delete()
    record(
        actor=actor, at=at, verb="enterprise.remove_contact", kind="enterprise", object_id=firm_id, before={"contact": pk},
        note=reason.strip(),
    )  # fmt: skip


# --------------------------------------------------------------------------------------------------- helpers


def _lock(enterprise: Enterprise) -> Enterprise:
    return Enterprise.objects.select_for_update(of=("self",)).get(pk=enterprise.pk)


def _same_name(name: str, code: str | None) -> Enterprise | None:
    """The firm of this very name; with a code only one that has none yet (two codes are two firms)."""
    rows = Enterprise.objects.filter(name_key=normalise_name(name)).order_by("pk")
    if code:
        rows = rows.filter(uscc=None)
    wanted = squeeze(name)
    return next((row for row in rows[:50] if squeeze(row.name) == wanted), None)


def _name(name: str) -> str:
    clean = " ".join(name.split())
    if not squeeze(clean):
        raise DomainError(_("请填写企业名称。"), code="enterprise.name", field="name")
    return _short(clean, 120, _("企业名称"))


def _short(text: str, most: int, label: str) -> str:
    clean = text.strip()
    if len(clean) > most:
        raise DomainError(
            _("{label}最多 {most} 个字，现有 {size} 个字。").format(label=label, most=most, size=len(clean)),
            code="text.too_long",
        )
    try:
        clean.encode()
    except UnicodeEncodeError as fault:
        raise DomainError(
            _("{label}中有无法保存的字符，请重新输入。").format(label=label), code="text.broken"
        ) from fault
    return clean


def _choice(kind: type[CapitalKind] | type[TitleKind], value: str, label: str) -> str:
    if value not in kind:
        raise DomainError(_("{label}不可选“{value}”。").format(label=label, value=value), code="enum.unknown")
    return str(kind(value))


def _values(firm: Enterprise) -> dict[str, Any]:
    return {
        "uscc": firm.uscc, "name": firm.name, "capital_kind": firm.capital_kind, "home_country": firm.home_country,
        "region_code": firm.region_code, "registered_on": firm.registered_on, "group_root": firm.group_root_id,
    }  # fmt: skip
