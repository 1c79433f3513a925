"""What becomes of rows of leads and visits: what is new, what is known already, what the ledger says otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from yinfeng.domain.projects.access import visible_leads, visible_projects
from yinfeng.domain.projects.models import Lead, Project, Visit
from yinfeng.domain.projects.rules.words import LeadStatus, VisitDirection
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.kernel.money import display
from yinfeng.kernel.text import normalise_name, squeeze

from ..models import Import
from ..rules.record_columns import column_of
from ..rules.record_words import OF_RECORDS
from ..rules.values import NEW, plain
from ..rules.words import Book, Decision, Mode
from .names import Names
from .record_rows import UNITS
from .staged import Staged

BATCH = 500
# Attributes of a lead that a workbook may change -> their columns.
LEAD_ATTRIBUTES: dict[str, str] = {
    "name": "name", "kind": "kind", "content": "content", "product": "product", "investment_cny": "investment_cny",
    "land_area_mu": "land_area_mu", "needs": "needs", "expected_output_cny": "expected_output_cny",
    "expected_tax_cny": "expected_tax_cny", "segment": "segment_id", "channel": "channel", "referrer": "referrer",
    "owner": "owner_id", "is_confidential": "is_confidential",
}  # fmt: skip
assert set(LEAD_ATTRIBUTES) <= set(OF_RECORDS["leads"])


@dataclass(frozen=True, slots=True)
class RecordRules:
    """What decisions lean on."""

    of: Import
    viewer: Viewer | None
    names: Names
    today: date

    @property
    def imports_all(self) -> bool:
        """Whoever keeps the data of the house brings in everybody's, as with projects."""
        return self.viewer is None or self.viewer.reach("import", "E").everything

    def may_enter(self, kind: str, unit: Any) -> bool:
        if self.viewer is None or self.imports_all:
            return True
        reach = self.viewer.reach(kind, "E")
        return reach.everything or unit in reach.unit_ids

    def shown(self, key: str, value: Any) -> str:
        """A plain value as people read it."""
        if value in (None, ""):
            return ""
        if isinstance(value, str) and value.startswith(NEW) and key == UNITS[Book(self.of.book)]:
            return _("{name}（新建）").format(name=value.removeprefix(NEW))
        if key in ("owner_unit", "unit"):
            return self.names.units.shown(value)
        if key in ("owner", "leader"):
            return self.names.people.shown(value)
        if key == "segment":
            return self.names.segments.shown(value)
        column = column_of(self.of.book, key)
        if column is not None and column.kind == "choice":
            return _(dict(column.choices).get(value, value))
        if column is not None and column.kind == "money":
            return display(value)
        return (_("是") if value else _("否")) if isinstance(value, bool) else str(value)


def decide_records(rows: Sequence[Staged], rules: RecordRules) -> None:
    """Decide rows; faults, differences, the decision and what a row means are written to it."""
    decider: Any = _Leads(rows, rules) if rules.of.book == Book.LEADS else _Visits(rows, rules)
    for row in rows:
        row.group = row.number
        decider.decide(row)
        if row.is_faulty:
            codes = {f["code"] for f in row.faults if f["severity"] == "error"}
            same = all(code.startswith("duplicate") for code in codes)
            row.decision = str(Decision.DUPLICATE if same else Decision.FAULTY)


def _title(book: str, key: str) -> str:
    column = column_of(book, key)
    return _(column.title) if column else key


def _parts(values: Iterable[str]) -> Iterable[list[str]]:
    wanted = sorted({value for value in values if value})
    for start in range(0, len(wanted), BATCH):
        yield wanted[start : start + BATCH]


class _Leads:
    """A lead is found by its code, else by its name and investor."""

    def __init__(self, rows: Sequence[Staged], rules: RecordRules) -> None:
        self.rules = rules
        self.by_code: dict[str, Lead] = {}
        self.by_name: dict[str, list[Lead]] = defaultdict(list)
        standing = Lead.objects.exclude(status=LeadStatus.WITHDRAWN).order_by("pk")
        for part in _parts(str(row.values.get("code") or "") for row in rows):
            self.by_code |= {lead.code: lead for lead in standing.filter(code__in=part)}
        for part in _parts(normalise_name(str(row.values.get("name") or "")) for row in rows):
            for lead in standing.filter(name_key__in=part):
                self.by_name[squeeze(lead.name)].append(lead)
        found = {lead.pk for lead in self.by_code.values()} | {x.pk for held in self.by_name.values() for x in held}
        self.mine = found
        if rules.viewer is not None:
            self.mine = set()
            for start in range(0, len(ids := sorted(found)), BATCH):
                part_ = visible_leads(rules.viewer, "S" if rules.imports_all else "E", among=ids[start : start + BATCH])
                self.mine |= set(part_.values_list("pk", flat=True))
        self.seen: dict[tuple[str, str], int] = {}
        self.by_firm = _of_firms([str(row.values.get("investor") or "") for row in rows], rules.viewer)

    def decide(self, row: Staged) -> None:
        mode = self.rules.of.mode
        lead = self._find(row)
        if row.is_faulty:
            return
        name = str(row.values.get("name") or (lead.name if lead else ""))
        key = squeeze(name), squeeze(str(row.values.get("investor") or ""))
        if (first := self.seen.setdefault(key, row.number)) != row.number:
            row.blame(
                "name", "duplicate.file", _("与第 {first} 行是同一条线索。").format(first=first), _("请只保留一行。")
            )
            return
        if lead is None:
            if mode == Mode.UPDATE:
                row.blame("name", "row.unknown", _("系统中没有对应的线索。"), _("只更新时不新增；请核对编号或名称。"))
            self._new(row)
            row.decision = str(Decision.CREATE)
            return
        if lead.pk not in self.mine:
            row.blame("name", "row.hidden", _("已有首报，请联系上级。"), _("这一行不属于您可以导入的线索。"))
            return
        row.values["_lead"], row.held_version = lead.pk, lead.version
        changed = self._changes(row, lead)
        if changed and mode == Mode.CREATE:
            row.blame("name", "duplicate.ledger", _("系统中已有这条线索：{code} {name}。").format(code=lead.code, name=lead.name),
                      _("只新增时不改已有线索；需要更新请选“新增和更新”。"))  # fmt: skip
        elif changed and lead.status != LeadStatus.OPEN:
            row.blame("name", "lead.closed", _("线索已是“{status}”，不能再改。").format(status=_(LeadStatus(lead.status).label)),
                      _("如不再更新，请删去这一行。"))  # fmt: skip
        row.decision = str(Decision.UPDATE if changed else Decision.SAME)

    def _find(self, row: Staged) -> Lead | None:
        if code := row.values.get("code"):
            lead = self.by_code.get(str(code))
            if lead is None or (self.rules.viewer is not None and lead.pk not in self.mine):
                row.blame("code", "key.unknown_code", _("系统中没有编号为“{told}”的线索。").format(told=code),
                          _("请核对编号；新线索的编号请留空。"))  # fmt: skip
                return None
            return lead
        investor = squeeze(str(row.values.get("investor") or ""))
        held = [
            lead for lead in self.by_name.get(squeeze(str(row.values.get("name") or "")), ())
            if not investor or not lead.investor_name or squeeze(lead.investor_name) == investor
        ]  # fmt: skip
        if len(held) > 1:
            told = _("、").join(lead.code for lead in held if lead.pk in self.mine) or _("不在您的范围内")
            row.blame(
                "name", "key.ambiguous", _("系统中有多条同名线索：{told}。").format(told=told), _("请填写线索编号。")
            )
        return held[0] if len(held) == 1 else None

    def _new(self, row: Staged) -> None:
        values, rules = row.values, self.rules
        unit = values.setdefault("owner_unit", rules.of.unit_id)
        if not rules.may_enter("lead", unit):
            row.blame(
                "owner_unit", "row.foreign", _("填报单位不是您所在的单位，不能导入。"), _("只能导入本单位的线索。")
            )
        self._days(row, date.fromisoformat(values["reported_on"]))
        for what in self.by_firm.get(squeeze(str(values.get("investor") or "")), ())[:1]:
            row.blame("investor", "alike.firm", _("这家投资方已有线索或项目：{what}。").format(what=what),
                      _("如为同一件事，请填写线索编号，或删去这一行。"), severity="warning")  # fmt: skip

    def _days(self, row: Staged, reported: date) -> None:
        if (told := row.values.get("screened_on")) and date.fromisoformat(told) < reported:
            row.blame("screened_on", "lead.date", _("研判日期 {on} 早于首报日期 {reported}。").format(on=told, reported=reported),
                      _("请核对两个日期。"))  # fmt: skip

    def _changes(self, row: Staged, lead: Lead) -> bool:
        """Whether the row says anything new; what, stands in its differences."""
        values = row.values
        held = {key: plain(getattr(lead, name)) for key, name in LEAD_ATTRIBUTES.items()}
        for key in LEAD_ATTRIBUTES:
            told = values.get(key)
            if told is None or _same(told, held[key]) or (key == "is_confidential" and not told and not held[key]):
                continue
            self._differ(row, key, held[key], told)
        for key, standing in (("reported_on", lead.reported_on.isoformat()), ("owner_unit", lead.owner_unit_id)):
            if values.get(key) not in (None, standing):
                row.blame(key, f"lead.{key}", _("系统登记的{title}是“{held}”，不能用表格改。").format(
                    title=_title(Book.LEADS, key), held=self.rules.shown(key, standing)),
                    _("请核对；确需改动的请联系上级。"))  # fmt: skip
        if values.get("investor") and not lead.investor_name:
            row.blame("investor", "gap.investor", _("线索登记时没有投资方，表格中的投资方没有写入。"), _("请在线索页补填。"),
                      severity="warning")  # fmt: skip
        if told := values.get("screened_on"):
            if lead.screened_on is None:
                self._days(row, lead.reported_on)
                self._differ(row, "screened_on", None, told)
            elif told != lead.screened_on.isoformat():
                row.blame("screened_on", "lead.screened", _("系统登记的研判日期是 {on}。").format(on=lead.screened_on),
                          _("请核对；表格不能改研判日期。"))  # fmt: skip
        dropped = lead.dropped_reason if lead.status == LeadStatus.DROPPED else ""
        if (told := values.get("dropped_reason")) and not _same(told, dropped):
            self._differ(row, "dropped_reason", lead.dropped_reason or None, told)
        return bool(row.differences)

    def _differ(self, row: Staged, key: str, old: Any, new: Any) -> None:
        row.differences.append({
            "key": key, "old": self.rules.shown(key, old), "new": self.rules.shown(key, new),
            "cell": row.cells.get(key, ""), "conflict": False, "stale": False,
        })  # fmt: skip


def _of_firms(investors: Sequence[str], viewer: Viewer | None) -> dict[str, list[str]]:
    """Investor -> its leads and projects in words; what is out of the viewer's sight is said to be somebody's."""
    found: dict[str, list[str]] = defaultdict(list)
    sources: Any = (
        (Lead.objects.exclude(status__in=(LeadStatus.WITHDRAWN, LeadStatus.DROPPED)), visible_leads),
        (Project.objects.filter(merged_into=None), visible_projects),
    )
    for rows, visible in sources:
        for part in _parts(" ".join(name.split()) for name in investors):
            held = list(
                rows.filter(investor_name__in=part).order_by("pk").values_list("pk", "code", "name", "investor_name")
            )
            seen = None
            if viewer is not None:
                seen = set(visible(viewer, among=[pk for pk, *_rest in held]).values_list("pk", flat=True))
            for pk, code, name, investor in held:
                known = seen is None or pk in seen
                found[squeeze(investor)].append(f"{code} {name}" if known else _("已有首报，请联系上级"))
    return found


class _Visits:
    """A visit is known by its unit, direction, day, subject, place and our people; it is never changed by a workbook."""

    def __init__(self, rows: Sequence[Staged], rules: RecordRules) -> None:
        self.rules = rules
        told = [str(row.values.get("about") or "") for row in rows]
        self.subjects = _Subjects(told, rules.viewer)
        self.seen: dict[tuple[Any, ...], int] = {}
        self.known: dict[tuple[Any, ...], Visit] = {}
        days = sorted({str(row.values["held_on"]) for row in rows if row.values.get("held_on")})
        for part in _parts(days):
            for visit in Visit.objects.filter(held_on__in=part, voided_at=None).order_by("pk"):
                self.known[self._key_of(visit)] = visit

    @staticmethod
    def _key_of(visit: Visit) -> tuple[Any, ...]:
        return (visit.unit_id, visit.direction, visit.held_on.isoformat(), visit.lead_id, visit.project_id, squeeze(visit.place),
                squeeze(visit.our_side))  # fmt: skip

    def decide(self, row: Staged) -> None:
        values, rules = row.values, self.rules
        unit = values.setdefault("unit", rules.of.unit_id)
        if not rules.may_enter("contact", unit):
            row.blame("unit", "row.foreign", _("填报单位不是您所在的单位，不能导入。"), _("只能导入本单位的往来。"))
        about = self.subjects.find(row)
        least = 0 if values.get("direction") == VisitDirection.CALL else 1
        for key, low in (("our_count", 1), ("their_count", least)):
            if key in values and not low <= int(values[key]) <= 2_000:
                row.blame(key, "visit.heads", _("{title}应为 {low} 至 2000 人，不能是 {count}。").format(
                    title=_title(Book.VISITS, key), low=low, count=values[key]),
                    _("请填写人数，或写明人员。"))  # fmt: skip
        if row.is_faulty or about is None:
            return
        values["_lead"], values["_project"] = about.lead, about.project
        row.project = about.project
        this: tuple[Any, ...] = (
            unit, values["direction"], values["held_on"], about.lead, about.project, squeeze(values.get("place") or ""),
            squeeze(values["our_side"]),
        )  # fmt: skip
        if (first := self.seen.setdefault(this, row.number)) != row.number:
            row.blame(
                "about", "duplicate.file", _("与第 {first} 行是同一次往来。").format(first=first), _("请只保留一行。")
            )
            return
        visit = self.known.get(this)
        if visit is None:
            row.decision = str(Decision.CREATE)
            return
        row.decision = str(Decision.SAME)
        for name in ("our_count", "their_side", "their_count", "leader", "led_by", "minutes", "next_step"):
            held = plain(getattr(visit, "leader_id" if name == "leader" else name))
            if values.get(name) is not None and not _same(values[name], held):
                row.blame(name if name != "led_by" else "leader", "visit.differs",
                          _("已登记的同一次往来，{title}是“{held}”。").format(
                              title=_title(Book.VISITS, "leader" if name == "led_by" else name), held=rules.shown(name, held)),
                          _("请核对；原记录有误的，请先作废再导入。"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Subject:
    lead: int | None
    project: int | None
    code: str


class _Subjects:
    """Leads and projects that texts may mean: by code, by name, a lead by its investor too."""

    def __init__(self, told: Sequence[str], viewer: Viewer | None) -> None:
        self._by: dict[str, dict[tuple[int | None, int | None], _Subject]] = defaultdict(dict)
        leads = Lead.objects.exclude(status__in=(LeadStatus.WITHDRAWN, LeadStatus.DROPPED))
        projects = Project.objects.filter(merged_into=None)
        if viewer is not None:
            leads = visible_leads(viewer).exclude(status=LeadStatus.DROPPED)
            projects = visible_projects(viewer)
        self._read(leads, told, ("code__in", "name_key__in", "investor_name__in"), self._lead)
        self._read(projects, told, ("code__in", "name_key__in"), self._project)
        self.secret = False

    def _read(self, rows: Any, told: Sequence[str], ways: Sequence[str], keep: Callable[[Any], None]) -> None:
        for way in ways:
            wanted = (normalise_name(text) if way == "name_key__in" else text.strip() for text in told)
            for part in _parts(wanted):
                for one in rows.filter(**{way: part}).order_by("pk"):
                    keep(one)

    def _lead(self, lead: Lead) -> None:
        subject = _Subject(None if lead.project_id else lead.pk, lead.project_id, lead.code)
        for text in (lead.code, lead.name, lead.investor_name):
            if text:
                self._by[squeeze(text)][subject.lead, subject.project] = subject

    def _project(self, project: Project) -> None:
        for text in (project.code, project.name):
            self._by[squeeze(text)].setdefault((None, project.pk), _Subject(None, project.pk, project.code))

    def find(self, row: Staged) -> _Subject | None:
        told = str(row.values.get("about") or "")
        if not told:
            return None
        held = list(self._by.get(squeeze(told), {}).values())
        if len(held) == 1:
            return held[0]
        if held:
            row.blame("about", "about.ambiguous", _("“{told}”对应多个：{codes}。").format(
                told=told[:60], codes=_("、").join(one.code for one in held[:10])), _("请填写线索或项目的编号。"))  # fmt: skip
        else:
            row.blame("about", "about.unknown", _("系统中没有线索或项目“{told}”。").format(told=told[:60]),
                      _("请先登记线索，或改用系统中的编号、名称。"))  # fmt: skip
        return None


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        if one.split() == other.split():
            return True
        try:
            return Decimal(one) == Decimal(other)
        except ArithmeticError:
            return False
    return bool(one == other) or (one in (None, "") and other in (None, ""))
