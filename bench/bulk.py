"""A big ledger in a few minutes: straight into the tables, obeying the stage table and the derived columns.

    python bench/bulk.py --projects 100000        (into DATABASE_URL, else the SQLite file of YINFENG_HOME)

Everything is invented and follows from the seed. The derived columns and the ``ProjectState`` rows are what the house's
own pure rules say of the facts written, so that ``yinfeng doctor`` holds on the result.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

UNITS_BELOW_CITY = 8  # districts and parks; each has offices below it: 40 units with the city
YI = 10**8

HEADS = "岚澜骐翊珩霁昀沅栩棠砚湛翎澔岑汐煦菱旻瑾筠蘅桁轩嵘漪玥恺淼烁"
PRODUCTS = [
    "光学玻璃",
    "精密减速器",
    "储能电芯",
    "柔性线路板",
    "特种缆线",
    "生物酶制剂",
    "医用敷料",
    "碳纤维预浸料",
    "工业机器人关节",
    "冷链装备",
    "智能电表",
    "新型涂料",
    "传感器模组",
    "高端轴承",
    "功率器件",
    "农机底盘",
    "跨境电商仓",
    "数据标注基地",
    "预制菜",
    "水性树脂",
    "激光雷达",
    "电梯曳引机",
    "环保滤材",
    "航空紧固件",
    "显示模组",
    "检测服务平台",
    "工业软件",
    "陶瓷基板",
    "锂电隔膜",
    "汽车内饰",
]
SUFFIXES = ["生产基地", "扩产项目", "产业园", "一期项目", "研发中心", "智造项目", "总部项目", "技改项目"]
LEGAL = ["新材料有限公司", "科技有限公司", "装备股份有限公司", "控股集团有限公司", "实业有限公司", "智能制造有限公司"]
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
GIVEN = "安宁清远明哲思齐若谷行简知微守拙怀瑾致远"
PLACES = ["汐东区", "汐西区", "临岚县", "望屿县", "云滩市", "汐港新区", "岚山高新区", "栖凤开发区"]
CHAINS = {
    "新能源": "电芯 隔膜 回收", "新材料": "树脂 碳纤维 陶瓷", "高端装备": "减速器 轴承 机床",
    "生物医药": "酶制剂 敷料 检测", "电子信息": "功率器件 显示 传感器", "数字经济": "软件 数据 电商",
}  # fmt: skip


@dataclass
class Ground:
    """What projects hang on."""

    city: int
    units: list[int]  # lead units
    parks: list[int]  # landing units
    people_of: dict[int, list[int]]
    leaders: list[int]
    verifiers: list[int]
    segments: list[int]
    groups: list[int]
    enterprises: list[tuple[int, str]]
    director: int = 0
    officer: int = 0


@dataclass
class Rows:
    """Rows by table, as tuples in the order of ``COLUMNS``."""

    by_table: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)

    def add(self, table: str, row: tuple[Any, ...]) -> None:
        self.by_table.setdefault(table, []).append(row)


# ------------------------------------------------------------------------------------------------ ground


def make_ground(rng: random.Random, *, enterprises: int, today: date, mark: str = "bench") -> Ground:
    """Units, people, posts, chains, groups and firms."""
    from yinfeng.domain.chains.models import Chain, IndustryGroup, Segment
    from yinfeng.domain.enterprises.models import Enterprise
    from yinfeng.foundation.accounts.models import Person, Post, Unit
    from yinfeng.kernel.text import normalise_name

    def unit(code: str, name: str, kind: str, parent: Unit | None, number: int) -> Unit:
        path = f"{parent.path if parent else ''}{number:04d}."
        return Unit.objects.create(code=code, name=name, short_name=name[:20], kind=kind, parent=parent, path=path)

    city = unit(mark, "汐州市", "city", None, 9 if mark == "bench" else 8)
    lead_units, parks, every = [], [], [city]
    for n, place in enumerate(PLACES, 1):
        top = unit(f"{mark}-{n}", place, "park" if "区" in place[-2:] and n > 5 else "district", city, n)
        every.append(top)
        lead_units.append(top.pk)
        parks.append(top.pk)
        for m, (name, kind) in enumerate(
            (("招商局", "bureau"), ("产业园", "park"), ("驻沪招商组", "outpost"), ("服务中心", "department")), 1
        ):
            if n == UNITS_BELOW_CITY and m == 4:
                continue
            below = unit(f"{mark}-{n}-{m}", f"{place}{name}", kind, top, m)
            every.append(below)
            if kind == "bureau":
                lead_units.append(below.pk)
            if kind == "park":
                parks.append(below.pk)

    def person(number: int, role: str, where: Unit) -> Person:
        someone = Person(
            username=f"{mark}{number}", name=rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, 2)), password="!"
        )
        someone.save()
        Post.objects.create(person=someone, unit=where, role=role, from_date=today - timedelta(days=2000))
        return someone

    numbers = iter(range(10_000))
    director = person(next(numbers), "director", city)
    stewards = [person(next(numbers), "steward", city).pk for _ in range(2)]
    leaders = [person(next(numbers), "leader", city).pk for _ in range(8)]
    people_of = {
        u.pk: [person(next(numbers), "officer", u).pk for _ in range(3)] for u in every if u.pk in set(lead_units)
    }
    segments = []
    for order, (chain_name, names) in enumerate(CHAINS.items(), 1):
        chain = Chain.objects.create(code=f"{mark}-{order}", name=chain_name, order=order)
        for m, name in enumerate(names.split(), 1):
            position = ("upstream", "midstream", "downstream")[m - 1]
            segments.append(Segment.objects.create(chain=chain, code=str(m), name=name, position=position, order=m).pk)
    groups = [
        IndustryGroup.objects.create(scheme=f"4+2 {mark}" if mark != "bench" else "4+2", name=name, order=order).pk
        for order, name in enumerate(CHAINS, 1)
    ]
    names: dict[str, None] = {}
    while len(names) < enterprises:
        names["".join(rng.sample(HEADS, 2)) + rng.choice(PRODUCTS)[:2] + rng.choice(LEGAL)] = None
    now = datetime.now(UTC)
    firms = Enterprise.objects.bulk_create(
        [Enterprise(name=n, name_key=normalise_name(n), created_at=now) for n in names], batch_size=2000
    )
    return Ground(
        city=city.pk, units=lead_units, parks=parks, people_of=people_of, leaders=leaders, verifiers=stewards,
        segments=segments, groups=groups, enterprises=[(f.pk, f.name) for f in firms],
        director=director.pk, officer=people_of[lead_units[1]][0],
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ projects

KIND_WEIGHTS = {
    "manufacturing": 62, "service": 12, "tax_source": 5, "trade": 4, "agriculture": 5, "culture_tourism": 4,
    "infrastructure": 3, "research": 3, "talent": 2,
}  # fmt: skip
# Days from a step to the next.
PACE = {
    "pre_reviewed": 30, "consulted": 12, "approved": 15, "signed": 20, "registered": 25, "site_secured": 60,
    "started": 70, "stat_enrolled": 25, "completed": 260, "producing": 60, "above_scale": 200, "at_capacity": 240,
    "performance_reviewed": 120,
}  # fmt: skip
MAY_SKIP = {"consulted", "registered", "stat_enrolled", "completed", "above_scale"}


def walk(rng: random.Random, route: Sequence[str], first: date, steps: int, today: date) -> dict[str, date]:
    """A way through the stages that the stage table allows, ending in the past: stage -> date."""
    reached: dict[str, date] = {}
    on = first
    for stage in route:
        if reached:
            if stage in MAY_SKIP and route[-1] != stage and "started" in route and rng.random() < 0.12:
                continue
            on = on + timedelta(days=1 + int(rng.expovariate(1 / PACE[stage])))
        if on > today or len(reached) >= steps:
            break
        reached[str(stage)] = on
    return reached


def recorded(on: date, today: date) -> datetime:
    """When a fact was put on record: the old years in one go each January, this year's within the fortnight."""
    if on.year < today.year:
        return datetime(on.year + 1, 1, 15, 2, 0, tzinfo=UTC)
    day = min(date(on.year, on.month, 1) + timedelta(days=40), today)
    if day.month > on.month:
        day = day.replace(day=8)
    return datetime(day.year, day.month, day.day, 1, 0, tzinfo=UTC) if day > on else at_end(on)


def at_end(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 15, 0, tzinfo=UTC)


def generate(
    count: int, ground: Ground, rng: random.Random, first_id: dict[str, int], today: date, letter: str = "B"
) -> Iterator[Rows]:
    """The rows of ``count`` projects, a thousand projects at a time."""
    from yinfeng.domain.projects.models.state import OPEN_END
    from yinfeng.domain.projects.queries.search import text_of
    from yinfeng.domain.projects.rules.derive import StandingFlag, derive
    from yinfeng.domain.projects.rules.stages import STANDARD_STAGES, parse_stages
    from yinfeng.domain.projects.rules.words import DATE_COLUMNS, STAGE_ORDER
    from yinfeng.kernel.text import normalise_name

    table = parse_stages(STANDARD_STAGES)
    kinds, weights = list(KIND_WEIGHTS), list(KIND_WEIGHTS.values())
    date_columns = list(DATE_COLUMNS.values())
    next_id = dict(first_id)
    rows = Rows()

    def take(name: str) -> int:
        next_id[name] += 1
        return next_id[name]

    for number in range(1, count + 1):
        pk = take("project")
        kind = rng.choices(kinds, weights)[0]
        route = [str(s) for s in table.route(kind)]
        lead_unit = rng.choice(ground.units)
        people = ground.people_of[lead_unit]
        declarer, verifier = rng.choice(people), rng.choice(ground.verifiers)
        firm_pk, firm = rng.choice(ground.enterprises)
        product = rng.choice(PRODUCTS)
        name = f"{firm[:2]}{product}{rng.choice(SUFFIXES)}"
        code = f"{letter}{today.year % 100:02d}{number:07d}"
        currency = (
            "USD" if (capital := rng.choices(["domestic", "hmt", "foreign"], [90, 4, 6])[0]) == "foreign" else "CNY"
        )
        amount = max(1_000_000, int(rng.lognormvariate(19.0, 1.3)) // 10_000 * 10_000)
        investment: int | None = amount
        rate = None
        if currency == "USD":
            amount, rate = amount // 7, Decimal("7.1")
            investment = int(amount * rate)
        if rng.random() < 0.02:
            investment, amount, rate, currency = None, None, None, "CNY"  # not told yet
        first = today - timedelta(days=rng.randrange(5, 1460))
        two = kind == "manufacturing" and rng.random() < 0.14
        phases: dict[int, dict[str, date]] = {}
        for _ in range(2 if two else 1):
            steps = rng.choices(range(1, len(route) + 1), [46 - 2 * i for i in range(len(route))])[0]
            phases[take("phase")] = walk(rng, route, first, steps, today)
        signed = min((r["signed"] for r in phases.values() if "signed" in r), default=None)
        landing = rng.choice(ground.parks) if signed or rng.random() < 0.5 else None
        confidential = rng.random() < 0.01

        # when recorded, what, and of it what the derived columns need
        facts: list[tuple[datetime, str, Any]] = []
        unverified = 0
        for phase, reached in phases.items():
            for stage, on in reached.items():
                at = recorded(on, today)
                verified = rng.random() < 0.9
                unverified += not verified
                rows.add(
                    "milestone",
                    (take("milestone"), pk, phase, on, "verified" if verified else "declared", "", at, declarer,
                     verifier if verified else None, at + timedelta(days=2) if verified else None,
                     None, None, "", None, stage),
                )  # fmt: skip
                facts.append((at, "milestone", (phase, stage, on)))
        if signed and investment:
            share = rng.choice((0.05, 0.2, 0.4, 0.7, 1.0)) * investment
            times = rng.randrange(4, 14)
            day = signed
            for n in range(times):
                day = day + timedelta(days=rng.randrange(1, 60))
                if day > today:
                    break
                sum_cny = max(10_000, int(share / times) // 100 * 100)
                value = rng.choices(["actual", "flash", "estimate"], [80, 12, 8])[0]
                at = recorded(day, today)
                verified = rng.random() < 0.9
                unverified += not verified
                basis = rng.choice(("capital", "capital", "capital", "fixed_assets"))
                rows.add(
                    "arrival",
                    (take("arrival"), pk, next(iter(phases)), day, "verified" if verified else "declared", "", at,
                     declarer, verifier if verified else None, at + timedelta(days=2) if verified else None,
                     None, None, "", None, sum_cny, "CNY", sum_cny, basis,
                     rng.choice(("outside_province", "outside_city", "inside_city")), value, f"PZ{n:02d}"),
                )  # fmt: skip
                if value == "actual" and basis == "capital":
                    facts.append((at, "funds", sum_cny))
        flags: list[tuple[datetime, StandingFlag]] = []
        last_on = max((on for r in phases.values() for on in r.values()), default=first)
        chance = rng.random()
        if chance < 0.07 and last_on < today:
            flag_kind = "stalled" if chance < 0.045 else "terminated"
            on = min(today, last_on + timedelta(days=rng.randrange(1, 120)))
            at = recorded(on, today)
            flag_pk = take("flag")
            verified = rng.random() < 0.9
            unverified += not verified
            rows.add(
                "flag",
                (flag_pk, pk, None, on, "verified" if verified else "declared", "", at, declarer,
                 verifier if verified else None, at + timedelta(days=2) if verified else None, None, None, "", None,
                 flag_kind, True, "资金安排调整，进度放缓", None, None),
            )  # fmt: skip
            flags.append((at, StandingFlag(flag_kind, True, on, None, flag_pk)))
            facts.append((at, "flag", None))

        # states: what stood on record after each moment of recording
        moments = sorted({f[0] for f in facts})
        created = moments[0] if moments else datetime(first.year, first.month, first.day, 1, tzinfo=UTC)
        state_rows: list[list[Any]] = []
        derived = None
        for moment in moments or [created]:
            known: dict[int, dict[str, date]] = {phase: {} for phase in phases}
            funds = 0
            for at, what, fact in facts:
                if at <= moment:
                    if what == "milestone":
                        known[fact[0]][fact[1]] = fact[2]
                    elif what == "funds":
                        funds += fact
            derived = derive(known, [flag for at, flag in flags if at <= moment])
            state = [
                name, kind, "new", capital, firm, investment, amount, currency, lead_unit, landing, "chain",
                derived.furthest_stage, derived.least_stage, *(derived.dates[c] for c in date_columns),
                derived.stalled_on, derived.ended_on, funds,
            ]  # fmt: skip
            if state_rows and state_rows[-1][4:] == state:
                continue
            if state_rows:
                state_rows[-1][3] = moment
            state_rows.append([take("state"), pk, moment, OPEN_END, *state])
        for row in state_rows:
            rows.add("state", tuple(row))
        assert derived is not None

        due = None
        due_text = ""
        if derived.ended_on is None and STAGE_ORDER[derived.furthest_stage] < STAGE_ORDER["producing"]:
            ahead = rng.randrange(-45, 150) if rng.random() < 0.35 else rng.randrange(0, 240)
            due, due_text = today + timedelta(days=ahead), "办理施工许可" if signed else "提交预审材料"
            phase = next(iter(phases))
            rows.add(
                "undertaking",
                (take("undertaking"), pk, phase, due_text, "", lead_unit, rng.choice(people), due, due, None, 1, None,
                 None, "", "", created),
            )  # fmt: skip
        owner = rng.choice(people)
        leader = rng.choice(ground.leaders) if rng.random() < 0.3 else None
        segment = rng.choice(ground.segments)
        changed = moments[-1] if moments else created
        rows.add(
            "project",
            (pk, code, None, name, normalise_name(name), kind, "new", "", product, None, firm, capital, amount,
             currency, rate, "中国人民银行公布汇率" if rate else "", first if rate else None, investment, None,
             None, None, None, None, None, None, None, segment, lead_unit, landing, None, "chain", "", owner, leader,
             "", confidential, None, derived.furthest_stage, derived.least_stage, len(phases),
             *(derived.dates[c] for c in date_columns), derived.stalled_on, derived.ended_on, funds, due, due_text,
             unverified, 1, declarer, created, changed),
        )  # fmt: skip
        for n, phase in enumerate(phases, 1):
            stage, since = derived.phases[phase]
            rows.add(
                "phase",
                (phase, pk, n, f"{'一二'[n - 1]}期", investment // len(phases) if investment else None, "", None, None,
                 None, None, stage, since, 1),
            )  # fmt: skip
        rows.add("investor", (take("investor"), pk, firm_pk, None, 0, None, None))
        rows.add("group", (take("group"), pk, rng.choice(ground.groups)))
        grants = {(lead_unit, None, "lead")}
        if landing:
            grants.add((landing, None, "landing"))
        if leader:
            grants.add((None, leader, "leader"))
        grants.add((None, owner, "named"))
        for unit, person, why in sorted(grants, key=str):
            rows.add("grant", (take("grant"), "project", pk, unit, person, why))
        rows.add("text", (pk, text_of(name, code, None, firm, product)))
        if number % 1000 == 0:
            yield rows
            rows = Rows()
    yield rows


def tables() -> dict[str, tuple[str, list[str]]]:
    """Name used here -> (database table, columns in the order of the rows)."""
    from yinfeng.domain.projects.models import (
        Flag,
        FundsArrival,
        Milestone,
        Phase,
        Project,
        ProjectInvestor,
        ProjectState,
        Undertaking,
    )  # fmt: skip
    from yinfeng.domain.projects.models.state import STATE_FIELDS
    from yinfeng.domain.projects.rules.words import DATE_COLUMNS
    from yinfeng.foundation.accounts.models import AccessGrant

    fact = [
        "id",
        "project_id",
        "phase_id",
        "happened_on",
        "status",
        "note",
        "at",
        "declared_by_id",
        "verified_by_id",
        "verified_at",
        "ended_by_id",
        "ended_at",
        "end_reason",
        "replaces_id",
    ]
    dates = list(DATE_COLUMNS.values())
    project = [
        *[
            "id",
            "code",
            "platform_code",
            "name",
            "name_key",
            "kind",
            "origin",
            "content",
            "product",
            "company_id",
            "investor_name",
            "capital_kind",
            "investment_amount",
            "investment_currency",
            "exchange_rate",
            "exchange_rate_source",
            "exchange_rate_on",
            "investment_cny",
            "fixed_investment_cny",
            "annual_output_cny",
            "annual_tax_cny",
            "trade_volume_cny",
            "jobs",
            "land_area_mu",
            "plant_area_sqm",
            "industry_id",
            "segment_id",
            "lead_unit_id",
            "landing_unit_id",
            "outpost_id",
            "channel",
            "referrer",
            "owner_id",
            "leader_id",
            "task_force",
            "is_confidential",
            "merged_into_id",
            "furthest_stage",
            "least_stage",
            "phase_count",
        ],
        *dates,
        *[
            "stalled_on",
            "ended_on",
            "funds_cny",
            "next_due_on",
            "next_due_text",
            "unverified_count",
            "version",
            "created_by_id",
            "created_at",
            "changed_at",
        ],
    ]
    return {
        "project": (Project._meta.db_table, project),
        "phase": (
            Phase._meta.db_table,
            [
                "id",
                "project_id",
                "number",
                "name",
                "investment_cny",
                "site_route",
                "land_area_mu",
                "plant_area_sqm",
                "planned_start_on",
                "planned_production_on",
                "stage",
                "stage_on",
                "version",
            ],
        ),
        "milestone": (Milestone._meta.db_table, [*fact, "stage"]),
        "arrival": (
            FundsArrival._meta.db_table,
            [*fact, *["amount", "currency", "amount_cny", "basis", "boundary", "value_kind", "voucher"]],
        ),
        "flag": (Flag._meta.db_table, [*fact, *["kind", "is_raised", "reason", "from_unit_id", "to_unit_id"]]),
        "state": (ProjectState._meta.db_table, ["id", "project_id", "valid_from", "valid_to", *STATE_FIELDS]),
        "undertaking": (
            Undertaking._meta.db_table,
            [
                "id",
                "project_id",
                "phase_id",
                "what",
                "stage",
                "unit_id",
                "person_id",
                "due_on",
                "first_due_on",
                "after_id",
                "order",
                "done_on",
                "done_by_id",
                "cancelled_reason",
                "note",
                "at",
            ],
        ),
        "investor": (
            ProjectInvestor._meta.db_table,
            ["id", "project_id", "enterprise_id", "share_percent", "order", "since", "until"],
        ),
        "group": (Project.industry_groups.through._meta.db_table, ["id", "project_id", "industrygroup_id"]),
        "grant": (AccessGrant._meta.db_table, ["id", "kind", "object_id", "unit_id", "person_id", "why"]),
    }


# ------------------------------------------------------------------------------------------------ writing


def _for_sqlite(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value


def write(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    from django.db import connection

    names = ", ".join(f'"{c}"' for c in columns)
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        marks = ", ".join("?" * len(columns))
        connection.connection.cursor().executemany(
            f'INSERT INTO "{table}" ({names}) VALUES ({marks})', ([_for_sqlite(v) for v in row] for row in rows)
        )
        return
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)


def load(count: int, *, seed: int = 7, today: date | None = None, say: Any = None, again: bool = False) -> Ground:
    """Fill a migrated database, ``again`` on top of a first load. Returns the ground (people to sign in as, units to
    filter by)."""
    from django.db import connection, transaction

    from yinfeng.domain.projects.queries import search

    today = today or date.today()
    rng = random.Random(seed)
    places = tables()
    with transaction.atomic():
        ground = make_ground(
            rng, enterprises=max(20, min(8_000, count // 5)), today=today, mark="more" if again else "bench"
        )
        first_id: dict[str, int] = {}
        with connection.cursor() as cursor:
            for name, (table, _) in places.items():
                cursor.execute(f'SELECT coalesce(max(id), 0) FROM "{table}"')
                first_id[name] = cursor.fetchone()[0]
            if connection.vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        started, done = time.monotonic(), 0
        for rows in generate(count, ground, rng, first_id, today, letter="C" if again else "B"):
            for name in places:
                if found := rows.by_table.get(name):
                    write(places[name][0], places[name][1], found)
            search.index_many(rows.by_table.get("text", []))
            done += len(rows.by_table.get("project", []))
            if say and done % 10_000 == 0:
                say(f"{done:,} projects, {time.monotonic() - started:.0f} s")
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                for table, _ in places.values():
                    cursor.execute(
                        f"SELECT setval(pg_get_serial_sequence('\"{table}\"', 'id'), max(id)) FROM \"{table}\""
                    )
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("ANALYZE")
        else:
            cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM ANALYZE")
    return ground


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--projects", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinfeng.config.settings.dev")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    started = time.monotonic()
    load(options.projects, seed=options.seed, say=lambda text: print(text, file=sys.stderr))
    print(f"{options.projects:,} projects in {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
