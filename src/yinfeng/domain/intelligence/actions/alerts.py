"""The watch points at things by itself: each once, by a rule with its version, until a person has seen to it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yinfeng.domain.enterprises.models import Enterprise
from yinfeng.domain.projects.models import Lead
from yinfeng.domain.projects.rules.words import LeadStatus
from yinfeng.foundation.accounts.models import Person, Post
from yinfeng.foundation.accounts.rules import Role
from yinfeng.foundation.audit.actions import record
from yinfeng.foundation.notices.actions import notify
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.text import normalise_name

from ..models import Alert, Proposal
from ..queries.watch import rule_of
from ..rules.watch import WatchRule, is_falling, months_back
from ..rules.words import AlertKind, ProposalKind


@transaction.atomic
def raise_alerts(*, at: datetime) -> int:
    """What is new since the last time; how many. The worker calls it by the clock; calling it twice raises nothing twice."""
    today = timezone.localdate(at)
    rule, stamp = rule_of(today)
    wanted = [*_falling(rule, stamp, today, at), *_elsewhere(rule, stamp, today, at)]
    known = set(Alert.objects.filter(key__in=[a.key for a in wanted]).values_list("key", flat=True))
    new = [a for a in {a.key: a for a in wanted}.values() if a.key not in known]
    Alert.objects.bulk_create(new, ignore_conflicts=True)  # another worker may have been quicker
    if new:
        posts = Post.objects.filter(role=Role.DIRECTOR, from_date__lte=today).exclude(until_date__lt=today)
        notify(
            persons=posts.values_list("person_id", flat=True), kind="watch", at=at, url=reverse("intelligence:watch"),
            text=_("友邻监测有 {n} 条新提示。").format(n=len(new)),
        )  # fmt: skip
        record(
            actor=None, at=at, verb="watch.alerts", kind="alert", object_id=None, after={"new": len(new), "rule": stamp}
        )
    return len(new)


@transaction.atomic
def close_alert(*, alert: Alert, note: str, actor: Person, at: datetime) -> Alert:
    """Somebody has seen to it, in a word."""
    alert = Alert.objects.select_for_update(of=("self",)).get(pk=alert.pk)
    if alert.closed_at is not None:
        raise DomainError(_("这条提示已处理。"), code="alert.closed", fix=_("请刷新后查看。"))
    if not note.strip():
        raise DomainError(_("请写明如何处理。"), code="alert.note", field="note")
    alert.closed_at, alert.closed_by, alert.note = at, actor, " ".join(note.split())[:300]
    alert.save(update_fields=["closed_at", "closed_by", "note"])
    record(actor=actor, at=at, verb="alert.close", kind="alert", object_id=alert.pk, note=alert.note)
    return alert


def _falling(rule: WatchRule, stamp: str, today: date, at: datetime) -> list[Alert]:
    """Units whose leads fell month after month; whole months only, confidential leads left out."""
    if not rule.falling_months:
        return []
    months = months_back(today, rule.falling_months + 2)[:-1]
    this = today.replace(day=1)
    rows = (
        Lead.objects.filter(reported_on__gte=months[0], reported_on__lt=this, is_confidential=False)
        .exclude(status=LeadStatus.WITHDRAWN)
        .order_by()
        .annotate(month=TruncMonth("reported_on"))
        .values_list("owner_unit_id", "month")
        .annotate(n=Count("pk"))
    )
    held: dict[int, dict[date, int]] = {}
    for unit, month, n in rows:
        held.setdefault(unit, {})[month] = n
    made = []
    for unit, counts in held.items():
        told = [counts.get(m, 0) for m in months]
        if is_falling(told, rule.falling_months, rule.falling_from):
            figures = {"months": [f"{m:%Y-%m}" for m in months], "counts": told}
            made.append(
                Alert(kind=AlertKind.LEADS_FALLING, key=f"falling:{unit}:{months[-1]:%Y-%m}", unit_id=unit, figures=figures,
                      rule=stamp[:80], at=at)
            )  # fmt: skip
    return made


def _elsewhere(rule: WatchRule, stamp: str, today: date, at: datetime) -> list[Alert]:
    """Records of other cities whose investor stands in our register of firms."""
    if not rule.expansion_days:
        return []
    since = at - timedelta(days=rule.expansion_days)
    rows = Proposal.objects.filter(kind=ProposalKind.PROJECT, document__at__gte=since).exclude(region="")
    firms: dict[str, list[Proposal]] = {}
    for proposal in rows.order_by("pk")[:5_000]:
        for name in str(proposal.fields.get("investor") or "").replace("；", ";").split(";"):
            if len(key := normalise_name(name)) >= 3:
                firms.setdefault(key, []).append(proposal)
    known = Enterprise.objects.filter(name_key__in=firms.keys()).values_list("pk", "name", "name_key")
    made = []
    for pk, firm, key in known:
        for proposal in firms[key]:
            name = str(proposal.fields.get("name") or "") or _("新项目")
            quote = proposal.spans[0]["quote"][:200] if proposal.spans else ""
            made.append(
                Alert(
                    kind=AlertKind.EXPANSION_ELSEWHERE, proposal=proposal, rule=stamp[:80], at=at,
                    key=f"elsewhere:{pk}:{proposal.region}:{normalise_name(name)}"[:120],
                    figures={"firm": firm, "city": proposal.region, "name": name, "quote": quote},
                )
            )  # fmt: skip
    return made
