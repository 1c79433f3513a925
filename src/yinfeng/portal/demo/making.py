"""Drawing the projects and leads of the city: the hand-written stories first, the rest by seed. Pure."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from yinfeng.domain.enterprises.rules import CapitalKind
from yinfeng.domain.projects.rules.words import Channel, Origin, ProjectKind, Stage

from .diary import random_of
from .firms import FirmMaker
from .specs import WAN, YI, CitySpec, Firm, LeadSpec, PhaseSpec, ProjectSpec

T = TypeVar("T")
CITY_NAME = "栖梧"
MONTH = 30.44
MONTHS = 46  # how far back the city's story goes
# Steps of rounding of a sum of money: people announce round figures.
LADDER = ((10 * YI, YI // 2), (YI, YI // 10), (1000 * WAN, 500 * WAN), (0, 100 * WAN))
FAR = {  # where the projects of the seed shall get to, time allowing
    ProjectKind.SERVICE: Stage.AT_CAPACITY,
    ProjectKind.INFRASTRUCTURE: Stage.COMPLETED,
    ProjectKind.CULTURE_TOURISM: Stage.PRODUCING,
    ProjectKind.RESEARCH: Stage.PRODUCING,
    ProjectKind.TALENT: Stage.PRODUCING,
}


def opening(base: date) -> date:
    """The day on which the bureau began to work with the ledger: the first of a month, 46 months ago."""
    months = base.year * 12 + base.month - 1 - MONTHS
    return date(months // 12, months % 12 + 1, 1)


def round_sum(value: float) -> int:
    step = next(step for least, step in LADDER if value >= least)
    return max(int(value // step) * step, 100 * WAN)


def weighted(rng: random.Random, weights: Mapping[T, float]) -> T:
    return rng.choices(list(weights), list(weights.values()))[0]


class Maker:
    """``projects(n)`` and ``leads(n)``: the same seed and day give the same city."""

    def __init__(self, spec: CitySpec, *, seed: int, base: date) -> None:
        self.spec, self.seed, self.base = spec, seed, base
        self.firms = FirmMaker(spec.words, seed)
        self._segments = [
            (chain, segment, product)
            for chain in spec.city["chains"]
            for segment in chain["segments"]
            for product in segment["products"]
        ]

    # -- projects

    def projects(self, count: int) -> Iterator[ProjectSpec]:
        """The stories first; a city smaller than the stories has the first of them."""
        made = 0
        for number, story in enumerate(self.spec.stories["projects"], start=1):
            for spec in self._stories(f"p{number:05d}", story):
                if made == count:
                    return
                made += 1
                yield spec
        for number in range(made + 1, count + 1):
            yield self._drawn(f"p{number:05d}")

    def _stories(self, key: str, story: Mapping[str, Any]) -> Iterator[ProjectSpec]:
        rng = random_of(self.seed, key)
        capital = CapitalKind(story.get("capital", "domestic"))
        firm = self.firms.named(story["firm"], capital)
        phases = tuple(
            PhaseSpec(
                Stage(p["target"]), _yuan(p.get("investment")), p.get("route", ""), _area(p.get("land")),
                _area(p.get("plant")), p.get("lag", 0),
            )
            for p in story["phases"]
        )  # fmt: skip
        spec = self._complete(
            key, rng, firm=firm, name=story["name"], kind=ProjectKind(story.get("kind", "manufacturing")),
            lead=story["lead"], landing=story["landing"], segment=tuple(story["segment"]) if "segment" in story else None,
            contact_on=self._months_ago(story["contact"]), amount=_yuan(story["amount"]), phases=phases,
            channel=Channel(story["channel"]), fixed=_yuan(story.get("fixed")), tax=_yuan(story.get("tax")),
            trade=_yuan(story.get("trade")), currency=story.get("currency", "CNY"),
            rate=Decimal(str(story["rate"])) if "rate" in story else None, origin=Origin(story.get("origin", "new")),
            outpost=story.get("outpost", ""), referrer=story.get("referrer", ""), leader=story.get("leader", ""),
            pace=story.get("pace", 1.0), features=frozenset(story["features"]) | _also(story),
            fault=story.get("fault", ""),
        )  # fmt: skip
        yield spec
        if "twin" in story:  # the same firm and product, entered by another unit
            yield self._complete(
                f"{key}t", rng, firm=firm, name=story["twin"], kind=spec.kind, lead="port", landing="port",
                segment=spec.segment, contact_on=spec.contact_on + timedelta(days=40), amount=spec.amount,
                phases=(PhaseSpec(Stage.NEGOTIATING, route="lease"),), channel=Channel.AGENT, fixed=spec.fixed,
                fault=story["fault"],
            )  # fmt: skip

    def _drawn(self, key: str) -> ProjectSpec:
        rng = random_of(self.seed, key)
        city = self.spec.city
        lead = weighted(rng, city["lead_weights"])
        landing = rng.choice(city["landing"][lead])
        segment: tuple[str, str] | None = None
        if rng.random() < 0.86:
            chain, part, (product, content) = rng.choice(self._segments)
            segment, kind = (chain["code"], part["code"]), ProjectKind(part.get("kind", "manufacturing"))
            field = chain["code"]
        else:
            name = rng.choice(list(city["other_kinds"]))
            kind, field = ProjectKind(name), "other"
            product, content = rng.choice(city["other_kinds"][name]["products"])
        capital = weighted(rng, {CapitalKind.DOMESTIC: 90, CapitalKind.HMT: 6, CapitalKind.FOREIGN: 4})
        firm = self.firms.firm(field, capital)
        currency, rate = "CNY", None
        if capital != CapitalKind.DOMESTIC:
            currency, rate = rng.choice(
                [("HKD", Decimal("0.915"))]
                if capital == CapitalKind.HMT
                else [("USD", Decimal("7.10")), ("EUR", Decimal("7.70"))]
            )
        amount = round_sum(_size(rng, kind) * YI / float(rate or 1))
        fixed = None
        if kind not in (ProjectKind.TAX_SOURCE, ProjectKind.TRADE, ProjectKind.TALENT):
            fixed = round_sum(amount * float(rate or 1) * rng.uniform(0.6, 0.85))
        route = "" if fixed is None and kind != ProjectKind.TALENT else "lease" if rng.random() < 0.4 else "land"
        land = _area(round(max(fixed or 0, 1) / YI * rng.uniform(12, 20) + 5)) if route == "land" else None
        plant = _area(rng.randrange(30, 200) * 100) if route == "lease" else None
        spread = (self.base - timedelta(days=20) - opening(self.base)).days
        contact_on = opening(self.base) + timedelta(days=int(spread * rng.random() ** 0.9))
        pace = rng.uniform(0.7, 1.5) if rng.random() < 0.85 else rng.uniform(2.5, 4)
        if (contact_on - opening(self.base)).days < 300:  # the first ones were already well under way
            pace *= 0.6
        target = FAR.get(kind, Stage.PERFORMANCE_REVIEWED)
        phases: tuple[PhaseSpec, ...] = (PhaseSpec(target, None, route, land, plant),)
        if rng.random() < 0.12 and route == "land" and rate is None:
            first = round_sum(amount * rng.uniform(0.35, 0.6))
            half = _area(round(float(land or 20) / 2))
            phases = (
                PhaseSpec(target, first, route, half),
                PhaseSpec(target, amount - first, route, half, None, rng.randrange(240, 700)),
            )
        suffix = rng.choice(self.spec.words["suffix"][kind.value])
        return self._complete(
            key, rng, firm=firm, kind=kind, lead=lead, landing=landing, segment=segment, contact_on=contact_on,
            name=f"{firm.name[: 3 if capital == CapitalKind.FOREIGN else 2]}{product}{suffix}",
            amount=amount, currency=currency, rate=rate, fixed=fixed, phases=phases,
            channel=Channel(weighted(rng, self.spec.words["channels"])), product=product, content=content,
            pace=pace,
            features=self._fate(rng, capital, fixed), from_lead=rng.random() < 0.2,
            origin=weighted(rng, {Origin.NEW: 80, Origin.EXPANSION: 12, Origin.MOVED_IN: 4, Origin.RELOCATION: 4}),
        )  # fmt: skip

    @staticmethod
    def _fate(rng: random.Random, capital: CapitalKind, fixed: int | None) -> frozenset[str]:
        found = {
            weighted(rng, {"": 78, "terminated": 8, "stalled": 5, "stalled_lifted": 4, "held": 3, "transferred": 2})
        }
        for name, share in (
            ("returned_fact", 0.07), ("corrected_fact", 0.03), ("amount_raised", 0.08), ("unplanned", 0.5), ("claim", 0.15),
            ("framework", 0.1), ("owner_change", 0.02), ("team4", 0.3), ("contact", 0.1), ("title", 0.08),
        ):  # fmt: skip
            if rng.random() < share:
                found.add(name)
        if rng.random() < 0.3:
            found.add(weighted(rng, {"overdue_yellow": 2, "overdue_red": 1, "due_soon": 3}))
        if capital != CapitalKind.DOMESTIC:
            found.add("foreign_funds")
        if fixed and fixed > 5 * YI:
            found.add("listing")
        return frozenset(found - {""})

    def _complete(
        self, key: str, rng: random.Random, *, firm: Firm, kind: ProjectKind, lead: str, landing: str,
        segment: tuple[str, str] | None, phases: tuple[PhaseSpec, ...], amount: int | None, fixed: int | None = None,
        product: str = "", content: str = "", rate: Decimal | None = None, tax: int | None = None,
        trade: int | None = None, referrer: str = "", leader: str = "", outpost: str = "",
        features: frozenset[str] = frozenset(), **told: Any,
    ) -> ProjectSpec:  # fmt: skip
        """A spec with everything that follows from what is told."""
        city = self.spec.city
        groups: Mapping[str, str] = {}
        industry = None
        if segment is not None:
            chain = next(c for c in city["chains"] if c["code"] == segment[0])
            part = next(s for s in chain["segments"] if s["code"] == segment[1])
            groups, industry = chain["groups"], part["industry"]
            offered = part["products"]
        else:
            other = city["other_kinds"][kind.value]
            groups, industry, offered = other.get("groups", {}), other["industry"], other["products"]
        if not product:
            product, content = offered[0]
        in_yuan = int(amount * rate) if amount and rate else amount
        if kind in (ProjectKind.TAX_SOURCE, ProjectKind.TRADE):
            trade = trade or round_sum((in_yuan or YI) * rng.uniform(8, 25))
            tax = tax or round_sum(trade * rng.uniform(0.01, 0.03))
        output = None
        if fixed or rate:
            output = round_sum((fixed or in_yuan or YI) * rng.uniform(0.9, 1.9))
            tax = tax or round_sum(output * rng.uniform(0.02, 0.05))
            fixed = fixed or (round_sum((in_yuan or YI) * 0.75) if phases[0].route else None)
        channel = told["channel"]
        if channel in (Channel.TOWNSMEN, Channel.AGENT, Channel.FUND) and not referrer:
            referrer = rng.choice(self.spec.words["referrers"])
        if not outpost and lead == "bureau" and rng.random() < 0.5:
            outpost = rng.choice(list(city["outposts"]))
        if not leader and (in_yuan or 0) >= 5 * YI:
            leader = rng.choice(["leader_a", "leader_b", "leader_c", "leader_d"])
        if (in_yuan or 0) >= 10 * YI:
            features |= {"task_force"}
        partner = self.firms.firm(segment[0] if segment else "other") if "owner_change" in features else None
        lands = [p.land_mu for p in phases if p.land_mu]
        return ProjectSpec(
            key=key, firm=firm, partner=partner, company=self.firms.company_of(firm, CITY_NAME), kind=kind,
            lead_unit=lead, landing_unit=landing, owner=rng.choice(city["officers"][lead]), phases=phases, amount=amount,
            fixed=fixed, output=output, tax=tax, trade=trade, rate=rate, product=product, content=content,
            jobs=max(6, round((in_yuan or YI) / YI * rng.uniform(15, 45))), land_mu=sum(lands, Decimal()) or None,
            plant_sqm=phases[0].plant_sqm, industry=industry, segment=segment, groups=tuple(groups.items()),
            capital_kind=firm.capital_kind, referrer=referrer, leader=leader, outpost=outpost, features=features,
            is_confidential="confidential" in features, **told,
        )  # fmt: skip

    def _months_ago(self, months: float) -> date:
        return self.base - timedelta(days=round(months * MONTH))

    # -- leads

    def leads(self, count: int) -> Iterator[LeadSpec]:
        """Leads that are still leads, or were given up."""
        stories = self.spec.stories["leads"]
        for number, story in enumerate(stories[:count], start=1):
            segment = tuple(story["segment"])
            product, content = self._offered(*segment)
            unit = story["unit"]
            yield LeadSpec(
                key=f"l{number:05d}", name=story["name"], firm=self.firms.named(story["firm"]), owner_unit=unit,
                kind=ProjectKind.MANUFACTURING if segment[0] != "digital" else ProjectKind.SERVICE,
                owner=self.reporter(unit, random_of(self.seed, "reporter", number)), channel=Channel.CHAIN,
                product=product, content=content,
                reported_on=self.base - timedelta(days=story["days"]), fate=story["fate"],
                investment=_yuan(story["investment"]), segment=segment, features=frozenset(story["features"]),
                is_confidential="confidential" in story["features"], fault=story.get("fault", ""),
            )  # fmt: skip
        for number in range(len(stories) + 1, count + 1):
            yield self._drawn_lead(f"l{number:05d}")

    def _drawn_lead(self, key: str) -> LeadSpec:
        rng = random_of(self.seed, key)
        chain, part, (product, content) = rng.choice(self._segments)
        unit = weighted(rng, {**self.spec.city["lead_weights"], **dict.fromkeys(self.spec.city["outposts"], 5)})
        fate = weighted(rng, {"open": 4, "screened": 4, "dropped": 4})
        age = rng.randrange(8, 120) if fate != "dropped" else rng.randrange(60, 1200)
        firm = self.firms.firm(chain["code"])
        channel = Channel(weighted(rng, self.spec.words["channels"]))
        return LeadSpec(
            key=key, name=f"{firm.name[:2]}{product}", firm=firm, owner_unit=unit, owner=self.reporter(unit, rng),
            kind=ProjectKind(part.get("kind", "manufacturing")), channel=channel, product=product, content=content,
            reported_on=self.base - timedelta(days=age), fate=fate,
            investment=round_sum(_size(rng, ProjectKind.MANUFACTURING) * YI) if rng.random() < 0.8 else None,
            land_mu=_area(rng.randrange(20, 120)) if rng.random() < 0.5 else None,
            needs=rng.choice(self.spec.words["lead_needs"]) if rng.random() < 0.6 else "",
            segment=(chain["code"], part["code"]),
            referrer=rng.choice(self.spec.words["referrers"]) if channel in (Channel.TOWNSMEN, Channel.AGENT) else "",
            features=frozenset({"claim"} if rng.random() < 0.4 else ()) | ({"visit"} if rng.random() < 0.5 else frozenset()),
        )  # fmt: skip

    def _offered(self, chain: str, segment: str) -> tuple[str, str]:
        found = (product for c, s, product in self._segments if (c["code"], s["code"]) == (chain, segment))
        product, content = next(found)
        return product, content

    def reporter(self, unit: str, rng: random.Random) -> str:
        """Who reports for a unit: an outpost's head, or one of the unit's officers."""
        posts = self.spec.city["outposts"]
        return str(posts[unit][0] if unit in posts else rng.choice(self.spec.city["officers"][unit]))


def _also(story: Mapping[str, Any]) -> frozenset[str]:
    return frozenset({f"to:{story['to']}"} if "to" in story else ())


def _yuan(yi: float | None) -> int | None:
    return None if yi is None else round(Decimal(str(yi)) * YI)


def _area(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(value).quantize(Decimal("0.01"))


def _size(rng: random.Random, kind: ProjectKind) -> float:
    """Total investment in 亿元: many small ones, a few large ones."""
    if kind in (ProjectKind.TAX_SOURCE, ProjectKind.TRADE, ProjectKind.TALENT):
        return rng.uniform(0.1, 1.2)
    return min(60.0, 0.6 + rng.paretovariate(1.1) * rng.uniform(0.6, 1.6))
