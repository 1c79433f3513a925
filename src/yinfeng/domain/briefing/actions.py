"""The verbs on bulletins: draft, rewrite, compute again, discard, check, reopen, issue, object, decide, correct."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yinfeng.domain.projects.models import Project
from yinfeng.foundation.accounts.models import Person, Unit
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.audit.actions import record
from yinfeng.foundation.files import actions as files
from yinfeng.kernel.errors import DomainError

from .models import Bulletin, Objection
from .paper import annex, word
from .queries.against import Held, against_ledger
from .queries.changes import now_of, period_of
from .queries.composing import Composed
from .queries.telling import place_name
from .rules.own import contradictions
from .rules.proof import Checked
from .rules.words import BulletinState, ObjectionOutcome
from .rules.writing import changed, digest_of, from_source, laid_out, printed

WINDOW_DAYS = 5
LONGEST_WINDOW = 60


@transaction.atomic
def draft(*, composed: Composed, actor: Person, at: datetime, project: Project | None = None) -> Bulletin:
    """A draft of what was computed (``queries.composing.compose``)."""
    bulletin = Bulletin.objects.create(
        kind=composed.kind.key, title=composed.title[:200], project=project, period_start=composed.period.start,
        period_end=composed.period.end, as_of=composed.as_of, known_at=composed.known_at, blocks=composed.blocks,
        figures=composed.figures, stamps=composed.stamps, drafted_by=actor, at=at,
    )  # fmt: skip
    _record(bulletin, "bulletin.draft", actor, at, after={"kind": bulletin.kind, "as_of": bulletin.as_of})
    return bulletin


@transaction.atomic
def rewrite(*, bulletin: Bulletin, title: str, source: str, actor: Person, at: datetime) -> Bulletin:
    """New words around the same figures. DomainError names the line whose figure does not exist."""
    bulletin = _locked(bulletin, BulletinState.DRAFT)
    if not title.strip():
        raise DomainError(_("请填写标题。"), code="bulletin.title", field="title")
    try:
        blocks = from_source(source, bulletin.blocks, bulletin.figures)
    except ValueError as fault:
        raise DomainError(
            str(fault), code="bulletin.source", field="source", fix=_("数字写作 [编号]，不可新增，可删去。")
        ) from fault
    before = {"title": bulletin.title}
    bulletin.title, bulletin.blocks = title.strip()[:200], blocks
    bulletin.save(update_fields=["title", "blocks"])
    _record(bulletin, "bulletin.rewrite", actor, at, before=before, after={"title": bulletin.title})
    return bulletin


@transaction.atomic
def compute_again(*, bulletin: Bulletin, composed: Composed, actor: Person, at: datetime) -> Bulletin:
    """The draft anew from its template, as the ledger stands; edited words are lost."""
    bulletin = _locked(bulletin, BulletinState.DRAFT)
    before = {"known_at": bulletin.known_at}
    bulletin.title, bulletin.known_at = composed.title[:200], composed.known_at
    bulletin.blocks, bulletin.figures, bulletin.stamps = composed.blocks, composed.figures, composed.stamps
    bulletin.save(update_fields=["title", "known_at", "blocks", "figures", "stamps"])
    _record(bulletin, "bulletin.compute", actor, at, before=before, after={"known_at": bulletin.known_at})
    return bulletin


@transaction.atomic
def discard(*, bulletin: Bulletin, actor: Person, at: datetime) -> None:
    """Away with a draft. Only the audit trail remembers it; what was checked or issued stays."""
    bulletin = _locked(bulletin, BulletinState.DRAFT)
    _record(
        bulletin, "bulletin.discard", actor, at,
        before={"title": bulletin.title, "kind": bulletin.kind, "as_of": bulletin.as_of},
    )  # fmt: skip
    bulletin.delete()


@transaction.atomic
def check(*, bulletin: Bulletin, actor: Person, at: datetime) -> Bulletin:
    """Say that it may be issued. Its own text must prove, and what was typed by hand must be what the ledger says, as far
    as the ledger covers it; DomainError tells the first disagreement."""
    bulletin = _locked(bulletin, BulletinState.DRAFT)
    wrong = disagreements(bulletin)
    if wrong:
        raise DomainError(
            _("正文自相矛盾，共 {n} 处：{first}").format(n=len(wrong), first=wrong[0].words), code="bulletin.disagrees",
            fix=_("请改正正文后再核对。"),
        )  # fmt: skip
    if typed := typed_wrong(bulletin):
        raise DomainError(
            _("手写的数字与台账不符，共 {n} 处：{first}").format(n=len(typed), first=typed[0].words),
            code="bulletin.typed", fix=_("请改正正文后再核对。"),
        )  # fmt: skip
    bulletin.state, bulletin.checked_by, bulletin.checked_at = BulletinState.CHECKED, actor, at
    bulletin.save(update_fields=["state", "checked_by", "checked_at"])
    _record(bulletin, "bulletin.check", actor, at, after={"state": bulletin.state})
    return bulletin


@transaction.atomic
def reopen(*, bulletin: Bulletin, actor: Person, at: datetime) -> Bulletin:
    """Back to a draft, before it is issued."""
    bulletin = _locked(bulletin, BulletinState.CHECKED)
    bulletin.state, bulletin.checked_by, bulletin.checked_at = BulletinState.DRAFT, None, None
    bulletin.save(update_fields=["state", "checked_by", "checked_at"])
    _record(bulletin, "bulletin.reopen", actor, at, after={"state": bulletin.state})
    return bulletin


def issue(
    *, bulletin: Bulletin, actor: Person, at: datetime, viewer: Viewer | None, window_days: int = WINDOW_DAYS,
    red_head: str = "", number: str = "",
) -> Bulletin:  # fmt: skip
    """Freeze it for ever: text, figures, editions, and both files. Whoever drafted it cannot issue it.

    The files are written before the transaction opens (the disk is slow); ``viewer`` is whose rows the annex shows.
    """
    if not 0 <= window_days <= LONGEST_WINDOW:
        raise DomainError(
            _("异议期应为 0 至 {n} 天。").format(n=LONGEST_WINDOW), code="bulletin.window", field="window_days"
        )
    _expect(bulletin, BulletinState.CHECKED)
    if bulletin.drafted_by_id == actor.pk:
        raise DomainError(_("拟稿人不能签发自己拟的通报，请由另一人签发。"), code="bulletin.second_person")
    paper = files.store(
        content=word.write(_paper(bulletin, at, red_head, number)), name=f"{bulletin.title[:80]}.docx",
        owner_kind="bulletin", owner_id=bulletin.pk, actor=actor, at=at,
    )  # fmt: skip
    workbook = files.store(
        content=annex.write(
            bulletin.title, printed(bulletin.blocks, bulletin.figures), rows_of(bulletin, viewer),
            known_at=bulletin.known_at, by=actor.name,
        ),
        name=f"{bulletin.title[:80]}-{_('数据来源')}.xlsx", owner_kind="bulletin", owner_id=bulletin.pk, actor=actor, at=at,
    )  # fmt: skip
    with transaction.atomic():
        bulletin = _locked(bulletin, BulletinState.CHECKED)
        bulletin.state, bulletin.issued_by, bulletin.issued_at = BulletinState.ISSUED, actor, at
        bulletin.word_file, bulletin.annex_file = paper, workbook
        bulletin.objections_until = timezone.localtime(at).date() + timedelta(days=window_days) if window_days else None
        bulletin.digest = digest_of(bulletin.title, bulletin.blocks, bulletin.figures, bulletin.stamps)
        bulletin.save()
        _record(
            bulletin, "bulletin.issue", actor, at,
            after={
                "digest": bulletin.digest, "word": paper.sha256, "annex": workbook.sha256,
                "objections_until": bulletin.objections_until,
            },
        )  # fmt: skip
    return bulletin


@transaction.atomic
def raise_objection(*, bulletin: Bulletin, unit: Unit, text: str, actor: Person, at: datetime) -> Objection:
    """Within the window of an issued bulletin."""
    _expect(bulletin, BulletinState.ISSUED)
    if bulletin.objections_until is None or timezone.localtime(at).date() > bulletin.objections_until:
        raise DomainError(_("不在异议期内。"), code="bulletin.window_closed")
    if not text.strip():
        raise DomainError(_("请写明异议内容。"), code="objection.text", field="text")
    made = Objection.objects.create(bulletin=bulletin, unit=unit, text=text.strip()[:1000], raised_by=actor, at=at)
    _record(bulletin, "bulletin.object", actor, at, after={"objection": made.pk, "unit": unit.pk})
    return made


@transaction.atomic
def decide(*, objection: Objection, outcome: str, reply: str, actor: Person, at: datetime) -> Objection:
    """Uphold or reject an objection, with a reply. Whoever raised it cannot decide it."""
    objection = Objection.objects.select_for_update().select_related("bulletin").get(pk=objection.pk)
    if objection.outcome != ObjectionOutcome.OPEN:
        raise DomainError(_("这条异议已经答复。"), code="objection.decided")
    if outcome not in (ObjectionOutcome.UPHELD, ObjectionOutcome.REJECTED):
        raise DomainError(_("请选择处理结果。"), code="objection.outcome", field="outcome")
    if not reply.strip():
        raise DomainError(_("请填写答复。"), code="objection.reply", field="reply")
    if objection.raised_by_id == actor.pk:
        raise DomainError(_("不能处理自己提出的异议。"), code="objection.second_person")
    objection.outcome, objection.reply = outcome, reply.strip()[:1000]
    objection.decided_by, objection.decided_at = actor, at
    objection.save(update_fields=["outcome", "reply", "decided_by", "decided_at"])
    _record(objection.bulletin, "bulletin.decide", actor, at, after={"objection": objection.pk, "outcome": outcome})
    return objection


@transaction.atomic
def correct(*, bulletin: Bulletin, reason: str, viewer: Viewer | None, actor: Person, at: datetime) -> Bulletin:
    """A draft of a correction notice: which figures of an issued bulletin are others today. DomainError where none is."""
    _expect(bulletin, BulletinState.ISSUED)
    if not reason.strip():
        raise DomainError(_("请写明更正原因。"), code="bulletin.reason", field="reason")
    composed = now_of(bulletin, viewer, at)
    moved = changed(printed(bulletin.blocks, bulletin.figures), composed.figures)
    if not moved:
        raise DomainError(_("台账现状与印发时一致，没有需要更正的数字。"), code="bulletin.unchanged")
    figures: list[dict[str, Any]] = []
    rows = []
    for old, new in moved:
        for figure in (old, new):
            figures.append({**figure, "n": len(figures) + 1})
        name = f"{old['name']}{'（' + old['line'] + '）' if old['line'] else ''}"
        rows.append([[["text", name]], [["figure", len(figures) - 1]], [["figure", len(figures)]]])
    issued_on = timezone.localtime(bulletin.issued_at)
    opening = _("{day}印发的《{title}》，因{reason}，更正如下。").format(
        day=f"{issued_on:%Y-%m-%d}", title=bulletin.title, reason=reason.strip()
    )
    blocks: list[dict[str, Any]] = [
        {"type": "text", "runs": [["text", opening]]},
        {"type": "table", "title": "", "head": [_("事项"), _("原文"), _("更正为")], "rows": rows},
        {"type": "note", "runs": [["text", _("原通报保持不变，以本更正为准。")]]},
    ]
    notice = Bulletin.objects.create(
        kind="correction", title=_("关于《{title}》的更正").format(title=bulletin.title)[:200], project=bulletin.project,
        period_start=bulletin.period_start, period_end=bulletin.period_end, as_of=bulletin.as_of, known_at=at,
        blocks=blocks, figures=figures, stamps=composed.stamps, corrects=bulletin, drafted_by=actor, at=at,
    )  # fmt: skip
    _record(notice, "bulletin.correct", actor, at, after={"corrects": bulletin.pk, "figures": len(moved)}, note=reason)
    return notice


# ------------------------------------------------------------------------------------------------ helpers


def disagreements(bulletin: Bulletin) -> tuple[Checked, ...]:
    """What the prover finds in the bulletin's own text. A correction prints old beside new and is not proved."""
    if bulletin.kind == "correction":
        return ()
    return contradictions(bulletin.title, bulletin.blocks, bulletin.figures)


def typed_wrong(bulletin: Bulletin) -> tuple[Held, ...]:
    """The figures typed by hand that the ledger covers and has otherwise, by the record that the bulletin was computed of."""
    if bulletin.kind == "correction":
        return ()
    text, computed = laid_out(bulletin.title, bulletin.blocks, bulletin.figures)
    held = against_ledger(
        text, viewer=None, period=period_of(bulletin), as_of=bulletin.as_of, known_at=bulletin.known_at
    )
    return tuple(
        one for one in held
        if one.state == "disagrees" and not any(a < one.claim.end and one.claim.start < b for a, b in computed)
    )  # fmt: skip


def rows_of(bulletin: Bulletin, viewer: Viewer | None) -> dict[int, Any]:
    """The rows behind its figures as they were known when it was computed."""
    if bulletin.kind == "correction":
        return {}
    from .queries.changes import rows_then

    return rows_then(bulletin, viewer)


def _paper(bulletin: Bulletin, at: datetime, red_head: str, number: str) -> word.Paper:
    day: date = timezone.localtime(at).date()
    return word.Paper(
        bulletin.title, bulletin.blocks, printed(bulletin.blocks, bulletin.figures), place_name(),
        _("{y}年{m}月{d}日").format(y=day.year, m=day.month, d=day.day), red_head, number,
    )  # fmt: skip


def _expect(bulletin: Bulletin, state: BulletinState) -> None:
    if bulletin.state != state:
        raise DomainError(
            _("通报现为“{now}”，这一步要求“{wanted}”。").format(
                now=_(BulletinState(bulletin.state).label), wanted=_(state.label)
            ),
            code="bulletin.state", fix=_("请刷新页面，看清现状后再办。"),
        )  # fmt: skip


def _locked(bulletin: Bulletin, state: BulletinState) -> Bulletin:
    found = Bulletin.objects.select_for_update().get(pk=bulletin.pk)
    _expect(found, state)
    return found


def _record(
    bulletin: Bulletin, verb: str, actor: Person, at: datetime, *, before: Any = None, after: Any = None, note: str = ""
) -> None:
    record(actor=actor, at=at, verb=verb, kind="bulletin", object_id=bulletin.pk, before=before, after=after, note=note)
