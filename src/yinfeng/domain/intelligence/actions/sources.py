"""The verbs of sources: set one up, change it, switch it off and on, look into it."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.models import Person, Unit
from yinfeng.foundation.accounts.viewer import viewer_of
from yinfeng.foundation.audit.actions import record
from yinfeng.foundation.exchange.rules.addresses import parts
from yinfeng.foundation.notices.actions import notify
from yinfeng.kernel.errors import DomainError

from ..collecting import Found, find
from ..models import Document, Fetch, Source, SourceItem
from ..rules.words import FETCHED, FetchOutcome, ItemOutcome, SourceKind, Trust
from .intake import AlreadyKnown, take_in

log = logging.getLogger(__name__)
STUCK_AFTER = timedelta(minutes=30)  # a look that has not ended by then died with its worker
MOST_TRIES = 3
LEAST_MINUTES = 5
Watch = Callable[[int, str], None]


@dataclass(frozen=True)
class SourceData:
    """``address``: a folder's name, a feed's URL, or ``imaps://host[:port]/FOLDER``."""

    kind: SourceKind
    name: str
    unit: Unit
    owner: Person
    trust: Trust = Trust.ORDINARY
    address: str = ""
    account: str = ""
    every_minutes: int = 60


@transaction.atomic
def add_source(*, data: SourceData, actor: Person, at: datetime) -> Source:
    """A place that the platform looks into from now on."""
    if data.kind not in FETCHED:
        raise DomainError(_("这种来源由平台自己建立。"), code="source.kind", field="kind")
    source = Source(kind=data.kind, at=at, next_at=at if data.every_minutes else None)
    _write(source, data)
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError:
        raise _taken() from None
    record(actor=actor, at=at, verb="source.add", kind="source", object_id=source.pk, after=_told(source))
    return source


@transaction.atomic
def change_source(
    *, source: Source, data: SourceData, expected_version: int | None = None, actor: Person, at: datetime
) -> Source:
    """Other words, another address, another owner. Its way of coming in stays; a new address begins anew."""
    source = Source.objects.select_for_update(of=("self",)).get(pk=source.pk)
    if expected_version is not None and source.version != expected_version:
        raise DomainError(_("这个来源刚被他人修改。您的修改没有保存。"), code="source.changed", fix=_("请刷新后再改。"))
    before = _told(source)
    if (source.address, source.account) != (data.address.strip(), data.account.strip()):
        source.position = {}
    _write(source, data)
    source.next_at = at if data.every_minutes else None
    source.version += 1
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError:
        raise _taken() from None
    after = _told(source)
    changed = [k for k in after if before[k] != after[k]]
    record(
        actor=actor, at=at, verb="source.change", kind="source", object_id=source.pk,
        before={k: before[k] for k in changed}, after={k: after[k] for k in changed},
    )  # fmt: skip
    return source


@transaction.atomic
def set_trust(*, source: Source, trust: Trust, actor: Person, at: datetime) -> Source:
    """How far it may be believed; also for the boxes that units bring documents to by hand."""
    before, source.trust = source.trust, trust
    source.save(update_fields=["trust"])
    record(
        actor=actor, at=at, verb="source.trust", kind="source", object_id=source.pk, before={"trust": before},
        after={"trust": trust},
    )  # fmt: skip
    return source


@transaction.atomic
def switch_source(*, source: Source, on: bool, actor: Person, at: datetime) -> Source:
    """Off: nobody looks into it by the clock, and the button is gone. What came from it stays."""
    source.is_active, source.next_at = on, at if on and source.every_minutes else None
    source.save(update_fields=["is_active", "next_at"])
    record(
        actor=actor, at=at, verb="source.on" if on else "source.off", kind="source", object_id=source.pk,
        after={"is_active": on},
    )  # fmt: skip
    return source


# ------------------------------------------------------------------------------------------- looking into one


def look_into(*, source: Source, by: Person | None, at: datetime, watch: Watch = lambda n, name: None) -> Fetch:
    """Take in what is new. Each thing goes in whole or not at all, by itself; the rest of a look that broke off comes
    with the next. Raises DomainError only where somebody else is looking already or it is switched off."""
    fetch = _begin(source, by, at)
    source.refresh_from_db()
    error = ""
    try:
        owner = _owner(source)
        known = _dealt_with(source)
        for number, found in enumerate(find(source), 1):
            if found.key in known:
                continue
            watch(number, found.name)
            _take(source, fetch, owner, found)
    except DomainError as refusal:
        error = str(refusal)
    except Exception as fault:  # whatever a strange source does, its row tells of it and is free again
        log.exception("source %s failed", source.pk)
        error = _("程序内部错误（{kind}），请把来源编号 {n} 告知系统管理员。").format(
            kind=type(fault).__name__, n=source.pk
        )
    return _end(source, fetch, error[:300])


@transaction.atomic
def _begin(source: Source, by: Person | None, at: datetime) -> Fetch:
    free = Q(busy_since=None) | Q(busy_since__lt=at - STUCK_AFTER)
    if not Source.objects.filter(free, pk=source.pk, is_active=True, kind__in=FETCHED).update(busy_since=at):
        raise DomainError(
            _("“{name}”正在采集，或已停用。").format(name=source.name), code="source.busy", fix=_("请稍后再看。")
        )
    Fetch.objects.filter(source=source, outcome=FetchOutcome.RUNNING).update(
        outcome=FetchOutcome.FAILED, finished_at=at, error=_("后台进程中断，没有采集完。")
    )
    return Fetch.objects.create(source=source, at=at, by=by)


def _owner(source: Source) -> Person:
    """Whose documents they will be, with the right to bring them in *now*."""
    owner = source.owner
    if owner is None or not owner.is_active:
        raise DomainError(_("负责人已停用。"), code="source.owner", fix=_("请改由在岗的同事负责。"))
    reach = viewer_of(owner, timezone.localdate()).reach("document", "E")
    if not reach.everything and source.unit_id not in reach.unit_ids:
        raise DomainError(
            _("负责人已无权为{unit}收录文档。").format(unit=source.unit.short_name), code="source.owner_right",
            fix=_("请改由有权的同事负责。"),
        )  # fmt: skip
    return owner


def _dealt_with(source: Source) -> set[str]:
    rows = SourceItem.objects.filter(source=source)
    return set(rows.exclude(outcome=ItemOutcome.FAILED, tries__lt=MOST_TRIES).values_list("key", flat=True))


def _take(source: Source, fetch: Fetch, owner: Person, found: Found) -> None:
    outcome, document, fault = ItemOutcome.FAILED, None, ""
    try:
        piece = found.load()
        document = take_in(
            content=piece.content, name=piece.name, title=piece.title, source=piece.source, doc_date=piece.doc_date,
            unit=source.unit, came_by=source, actor=owner, at=timezone.now(),
        )  # fmt: skip
        outcome = ItemOutcome.TAKEN
    except AlreadyKnown as known:
        outcome, document = ItemOutcome.KNOWN, known.document
    except DomainError as refusal:
        fault = str(refusal)[:300]
    _note(source, fetch, found, outcome, document, fault)
    found.settle(outcome, fault)


@transaction.atomic
def _note(
    source: Source, fetch: Fetch, found: Found, outcome: ItemOutcome, document: Document | None, fault: str
) -> None:
    told = {"fetch": fetch, "name": found.name[:200], "link": found.link[:500], "outcome": outcome,
            "document": document, "fault": fault}  # fmt: skip
    item, made = SourceItem.objects.get_or_create(source=source, key=found.key, defaults=told)
    if not made:
        SourceItem.objects.filter(pk=item.pk).update(tries=F("tries") + 1, **told)
    count = {ItemOutcome.TAKEN: "taken", ItemOutcome.KNOWN: "known", ItemOutcome.FAILED: "failed"}[outcome]
    Fetch.objects.filter(pk=fetch.pk).update(**{count: F(count) + 1})


@transaction.atomic
def _end(source: Source, fetch: Fetch, error: str) -> Fetch:
    at = timezone.now()
    fetch.refresh_from_db()
    fetch.finished_at, fetch.error = at, error
    fetch.outcome = FetchOutcome.FAILED if error else FetchOutcome.PARTLY if fetch.failed else FetchOutcome.DONE
    fetch.save(update_fields=["finished_at", "error", "outcome"])
    held = Source.objects.select_for_update(of=("self",)).get(pk=source.pk)
    held.busy_since, held.position = None, source.position
    if error:
        held.last_error_at, held.last_error, held.failures = at, error, held.failures + 1
    else:
        held.last_success_at, held.last_error, held.failures = at, "", 0
    if held.every_minutes and held.is_active:
        # A source that keeps failing is asked less and less, at the most once a day.
        wait = min(held.every_minutes * 2 ** min(held.failures, 6), max(held.every_minutes, 1440))
        held.next_at = at + timedelta(minutes=wait)
    held.save(update_fields=["busy_since", "position", "last_error_at", "last_error", "failures",
                             "last_success_at", "next_at"])  # fmt: skip
    if error and held.failures == 1 and held.owner_id:
        text = _("来源“{name}”采集失败：{error}").format(name=held.name, error=error)
        notify(
            persons=[held.owner_id], kind="source", text=text, url=reverse("intelligence:source", args=[held.pk]), at=at
        )
    record(
        actor=fetch.by, at=at, verb="source.fetch", kind="source", object_id=held.pk, note=error,
        after={"fetch": fetch.pk, "taken": fetch.taken, "known": fetch.known, "failed": fetch.failed},
    )  # fmt: skip
    return fetch


# ------------------------------------------------------------------------------------------- the steps


def _write(source: Source, data: SourceData) -> None:
    address = data.address.strip()
    if not data.name.strip():
        raise DomainError(_("请填写来源名称。"), code="source.name", field="name")
    if data.every_minutes and not LEAST_MINUTES <= data.every_minutes <= 10_080:
        raise DomainError(
            _("采集间隔应为 {n} 分钟到 7 天，或填 0 只手动采集。").format(n=LEAST_MINUTES),
            code="source.every", field="every_minutes",
        )  # fmt: skip
    _check_address(source.kind, address, data.account.strip())
    source.name, source.unit, source.owner, source.trust = data.name.strip()[:60], data.unit, data.owner, data.trust
    source.address, source.account, source.every_minutes = address, data.account.strip(), data.every_minutes


def _check_address(kind: str, address: str, account: str) -> None:
    fix = ""
    match kind:
        case SourceKind.FOLDER:
            good = re.fullmatch(r"[\w-]{1,40}", address) is not None
            fix = _("文件夹名只用汉字、字母、数字、“-”和“_”，不超过 40 字。")
        case SourceKind.FEED:
            good, fix = True, _("请填写 http:// 或 https:// 开头的订阅地址，不含账号和口令。")
            try:
                parts(address)
            except ValueError:
                good = False
        case _:
            told = urlsplit(address)
            good = told.scheme in ("imap", "imaps") and bool(told.hostname) and not told.username and not told.password
            fix = _("请写作 imaps://主机/INBOX；账号另填，口令由系统管理员设置。")
            if good and not account:
                raise DomainError(_("请填写邮箱账号。"), code="source.account", field="account")
    if not good:
        raise DomainError(_("地址不合要求。"), code="source.address", field="address", fix=fix)


def _taken() -> DomainError:
    return DomainError(_("这个地址已经设为来源。"), code="source.twice", field="address")


def _told(source: Source) -> dict[str, object]:
    """For the audit trail."""
    return {
        "kind": source.kind, "name": source.name, "unit": source.unit_id, "owner": source.owner_id,
        "trust": source.trust, "address": source.address, "account": source.account, "every": source.every_minutes,
    }  # fmt: skip
