"""Taking a document in: load, read, store; the first two before the transaction, the last in one."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePath

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yinfeng import reading
from yinfeng.foundation.accounts.actions import grant
from yinfeng.foundation.accounts.models import Person, Unit
from yinfeng.foundation.accounts.rules import GrantWhy
from yinfeng.foundation.audit.actions import record
from yinfeng.foundation.files import actions as files
from yinfeng.kernel.errors import DomainError
from yinfeng.reading.model import AggregateRecord, Evidence, ProjectRecord

from ..models import Document, Proposal, SketchValue, Source
from ..queries.drafts import is_touched
from ..queries.local_names import lexicon
from ..queries.ranking import ground, rank_all, twin_of
from ..rules.sketch import indexed, sketch
from ..rules.text import readable_span, storable
from ..rules.words import DocumentStatus, ProposalKind, ProposalStatus, SourceKind, Trust

log = logging.getLogger(__name__)


class AlreadyKnown(DomainError):
    """The very same text is on record. ``document`` is for those who may see it: ask access before naming it."""

    def __init__(self, document: Document) -> None:
        super().__init__(
            _("内容与已收录的文档完全相同。"), code="document.known", field="file", fix=_("请直接打开已有的文档。")
        )
        self.document = document


@dataclass(frozen=True)
class _Read:
    """What is to be stored, worked out before the transaction."""

    raw: str
    media: str
    doc_date: date | None
    result: reading.Reading

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.raw.encode()).hexdigest()


@dataclass(frozen=True)
class _Original:
    """The file as it came, to be kept beside its text."""

    content: bytes | Path
    name: str
    actor: Person


def take_in(
    *,
    content: bytes | str | Path,
    name: str = "",
    title: str = "",
    source: str = "",
    doc_date: date | None = None,
    unit: Unit,
    came_by: Source | SourceKind | None = None,
    actor: Person | None,
    at: datetime,
) -> Document:
    """A document enters the review queue with what the reader proposes.

    ``content``  the bytes of a file, a file on this machine (its STEM.meta.json is heard), or pasted text; ``name``
    the file's name, for the title and for error words; ``doc_date``  given by a person, before what the file says
    itself. ``came_by``  the source it was found in, or the way a person brought it, which stands for the unit's own
    box of that kind (None: by what was given). ``actor`` None is the system (a command): the original file is kept
    only where somebody answers for it.

    Raises DomainError where the file cannot be read, AlreadyKnown where the text is on record. A kill at any moment
    leaves either the whole document with all its proposals, or nothing but a content that no row names.
    """
    read = _load(content, name, doc_date)
    if known := Document.objects.filter(sha256=read.digest).first():
        raise AlreadyKnown(known)
    original = None if isinstance(content, str) or actor is None else _Original(content, name or _("文档.txt"), actor)
    shown = _title(title, name, read.result.normalised.text)
    way = came_by or (SourceKind.PASTE if isinstance(content, str) else SourceKind.UPLOAD)
    try:
        return _store(read, shown, source.strip()[:300], original, unit, way, actor, at)
    except IntegrityError:  # somebody was quicker with the same text
        if known := Document.objects.filter(sha256=read.digest).first():
            raise AlreadyKnown(known) from None
        raise


def read_again(*, document: Document, doc_date: date | None, actor: Person, at: datetime) -> Document:
    """Read a document anew, as published on ``doc_date`` or by a newer reader. The text stays what it is.

    Only while nobody has touched a record: what a person decided or corrected is never thrown away.
    """
    _untouched(document)
    result = _understand(document.raw_text, document.title, doc_date, _("文档"))
    return _store_again(document, _Read(document.raw_text, document.media, doc_date, result), actor, at)


def _load(content: bytes | str | Path, name: str, doc_date: date | None) -> _Read:
    shown = "".join(c if c.isprintable() else "·" for c in name)[:80]
    where = _("文件“{name}”").format(name=shown) if shown else _("粘贴的文字")
    # A browser sends line ends as CRLF: the text of a page has plain ones.
    given = content.replace("\r\n", "\n").encode("utf-8", "replace") if isinstance(content, str) else content
    with _told(where, len(given) if isinstance(given, bytes) else 0):
        loaded = reading.load(given, name=name)
    raw = storable(loaded.raw_text)
    day = doc_date or loaded.doc_date
    return _Read(raw, loaded.media, day, _understand(raw, PurePath(name).stem, day, where))


def _understand(raw: str, doc_id: str, day: date | None, where: str) -> reading.Reading:
    names = lexicon()
    with _told(where, len(raw)):
        return reading.read_text(raw, doc_date=day, doc_id=doc_id, lexicon=names)


@contextmanager
def _told(where: str, size: int) -> Iterator[None]:
    """Faults of the reader as words for people, with the file's name."""
    try:
        yield
    except reading.ReadingError as fault:
        raise DomainError(
            _("{where}：{fault}").format(where=where, fault=fault.message), code=f"document.{fault.code}", field="file"
        ) from fault
    except Exception as fault:  # one strange file must not stop the others of its batch
        log.exception("the reader failed on %s characters", size)
        raise DomainError(
            _("{where}：读取时出错（{kind}）。").format(where=where, kind=type(fault).__name__), code="document.reader",
            field="file", fix=_("请把文件交给系统管理员；其他文件不受影响。"),
        ) from fault  # fmt: skip


@transaction.atomic
def _store(
    read: _Read,
    title: str,
    source: str,
    original: _Original | None,
    unit: Unit,
    way: Source | SourceKind,
    actor: Person | None,
    at: datetime,
) -> Document:
    came_by = way if isinstance(way, Source) else box_of(unit, way, at)
    document = Document(
        title=title, source=source, media=read.media, raw_text=read.raw, sha256=read.digest, size=len(read.raw),
        unit=unit, uploaded_by=actor, at=at, status=DocumentStatus.QUEUE,
        came_by=came_by,
    )  # fmt: skip
    _write_reading(document, read)
    proposals = _proposals(document, read)
    _compare(document, read.result.normalised.text)
    rank_all(document, proposals, ground(timezone.localdate(at)), came_by.trust)
    document.save()
    _index(document)
    if original is not None:
        document.file = files.store(
            content=original.content, name=original.name, owner_kind="document", owner_id=document.pk,
            actor=original.actor, at=at,
        )  # fmt: skip
        document.save(update_fields=["file"])
    Proposal.objects.bulk_create(proposals)
    grant("document", document.pk, units=[(unit.pk, GrantWhy.OWNER)])
    record(
        actor=actor, at=at, verb="document.take_in", kind="document", object_id=document.pk,
        after={
            "title": title, "unit": unit.pk, "sha256": read.digest, "doc_date": read.doc_date,
            "proposals": len(proposals), "reader": document.reader_version, "came_by": came_by.pk,
            "same_as": document.same_as_id,
        },
    )  # fmt: skip
    return document


@transaction.atomic
def _store_again(document: Document, read: _Read, actor: Person, at: datetime) -> Document:
    document = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    _untouched(document)
    before = {
        "doc_date": document.doc_date, "reader": document.reader_version, "proposals": document.proposals.count(),
    }  # fmt: skip
    document.proposals.all().delete()
    _write_reading(document, read)
    proposals = _proposals(document, read)
    rank_all(document, proposals, ground(timezone.localdate(at)), trust_of(document))
    document.save()
    Proposal.objects.bulk_create(proposals)
    record(
        actor=actor, at=at, verb="document.read_again", kind="document", object_id=document.pk, before=before,
        after={"doc_date": read.doc_date, "reader": document.reader_version, "proposals": len(proposals)},
    )  # fmt: skip
    return document


def box_of(unit: Unit, kind: SourceKind, at: datetime) -> Source:
    """The unit's own box for what its people bring by hand: made when it is first used."""
    box, _made = Source.objects.get_or_create(
        unit=unit, kind=kind, defaults={"name": f"{unit.short_name}·{kind.label}"[:60], "at": at}
    )
    return box


def trust_of(document: Document) -> str:
    return document.came_by.trust if document.came_by is not None else Trust.ORDINARY


def _compare(document: Document, text: str) -> None:
    """Its sketch, and the document on record that tells the same news."""
    document.sketch, document.is_sketched = list(sketch(text)), True
    twin = twin_of(document.sketch, before=document.pk)
    document.same_as_id, document.likeness = (twin.root_id, twin.likeness) if twin else (None, None)


def _index(document: Document) -> None:
    SketchValue.objects.bulk_create(SketchValue(document=document, value=v) for v in indexed(document.sketch))


@transaction.atomic
def look_again(*, at: datetime, most: int = 200) -> int:
    """Compare documents that came before there were sketches, and rank records by the rules of today; how many
    were touched. The worker calls it by the clock."""
    for document in Document.objects.filter(is_sketched=False).order_by("pk")[:most]:
        _compare(document, document.readable_text or document.raw_text)
        document.save(update_fields=["sketch", "is_sketched", "same_as", "likeness"])
        _index(document)
        most -= 1
    known = ground(timezone.localdate(at))
    stale = Proposal.objects.exclude(ranked_by=known.stamp)
    ids = list(stale.order_by("document_id").values_list("document_id", flat=True).distinct()[: max(most, 0)])
    for document in Document.objects.filter(pk__in=ids).select_related("came_by"):
        proposals = list(document.proposals.all())
        rank_all(document, proposals, known, trust_of(document))
        document.save(update_fields=["priority"])
        Proposal.objects.bulk_update(proposals, ["priority", "reasons", "region", "month", "ranked_by"])
    return len(ids)


def _untouched(document: Document) -> None:
    if is_touched(document):
        raise DomainError(
            _("这份文档已有记录被处理或更正，不能重新读取。"), code="document.touched", field="doc_date",
            fix=_("请在各条记录中直接填写日期。"),
        )  # fmt: skip


def _write_reading(document: Document, read: _Read) -> None:
    """What follows from the text: its readable form and what was read."""
    readable = read.result.normalised
    damaged = readable.text != read.raw
    document.doc_date = read.doc_date
    document.readable_text = readable.text if damaged else ""
    document.repairs = [[a, b, *readable.raw_span(a, b)] for a, b in readable.repaired] if damaged else []
    document.reading = read.result.to_json()
    document.reader_version = _reader_version()


def _proposals(document: Document, read: _Read) -> list[Proposal]:
    """Projects in the order of the text, then the statistics."""

    def make(kind: ProposalKind, item: ProjectRecord | AggregateRecord, number: int) -> Proposal:
        fields = item.to_json()
        fields.pop("evidence")
        return Proposal(
            document=document, number=number, kind=kind, fields=fields, spans=_spans(read, item.evidence),
            confidence=round(min(1.0, max(0.0, item.confidence)), 3), certain=item.certain,
            status=ProposalStatus.OPEN if kind == ProposalKind.PROJECT else ProposalStatus.KEPT,
        )  # fmt: skip

    def place(item: ProjectRecord | AggregateRecord) -> int:
        return min((e.start for e in item.evidence), default=len(read.raw))

    ordered: list[tuple[ProposalKind, ProjectRecord | AggregateRecord]]
    ordered = [(ProposalKind.PROJECT, r) for r in sorted(read.result.projects, key=place)]
    ordered += [(ProposalKind.AGGREGATE, r) for r in sorted(read.result.aggregates, key=place)]
    return [make(kind, item, number) for number, (kind, item) in enumerate(ordered, 1)]


def _spans(read: _Read, evidence: Sequence[Evidence]) -> list[dict[str, object]]:
    readable = read.result.normalised
    made = []
    for piece in evidence:
        a, b = readable_span(readable.offsets, piece.start, piece.end)
        made.append(piece.to_json() | {"readable_start": a, "readable_end": b, "repaired": readable.is_repaired(a, b)})
    return made


def _title(title: str, name: str, readable: str) -> str:
    """What the person calls it, else the file's name where it is a name in words, else the first line that reads like
    a title (no table of metadata, no sentence as long as a paragraph), else the first line."""
    if title.strip():
        return " ".join(title.split())[:200]
    stem = PurePath(name).stem.strip()
    if any("一" <= c <= "鿿" for c in stem):
        return stem[:200]
    lines = [" ".join(line.split()) for line in readable.splitlines()[:40]]
    likely = (
        ln for ln in lines if 6 <= len(ln) <= 60 and not set("|：:") & set(ln) and any("一" <= c <= "鿿" for c in ln)
    )
    first = next((ln for ln in lines if len(ln) >= 4), "")
    return (next(likely, "") or first[:60] or stem or _("未命名文档"))[:200]


def _reader_version() -> str:
    try:
        return f"yinfeng {version('yinfeng')}"
    except PackageNotFoundError:
        return "yinfeng"
