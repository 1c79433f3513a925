"""`yinfeng indicator show NAME --from D --to D [--by …] [--as-of D] [--known-at T] [--json]`, `yinfeng indicator list`.

Exit codes: 0 done; 1 the question or a definition is at fault (named on stderr); 2 usage.
"""

from __future__ import annotations

import json
import unicodedata
from argparse import ArgumentTypeError
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from yinfeng.domain.indicators.mirror import keeping
from yinfeng.domain.indicators.queries import editions
from yinfeng.domain.indicators.queries.answers import Answer, answered, ask_of, find, possible, rows_behind
from yinfeng.domain.indicators.queries.as_json import answer_json
from yinfeng.domain.indicators.queries.bridge import bridge_between, bridge_json
from yinfeng.domain.indicators.queries.doubts import doubts
from yinfeng.domain.indicators.queries.periods import period_between
from yinfeng.domain.indicators.queries.rows import MOST_ROWS
from yinfeng.domain.indicators.queries.sanity import findings
from yinfeng.domain.indicators.rules.definition import DIMENSIONS, DefinitionSet
from yinfeng.domain.indicators.rules.parsing import parse_set
from yinfeng.domain.indicators.rules.wording import said_percent
from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.accounts.viewer import Viewer, viewer_of
from yinfeng.foundation.administration.rules import parse_body
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.money import ratio


class Command(BaseCommand):
    help = "指标：show 计算一个指标并列出公式和依据；list 列出全部指标；check 检查一份指标定义"

    def add_arguments(self, parser: CommandParser) -> None:
        sub = parser.add_subparsers(dest="verb", required=True, metavar="show|bridge|list|check|mirror")
        show = sub.add_parser("show", help="计算一个指标")
        show.add_argument("name", metavar="NAME", help="代号或中文名")
        show.add_argument("--from", dest="start", type=_day, required=True, metavar="YYYY-MM-DD", help="期间第一天")
        show.add_argument("--to", dest="end", type=_day, required=True, metavar="YYYY-MM-DD", help="期间最后一天")
        show.add_argument("--by", default="", metavar="DIM[,DIM]", help=f"分列维度，最多两个：{'、'.join(DIMENSIONS)}")
        show.add_argument("--as-of", type=_day, metavar="YYYY-MM-DD", help="截至哪一天的事实（缺省为今天）")
        show.add_argument(
            "--known-at", type=_moment, metavar="T", help="按当时所知：日期（当日 24 时）或 YYYY-MM-DDTHH:MM"
        )
        show.add_argument("--as", dest="username", metavar="USERNAME", help="以谁的可见范围计算（缺省为全部）")
        show.add_argument("--definitions", type=Path, metavar="FILE", help="试算：用这份尚未生效的定义")
        show.add_argument("--rows", action="store_true", help="列出依据的项目或到位记录")
        show.add_argument("--json", action="store_true", help="以 JSON 输出，含依据；格式见 docs/formats/indicators.md")
        bridge = sub.add_parser("bridge", help="拆解一个指标为何变动")
        bridge.add_argument("name", metavar="NAME", help="代号或中文名")
        bridge.add_argument("--from", dest="start", type=_day, required=True, metavar="YYYY-MM-DD", help="期间第一天")
        bridge.add_argument("--to", dest="end", type=_day, required=True, metavar="YYYY-MM-DD", help="期间最后一天")
        bridge.add_argument(
            "--against", choices=["previous", "last_year"], help="与上期（缺省）或上年同期比较；不与 --since 同用"
        )
        bridge.add_argument(
            "--since", type=_moment, metavar="T", help="改与这一时点所知比较：此后登记、作废、修改了什么"
        )
        bridge.add_argument("--as-of", type=_day, metavar="YYYY-MM-DD", help="截至哪一天的事实（缺省为今天）")
        bridge.add_argument("--known-at", type=_moment, metavar="T", help="按当时所知（缺省为现在）")
        bridge.add_argument("--as", dest="username", metavar="USERNAME", help="以谁的可见范围计算（缺省为全部）")
        bridge.add_argument("--json", action="store_true", help="以 JSON 输出；格式见 docs/formats/indicators.md")
        listing = sub.add_parser("list", help="列出全部指标")
        listing.add_argument("--json", action="store_true", help="以 JSON 输出")
        mirror = sub.add_parser("mirror", help="为大台账重建指标镜像（平时由 worker 自动保持）")
        mirror.add_argument("--drop", action="store_true", help="只删除镜像，此后照旧查库")
        check = sub.add_parser("check", help="检查一份指标定义文件，或核验一个指标的数值")
        check.add_argument("target", metavar="FILE|NAME", help="定义文件，或指标的代号、中文名")
        check.add_argument("--from", dest="start", type=_day, metavar="YYYY-MM-DD", help="期间第一天（核验数值时）")
        check.add_argument("--to", dest="end", type=_day, metavar="YYYY-MM-DD", help="期间最后一天（核验数值时）")
        check.add_argument("--by", default="unit", metavar="DIM", help="分列维度，缺省为 unit")
        check.add_argument("--as-of", type=_day, metavar="YYYY-MM-DD", help="截至哪一天的事实（缺省为今天）")
        check.add_argument("--published", default="", metavar="VALUE", help="已公布的数，如 68.9%% 或 160.7亿元")
        check.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        try:
            if verb == "show":
                self._show(**options)
            elif verb == "list":
                self._list(**options)
            elif verb == "bridge":
                self._bridge(**options)
            elif verb == "mirror":
                self._mirror(**options)
            else:
                self._check(**options)
        except (DomainError, ValueError) as fault:
            self.stderr.write(str(fault))
            raise SystemExit(1) from None

    def _show(
        self, *, name: str, start: date, end: date, by: str, as_of: date | None, known_at: datetime | None,
        username: str | None, definitions: Path | None, rows: bool, json: bool, **_o: Any,
    ) -> None:  # fmt: skip
        if start > end:
            raise CommandError(f"--from {start} 晚于 --to {end}，请对调", returncode=2)
        _past(as_of, known_at)
        wanted = tuple(part.strip() for part in by.split(",") if part.strip())
        if unknown := [part for part in wanted if part not in DIMENSIONS]:
            raise CommandError(f"不能按“{unknown[0]}”分列，可选：{'、'.join(DIMENSIONS)}", returncode=2)
        viewer = _viewer(username)
        edition = None
        if definitions is not None:
            known = self._read(definitions)
            found = known.get(name)
            if found is None:
                raise DomainError(f"{definitions} 中没有名为“{name}”的指标", code="indicator.unknown")
            name, edition = found.name, (known, f"{definitions.name}（试算）")
        period = period_between(start, end)
        question = ask_of(
            name, viewer=viewer, period=period, by=wanted, as_of=as_of, known_at=known_at, edition=edition
        )
        result = answered(*question)
        behind = rows_behind(question[0], question[1]) if rows or json else None
        if json:
            self._json(answer_json(result, behind))
            return
        self._print(result)
        if behind is not None:
            self.stdout.write("")
            head = ("项目编号", "项目名称", "单位", "日期", "金额", "计入分子")
            body = [
                (r.code, r.name, r.unit, str(r.on or ""), "" if r.amount is None else f"{r.amount:,} {r.currency}",
                 "" if r.in_part is None else "是" if r.in_part else "否")
                for r in behind.rows
            ]  # fmt: skip
            self._table([head, *body])
            if behind.is_cut:
                self.stdout.write(f"只列出前 {MOST_ROWS:,} 行。")

    def _print(self, result: Answer) -> None:
        definition = result.definition
        self.stdout.write(f"{definition.label}（{definition.name}）")
        self.stdout.write(f"  口径：{definition.words}")
        self.stdout.write(f"  期间：{_when(result)}")
        self.stdout.write(f"  版本：{result.stamp}；口径见于：{definition.source or '本地'}")
        for note in result.notes:
            self.stdout.write(f"  注：{note}")
        self.stdout.write("")
        lines = [*result.lines, result.total]
        width = max(1, len(result.by))
        rows = [
            ((*line.labels, *[""] * (width - len(line.labels))), line.display, line.words or line.formula)
            for line in lines
        ]
        self._table(
            [(*(result.dimensions or ("",)), "数值", "公式"), *((*labels, shown, text) for labels, shown, text in rows)]
        )
        if result.cohorts is not None:
            table = result.cohorts
            self.stdout.write("")
            body = [
                (c.period.label, f"{c.size:,}", *(said_percent(r, definition.places) for r in c.rates()))
                for c in table.rows
            ]
            pooled = [said_percent(ratio(n, size), definition.places) for size, n in table.pooled]
            heads = ("同期群", "项目数", *(f"{n}个月内" for n in table.months))
            self._table([heads, *body, ("合计", f"{sum(c.size for c in table.rows):,}", *pooled)])

    def _bridge(
        self, *, name: str, start: date, end: date, against: str | None, since: datetime | None, as_of: date | None,
        known_at: datetime | None, username: str | None, json: bool, **_o: Any,
    ) -> None:  # fmt: skip
        if start > end:
            raise CommandError(f"--from {start} 晚于 --to {end}，请对调", returncode=2)
        if since is not None and against is not None:
            raise CommandError("--since 与 --against 只能写一个", returncode=2)
        _past(as_of, known_at)
        found = bridge_between(
            name, viewer=_viewer(username), period=period_between(start, end), as_of=as_of, known_at=known_at,
            against=against or "previous", since=since,
        )  # fmt: skip
        if json:
            self._json(bridge_json(found))
            return
        self.stdout.write(f"{found.definition.label}（{found.definition.name}）")
        self.stdout.write(f"  由 {found.before.total.display}（{_when(found.before)}）")
        self.stdout.write(f"  至 {found.after.total.display}（{_when(found.after)}）")
        for span in found.spans:
            self.stdout.write(f"  相差 {span.words}")
        self.stdout.write("")
        rows = [(line.kind.label, line.code, line.name, line.unit, line.by_words) for line in found.lines]
        self._table([("变动", "编号", "名称", "单位", "影响"), *rows])
        for line in found.lines:
            for deed in line.deeds:
                why = f"（{deed.why}）" if deed.why else ""
                self.stdout.write(
                    f"    {line.code} {timezone.localtime(deed.at):%F %H:%M} {deed.by} {deed.deed} {deed.what}{why}"
                )

    def _mirror(self, *, drop: bool, **_o: Any) -> None:
        if drop:
            keeping.forget()
            self.stdout.write("已删除指标镜像。")
            return
        part = keeping.build().base
        self.stdout.write(
            "已重建指标镜像：" + "，".join(f"{name} {len(table):,} 行" for name, table in part.tables.items())
        )

    def _list(self, *, json: bool, **_o: Any) -> None:
        known, stamp = editions.definitions(timezone.localdate())
        if json:
            self._json({
                "format": 1, "stamp": stamp,
                "indicators": [
                    {"indicator": d.name, "name": d.label, "name_en": d.label_en, "group": d.group, "measure": d.measure,
                     "words": d.words, "source": d.source}
                    for d in known.by_name.values()
                ],
            })  # fmt: skip
            return
        self.stdout.write(f"指标定义 {stamp}，共 {len(known.by_name)} 个")
        for group, (label, _english) in known.groups.items():
            self.stdout.write(f"\n{label}")
            rows = [(d.name, d.label, d.words) for d in known.by_name.values() if d.group == group]
            if rows:
                self._table(rows)

    def _check(
        self, *, target: str, start: date | None, end: date | None, by: str, as_of: date | None, published: str,
        json: bool, **_o: Any,
    ) -> None:  # fmt: skip
        file = Path(target)
        if start is None and end is None and (file.suffix in (".yaml", ".yml") or file.exists()):
            known = self._read(file)
            self.stdout.write(f"{file.name}：{len(known.by_name)} 个指标，可以使用。")
            for doubt in doubts(known.by_name.values(), timezone.localdate()):
                self.stdout.write(f"留意：{doubt}")
            return
        if start is None or end is None or start > end:
            raise CommandError("核验数值须写明 --from 和 --to，且先后正确", returncode=2)
        definition, known, _stamp = find(target, timezone.localdate())
        offered = dict(possible(definition, known))
        question = ask_of(
            target, viewer=None, period=period_between(start, end), by=(by,) if by in offered else (), as_of=as_of
        )
        found = findings(answered(*question), question[1], published)
        if json:
            told = [{"rule": f.rule, "wrong": f.is_wrong, "words": f.words} for f in found]
            self._json({"format": 1, "indicator": definition.name, "findings": told})
        elif not found:
            self.stdout.write(f"{definition.label}：没有发现问题。")
        for one in found if not json else ():
            self.stdout.write(f"{'有误' if one.is_wrong else '留意'}：{one.words}")
        if any(one.is_wrong for one in found):
            raise SystemExit(1)

    def _read(self, file: Path) -> DefinitionSet:
        try:
            return parse_set(parse_body(file.read_text(encoding="utf-8")))
        except OSError as fault:
            raise ValueError(f"{file}：不能读取（{fault.strerror}）。请核对路径。") from fault
        except UnicodeDecodeError as fault:
            raise ValueError(f"{file}：不是 UTF-8 文本。请另存为 UTF-8。") from fault
        except ValueError as fault:
            raise ValueError(f"{file.name}：{fault}") from fault

    def _json(self, body: Any) -> None:
        self.stdout.write(json.dumps(body, ensure_ascii=False, indent=1))

    def _table(self, rows: Sequence[tuple[str, ...]]) -> None:
        widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
            self.stdout.write(("  " + "  ".join(cells)).rstrip())


def _past(as_of: date | None, known_at: datetime | None) -> None:
    """Nothing of tomorrow has happened, and nothing is known of it."""
    today = timezone.localdate()
    if as_of is not None and as_of > today:
        raise CommandError(f"--as-of {as_of} 晚于今天", returncode=2)
    if known_at is not None and timezone.localdate(known_at) > today:
        raise CommandError(f"--known-at {timezone.localdate(known_at)} 晚于今天", returncode=2)


def _when(result: Answer) -> str:
    """Of which period, and by both dates."""
    known = f"，按 {timezone.localtime(result.known_at):%F %H:%M} 所知" if result.known_at else ""
    return f"{result.period.label}，截至 {result.as_of}{known}"


def _viewer(username: str | None) -> Viewer | None:
    if username is None:
        return None
    person = Person.objects.filter(username=username, is_active=True).first()
    if person is None:
        raise CommandError(f"没有用户“{username}”", returncode=2)
    return viewer_of(person, timezone.localdate())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"日期应为 YYYY-MM-DD：{text}") from None


def _moment(text: str) -> datetime:
    """A day stands for its end."""
    try:
        if len(text) == 10:
            return timezone.make_aware(datetime.combine(date.fromisoformat(text), time.max))
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"时点应为 YYYY-MM-DD 或 YYYY-MM-DDTHH:MM：{text}") from None
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


def _width(text: str) -> int:
    """Columns on a terminal: a wide character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
