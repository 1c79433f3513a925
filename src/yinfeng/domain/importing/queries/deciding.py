"""What becomes of the rows of one project: a plan for the ledger, its differences cell by cell, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from yinfeng.domain.projects.actions.bulk_plans import Ended, NewFunds, NewMilestone, PhaseFacts, ProjectPlan
from yinfeng.domain.projects.actions.entries import InvestorData
from yinfeng.domain.projects.rules.words import AgreementKind, FundsBoundary, ProjectKind, Stage, ValueKind
from yinfeng.kernel.money import round_half_up

from ..rules.columns import BY_KEY
from ..rules.funds import slices
from ..rules.matching import Group
from ..rules.spelling import OF_THE_COLUMNS
from ..rules.values import (
    ESTIMATE,
    FUNDS_SPANS,
    MILESTONE_KEYS,
    NEW,
    PHASE_ATTRIBUTES,
    PROJECT_ATTRIBUTES,
    UNIT_KEYS,
    codes_of,
    differing,
    number_of,
    same,
)
from ..rules.words import Decision, Mode, OnConflict
from .deciding_checks import check_sizes
from .deciding_events import new_events
from .deciding_titles import KEY, new_listings, new_titles
from .ledger_values import LedgerRow
from .staged import Rules, Staged, Verdict

_HMT = frozenset({"HKD", "MOP", "TWD"})


def decide(group: Group, rows: Sequence[Staged], held: Sequence[LedgerRow], rules: Rules) -> Verdict:
    """Decide a group. Faults and differences are written to its rows; the plan is None where nothing is to be done."""
    first = rows[0]
    if held and rules.mode == Mode.CREATE:
        for row in rows:
            row.blame("name", "duplicate.ledger", _("台账中已有这个项目：{code} {name}。").format(
                code=held[0].code, name=held[0].values["name"]),
                _("只新增时不改已有项目；需要更新请选“新增和更新”。"))  # fmt: skip
    elif not held and rules.mode == Mode.UPDATE:
        for row in rows:
            row.blame("name", "row.unknown", _("台账中没有对应的项目。"), _("只更新时不新增项目；请核对编号或名称。"))
    if held and not rules.may_change(held[0].project_id):
        for row in rows:
            row.blame("name", "row.hidden", _("已有首报，请联系上级。"), _("这一行不属于您可以导入的项目。"))
    work = _Work(rows, held, rules)
    plan = work.plan()
    if held and not rules.may_change(held[0].project_id):
        for row in rows:  # nothing of a project that is out of reach is told
            row.differences = []
    if any(row.is_faulty for row in rows):
        wrong = Decision.FAULTY
        codes = {f["code"] for row in rows for f in row.faults if f["severity"] == "error"}
        if all(code.startswith("duplicate") for code in codes):
            wrong = Decision.DUPLICATE
        return Verdict(None, wrong)
    if work.conflicts and rules.on_conflict == OnConflict.REFUSE:
        return Verdict(None, Decision.CONFLICT)
    if not held:
        return Verdict(plan, Decision.CREATE)
    first.held_version = held[0].version
    changed = (
        plan.attributes
        or plan.investors is not None
        or plan.company
        or plan.group_ids is not None
        or plan.framework
        or plan.titles
        or plan.listings
    )
    phases = [f for f in plan.phases if f.pk is None or f.attributes or f.milestones or f.funds or f.ended or f.events]
    plan.phases = phases
    return Verdict(plan, Decision.UPDATE) if changed or phases else Verdict(None, Decision.SAME)


class _Work:
    """The working out of one plan."""

    def __init__(self, rows: Sequence[Staged], held: Sequence[LedgerRow], rules: Rules) -> None:
        self.rows, self.held, self.rules = rows, held, rules
        self.conflicts = 0
        self._plan = ProjectPlan(
            rows[0].number, {}, pk=held[0].project_id if held else None, version=held[0].version if held else 0
        )

    def plan(self) -> ProjectPlan:
        told = self._told()
        for row in self.rows:
            check_sizes(row)
        self._project(told)
        self._firms(told)
        for row in self.rows:
            self._phase(row)
        if not self.held:
            self._opening(told)
        return self._plan

    def _told(self) -> dict[str, tuple[Any, Staged]]:
        """What the rows say of the project itself: the first that says it; another one must not say otherwise."""
        found: dict[str, tuple[Any, Staged]] = {}
        for row in self.rows:
            for key, value in row.values.items():
                if key not in PROJECT_ATTRIBUTES and key not in _FIRM_KEYS:
                    continue
                known = found.setdefault(key, (value, row))
                if known[1] is not row and not same(key, known[0], value):
                    row.blame(
                        key, "group.differs",
                        _("{title}“{one}”与第 {number} 行的“{other}”不一致，两行是同一个项目。").format(
                            title=BY_KEY[key].title, one=self.rules.shown(key, value), number=known[1].number,
                            other=self.rules.shown(key, known[0]),
                        ), _("请改为一致，或只在第一行填写。"),
                    )  # fmt: skip
        return found

    # -- the project itself

    def _project(self, told: Mapping[str, tuple[Any, Staged]]) -> None:
        base = self.held[0].values if self.held else {}
        values = {key: value for key, (value, _row) in told.items()}
        money = self._investment(told, base)
        keys = [k for k in PROJECT_ATTRIBUTES if k not in _INVESTMENT]
        for key in differing(values, base, keys):
            value, row = told[key]
            if self._take(row, key, base.get(key), value):
                self._plan.attributes[PROJECT_ATTRIBUTES[key]] = self._typed(key, value)
        for name, (key, value) in money.items():
            row = told[key][1] if key in told else self.rows[0]
            if self._take(row, key, base.get(key), value):
                self._plan.attributes[name] = self._typed(key, value) if isinstance(value, str) else value
        merged = {**base, **{k: v for k, v in values.items() if v is not None}}
        fixed, total = merged.get("fixed_investment_cny"), merged.get("investment_cny")
        if fixed and total and fixed > total and ("fixed_investment_cny" in told or "investment_cny" in told):
            row = told.get("fixed_investment_cny", told.get("investment_cny", (0, self.rows[0])))[1]
            row.blame("fixed_investment_cny", "sum.fixed", _("固定资产投资 {fixed} 大于总投资 {total}。").format(
                fixed=self.rules.shown("fixed_investment_cny", fixed), total=self.rules.shown("investment_cny", total)
            ), _("请核对两个数字和单位。"))  # fmt: skip

    def _investment(
        self, told: Mapping[str, tuple[Any, Staged]], base: Mapping[str, Any]
    ) -> dict[str, tuple[str, Any]]:
        """The sum as agreed, in its own currency: attribute -> (the column that tells it, plain value)."""
        say = {key: told[key][0] for key in _INVESTMENT if key in told}
        if not say:
            return {}
        currency = say.get("investment_currency") or base.get("investment_currency")
        amount = say.get("investment_amount")
        if currency in (None, "CNY") and amount is not None and "investment_cny" not in say:
            if currency is None and amount:
                told["investment_amount"][1].blame(
                    "investment_amount", "sum.currency", _("协议总投资原币没有写明币种。"),
                    _("请填写币种，人民币项目请填“总投资”。"),
                )  # fmt: skip
                return {}
            say["investment_cny"] = amount
        if currency in (None, "CNY"):
            total = say.get("investment_cny")
            if total is None or total == base.get("investment_cny"):
                return {}
            return {"investment_amount": ("investment_cny", total)}
        rate, source = say.get("exchange_rate"), say.get("exchange_rate_source")
        on = say.get("exchange_rate_on")
        if amount is None and "investment_amount" not in base:
            if "investment_cny" in say:  # a sum in yuan beside a currency: the yuan are what is told
                self.rows[0].blame(
                    "investment_amount", "sum.original",
                    _("币种为 {currency}，但没有原币金额，按人民币登记。").format(currency=currency),
                    _("请补填协议总投资原币。"), severity="warning",
                )  # fmt: skip
                return {"investment_amount": ("investment_cny", say["investment_cny"])}
            return {}
        amount = amount if amount is not None else base.get("investment_amount")
        if rate is None and "investment_cny" in say and amount and "exchange_rate" not in base:
            exact = Decimal(say["investment_cny"]) / Decimal(amount)
            rate, source = f"{exact.quantize(Decimal('0.000001'))}", source or OF_THE_COLUMNS
        found: dict[str, tuple[str, Any]] = {}
        for name, value in (
            ("investment_amount", amount), ("investment_currency", currency), ("exchange_rate", rate),
            ("exchange_rate_source", source), ("exchange_rate_on", on),
        ):  # fmt: skip
            if value is not None and not same(name, number_of(value), number_of(base.get(name))):
                found[name] = (name, value)
        return found

    def _firms(self, told: Mapping[str, tuple[Any, Staged]]) -> None:
        base = self.held[0].values if self.held else {}
        if "investors" in told:
            firms, row = told["investors"]
            codes = codes_of(told["investor_uscc"][0]) if "investor_uscc" in told else []
            if len(codes) == len(firms):
                firms = [[name, share, own or code] for (name, share, own), code in zip(firms, codes, strict=True)]
            if not same("investors", firms, base.get("investors")) and self._take(
                row, "investors", base.get("investors"), firms
            ):
                self._plan.investors = [
                    InvestorData(name, code or "", Decimal(share) if share else None) for name, share, code in firms
                ]
            shares = [Decimal(share) for _name, share, _code in firms if share]
            if sum(shares, Decimal(0)) > 100:
                row.blame("investors", "investor.share", _("出资比例合计 {total}% 超过 100%。").format(total=sum(shares)),
                          _("请核对各投资方的比例。"))  # fmt: skip
        if KEY in told:
            said, row = told[KEY]
            firms = told["investors"][0] if "investors" in told else base.get("investors") or []
            self._plan.titles = new_titles(
                said, row, firms, base, year=self.rules.as_of.year, last=self.rules.today.year + 1,
                take=self._take,
            )  # fmt: skip
        if "listings" in told:
            said, row = told["listings"]
            self._plan.listings = new_listings(said, row, base, self.rules, take=self._take)
        if "company" in told:
            name, row = told["company"]
            code = next(iter(codes_of(told["company_uscc"][0])), "") if "company_uscc" in told else ""
            if not same("company", name, base.get("company")) and self._take(row, "company", base.get("company"), name):
                self._plan.company = InvestorData(name, code)
        if "industry_groups" in told:
            groups, row = told["industry_groups"]
            if sorted(groups) != sorted(base.get("industry_groups") or []) and self._take(
                row, "industry_groups", base.get("industry_groups"), groups
            ):
                self._plan.group_ids = groups

    def _opening(self, told: Mapping[str, tuple[Any, Staged]]) -> None:
        """What a new project must have."""
        row, attributes, rules = self.rows[0], self._plan.attributes, self.rules
        if not attributes.get("name"):
            row.blame("name", "row.name", _("没有项目名称。"), _("请填写项目名称；不是项目的行请删去。"))
        if "kind" not in attributes:
            attributes["kind"] = ProjectKind.MANUFACTURING.value
            row.blame(
                "kind", "gap.kind", _("项目类别没有填写，暂按制造业登记。"), _("请补填项目类别。"), severity="warning"
            )
        if "lead_unit" not in told:
            attributes["lead_unit_id"] = rules.unit
        lead = attributes.get("lead_unit_id", rules.unit)
        if rules.may_take_units is not None and lead not in rules.may_take_units:
            row.blame(
                "lead_unit", "row.foreign", _("牵头单位不是您所在的单位，不能导入。"), _("只能导入本单位牵头的项目。")
            )
        if "capital_kind" not in attributes:
            currency = attributes.get("investment_currency", "CNY")
            if currency != "CNY":
                attributes["capital_kind"] = "hmt" if currency in _HMT else "foreign"
        self._plan.investors = self._plan.investors or ()

    # -- a phase and its facts

    def _phase(self, row: Staged) -> None:
        held = self._held_phase(row)
        if held is False:
            return
        base = held.values if isinstance(held, LedgerRow) else {}
        number = held.number if isinstance(held, LedgerRow) else row.values.get("phase_number") or 1
        facts = PhaseFacts(number, held.phase_id if isinstance(held, LedgerRow) else None)
        self._plan.phases.append(facts)
        for key in differing(row.values, base, PHASE_ATTRIBUTES):
            if self._follows_project(key, row, held):
                continue
            if self._take(row, key, base.get(key), row.values[key]):
                facts.attributes[PHASE_ATTRIBUTES[key]] = self._typed(key, row.values[key])
        self._milestones(row, held if isinstance(held, LedgerRow) else None, base, facts)
        self._funds(row, held if isinstance(held, LedgerRow) else None, facts)
        self._end(row, base, facts)
        facts.events = new_events(row, held if isinstance(held, LedgerRow) else None, self.rules.today, self._take)

    def _held_phase(self, row: Staged) -> LedgerRow | bool | None:
        """The phase on record that the row is of, None for a new one, False where it cannot be told."""
        if not self.held:
            return None
        number = row.values.get("phase_number")
        if number is None:
            if len(self.held) == 1:
                return self.held[0]
            keys = [*PHASE_ATTRIBUTES, *MILESTONE_KEYS]
            if differing(row.values, self.held[0].values, keys) or any(k in row.values for k in _ALL_FUNDS):
                row.blame("phase_number", "row.phase", _("台账中本项目分 {count} 期，这一行没有写明期次。").format(
                    count=len(self.held)), _("请填写期次，各期分行填写。"))  # fmt: skip
                return False
            return self.held[0]
        return next((h for h in self.held if h.number == number), None)

    def _follows_project(self, key: str, row: Staged, held: Any) -> bool:
        """What an only phase has from its project is not a difference when the sheet repeats it."""
        own = {"phase_investment_cny": "investment_cny", "phase_land_area_mu": "land_area_mu",
               "phase_plant_area_sqm": "plant_area_sqm"}.get(key)  # fmt: skip
        if own is None or not isinstance(held, LedgerRow) or not held.is_alone or key in held.values:
            return False
        return same(key, row.values[key], held.values.get(own))

    def _milestones(self, row: Staged, held: LedgerRow | None, base: Mapping[str, Any], facts: PhaseFacts) -> None:
        framework = row.values.get("agreement_kind") == AgreementKind.FRAMEWORK
        reached: dict[str, date] = {}
        if held is not None:
            reached = {stage: standing.happened_on for stage, standing in held.milestones.items()}
        for key, stage in MILESTONE_KEYS.items():
            told = row.values.get(key)
            if told is None or told == base.get(key):
                continue
            on = date.fromisoformat(told)
            if key == "signed_on" and framework:
                if on > self.rules.today:
                    self._too_late(row, key, on)
                elif self._take(row, key, base.get(key), told):
                    self._plan.framework = (on, row.cells.get(key, ""))
                continue
            standing = held.milestones.get(stage) if held else None
            if on > self.rules.today:
                self._too_late(row, key, on)
                continue
            if wrong := [
                d for d in (on, standing and standing.happened_on) if d and (d.year, d.month) in self.rules.closed
            ]:
                self._closed(row, key, wrong[0])
                continue
            secure = standing is not None and standing.status == "verified"
            if not self._take(row, key, base.get(key), told, conflict=secure):
                continue
            reached.pop(stage, None)
            if faults := self.rules.stages.date_faults(Stage(stage), on, reached, self.rules.today):
                for fault in faults:
                    row.blame(key, "milestone.order", fault, _("请核对两个日期。"))
                continue
            reached[stage] = on
            note = _("原文：{raw}").format(raw=row.raw[key]) if key in row.raw else ""
            facts.milestones.append(
                NewMilestone(stage, on, row.cells.get(key, ""), note, standing.pk if standing else None)
            )

    def _end(self, row: Staged, base: Mapping[str, Any], facts: PhaseFacts) -> None:
        key = "terminated_on"
        told, standing = row.values.get(key), base.get(key)
        if told is None or told == standing:
            return
        on = date.fromisoformat(told)
        if on > self.rules.today:
            self._too_late(row, key, on)
        elif (on.year, on.month) in self.rules.closed:
            self._closed(row, key, on)
        elif standing is not None:
            row.blame(key, "flag.standing", _("台账已登记于 {on} 终止。").format(on=standing),
                      _("如原记录有误，请在项目页作废后重新登记。"))  # fmt: skip
        elif self._take(row, key, None, told):
            note = _("原文：{raw}").format(raw=row.raw[key]) if key in row.raw else ""
            facts.ended = Ended(on, row.cells.get(key, ""), note)

    def _funds(self, row: Staged, held: LedgerRow | None, facts: PhaseFacts) -> None:
        told_on = row.values.get("funds_as_of")
        as_of = date.fromisoformat(told_on) if told_on else self.rules.as_of
        if told_on and as_of > self.rules.today:
            if any(k in row.values for k in _ALL_FUNDS):
                self._too_late(row, "funds_as_of", as_of)
            return
        boundary = row.values.get("funds_boundary")
        for (basis, currency), keys in FUNDS_SPANS.items():
            told = {span: row.values[key] for span, key in keys.items() if row.values.get(key) is not None}
            if not told:
                continue
            if basis == "capital" and row.values.get("funds_basis"):
                basis = row.values["funds_basis"]
            have = {span: held.arrived(basis, currency, span, as_of) for span in keys} if held else {}
            made, faults = slices(told, have, keys, as_of)
            for less in faults:
                message = (
                    _("{title} {told} 小于 {narrower} {held}。")
                    if less.narrower
                    else _("{title} {told} 小于台账已登记的 {held}。")
                )
                row.blame(
                    less.key, "funds.less", message.format(
                        title=BY_KEY[less.key].title, told=self.rules.shown(less.key, less.told),
                        held=self.rules.shown(less.key, less.held),
                        narrower=BY_KEY[less.narrower].title if less.narrower else "",
                    ), _("累计数只增不减；如原记录有误，请在项目页作废或更正该笔到位资金。"),
                )  # fmt: skip
            if faults:
                continue
            for place, part in enumerate(made):
                if (part.on.year, part.on.month) in self.rules.closed:
                    self._closed(row, part.key, part.on)
                    continue
                if held is not None and not self._take(
                    row, part.key, held.arrived(basis, currency, _SPAN[part.key], as_of) or None, row.values[part.key]
                ):
                    continue
                voucher = row.values.get("funds_voucher", "") if place == len(made) - 1 else ""
                facts.funds.append(
                    self._arrival(part.amount, currency, part.on, basis, boundary, row, part.key, voucher)
                )

        known = held.estimated(as_of) if held else 0
        if (expected := row.values.get(ESTIMATE)) and expected != known:
            if known:
                row.blame(ESTIMATE, "funds.estimate", _("台账已登记本月预计到位 {held}。").format(
                    held=self.rules.shown(ESTIMATE, known)), _("如原记录有误，请在项目页作废后重新登记。"))  # fmt: skip
            elif (as_of.year, as_of.month) in self.rules.closed:
                self._closed(row, ESTIMATE, as_of)
            elif self._take(row, ESTIMATE, None, expected):
                arrival = self._arrival(expected, "CNY", as_of, "capital", boundary, row, ESTIMATE, "")
                facts.funds.append(replace(arrival, value_kind=ValueKind.ESTIMATE))

    def _arrival(
        self,
        amount: int,
        currency: str,
        on: date,
        basis: str,
        boundary: str | None,
        row: Staged,
        key: str,
        voucher: str,
    ) -> NewFunds:
        if boundary is None:
            boundary = str(FundsBoundary.OVERSEAS if currency != "CNY" else FundsBoundary.OUTSIDE_CITY)
            row.blame("funds_boundary", "gap.boundary", _("资金来源地没有填写，按{boundary}登记。").format(
                boundary=_(FundsBoundary(boundary).label)), _("请补填资金来源地。"), severity="warning")  # fmt: skip
        in_cny: int | None = amount
        if currency != "CNY":
            rate = row.values.get("exchange_rate") or (self.held[0].values.get("exchange_rate") if self.held else None)
            in_cny = int(round_half_up(amount * Decimal(rate))) if rate else None
            if in_cny is None:
                row.blame(key, "gap.rate", _("{title}没有汇率，不折合人民币。").format(title=BY_KEY[key].title),
                          _("请补填折算汇率。"), severity="warning")  # fmt: skip
        return NewFunds(amount, currency, in_cny, on, basis, boundary, row.cells.get(key, ""), voucher)

    # -- helpers

    def _take(self, row: Staged, key: str, old: Any, new: Any, *, conflict: bool = False, added: bool = False) -> bool:
        """Note a difference; whether it is to be written. A conflict is what somebody has verified, or has changed
        since the sheet left this system; what is ``added`` beside the old is none."""
        if not self.held:
            return True
        stale = not added and row.version is not None and row.version != self.held[0].version
        conflict = (conflict or stale) and old is not None
        row.differences.append({
            "key": key, "old": self.rules.shown(key, old), "new": self.rules.shown(key, new),
            "cell": row.cells.get(key, ""), "conflict": conflict, "stale": stale and old is not None,
        })  # fmt: skip
        if not conflict:
            return True
        self.conflicts += 1
        if self.rules.on_conflict == OnConflict.TAKE and not stale and not self.rules.may_replace_verified:
            row.blame(key, "conflict.right", _("{title}已经审核，您不能用表格的值替换。").format(title=BY_KEY[key].title),
                      _("请由有审核权限的同事处理，或选择保留台账的值。"))  # fmt: skip
            return False
        return self.rules.on_conflict == OnConflict.TAKE

    def _typed(self, key: str, value: Any) -> Any:
        if key in UNIT_KEYS and isinstance(value, str):
            return self.rules.new_units.get(value.removeprefix(NEW), self.rules.unit)
        match BY_KEY[key].kind:
            case "number" | "percent":
                return Decimal(value)
            case "date":
                return date.fromisoformat(value)
        if isinstance(value, str):
            return " ".join(value.split()) if key == "name" else value
        return value

    def _too_late(self, row: Staged, key: str, on: date) -> None:
        row.blame(key, "fact.future", _("{title} {on} 晚于今天（{today}）。").format(
            title=BY_KEY[key].title, on=on, today=self.rules.today),
            _("只登记已经发生的事；将来的安排请填计划日期。"))  # fmt: skip

    def _closed(self, row: Staged, key: str, on: date) -> None:
        row.blame(key, "period.closed", _("{year}年{month}月已关账，{title} {on} 不能再登记或改动。").format(
            year=on.year, month=on.month, title=BY_KEY[key].title, on=on), _("确需改动的，请在“关账后更正”中提出。"))  # fmt: skip


_FIRM_KEYS = frozenset(
    {"investors", "investor_uscc", "company", "company_uscc", "industry_groups", "investment_cny", KEY, "listings"}
)
_INVESTMENT = (
    "investment_cny", "investment_amount", "investment_currency", "exchange_rate", "exchange_rate_source",
    "exchange_rate_on",
)  # fmt: skip
_SPAN = {key: span for keys in FUNDS_SPANS.values() for span, key in keys.items()}
_ALL_FUNDS = frozenset((*_SPAN, ESTIMATE))
