"""An answer as JSON: the contract of docs/formats/indicators.md."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..rules.figures import Figure
from .answers import Answer, Line
from .rows import Rows

FORMAT = 1
UNITS = {
    "jobs": "persons", "land_area": "mu", "plant_area": "square_metres", "our_people": "persons",
    "their_people": "persons",
}  # fmt: skip


def answer_json(answer: Answer, rows: Rows | None = None) -> dict[str, Any]:
    """Exact numbers are strings: a decimal where it ends, else a fraction ("11/16"); None is null."""
    definition = answer.definition
    body: dict[str, Any] = {
        "format": FORMAT,
        "indicator": definition.name,
        "name": definition.label,
        "definition": {"words": definition.words, "source": definition.source, "stamp": answer.stamp},
        "measure": definition.measure,
        "unit": unit_of(answer),
        "period": {
            "from": answer.period.start.isoformat(),
            "to": answer.period.end.isoformat(),
            "label": answer.period.label,
        },
        "as_of": answer.as_of.isoformat(),
        "known_at": answer.known_at.isoformat() if answer.known_at else None,
        "state": answer.state,
        "by": list(answer.by),
        "rounding": {"decimals": definition.places, "mode": "half_up"},
        "total": _line(answer.total),
        "lines": [
            {"key": [_key(k) for k in line.key], "labels": list(line.labels), **_line(line)} for line in answer.lines
        ],
        "notes": list(answer.notes),
    }
    if answer.cohorts is not None:
        table = answer.cohorts
        body["cohorts"] = {
            "months": list(table.months),
            "rows": [{"period": c.period.code, "size": c.size, "reached": list(c.reached)} for c in table.rows],
            "pooled": [{"size": size, "reached": n} for size, n in table.pooled],
        }
    if rows is not None:
        body["rows"] = [
            {
                "project": r.code, "id": r.project_id, "name": r.name, "unit": r.unit, "on": r.on.isoformat() if r.on else None,
                "amount": r.amount, "currency": r.currency, "in_numerator": r.in_part, "of": r.of or definition.name,
            }
            for r in rows.rows
        ]  # fmt: skip
        body["rows_cut"] = rows.is_cut
    return body


def unit_of(answer: Answer) -> str:
    """In what the values are told: ratio, difference, count, amount, amounts (by currency) …"""
    definition = answer.definition
    if definition.is_rate:
        return "ratio"
    if definition.measure == "check":
        return "boolean"
    if definition.measure in ("streak", "duration"):
        return {"streak": "months", "duration": "days"}[definition.measure]
    if definition.measure in ("ahead", "change"):
        return "difference"
    if definition.measure == "sum":
        return UNITS.get(definition.of, "amount")
    return "count" if definition.measure == "count" else definition.measure


def _line(line: Line) -> dict[str, Any]:
    return {**_figure(line.figure), "display": line.display, "formula": line.formula, "words": line.words or None}


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "value": exact(figure.value),
        "numerator": exact(figure.numerator),
        "denominator": exact(figure.denominator),
        "sums": {code: exact(amount) for code, amount in figure.sums} or None,
        "untold": figure.untold if isinstance(figure.untold, int) else exact(figure.untold),
        **({"target": exact(figure.target)} if figure.target is not None else {}),
        **({"missing": [month.code for month in figure.missing]} if figure.missing else {}),
    }


def exact(value: Fraction | None) -> str | None:
    """``"0.6875"``, ``"174"``; ``"57/87"`` in lowest terms where the decimal does not end."""
    if value is None:
        return None
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    places = 0
    while value.denominator != 1 and (value * 10**places).denominator != 1:
        places += 1
    whole = abs(value * 10**places).numerator
    digits = f"{whole:0{places + 1}d}"
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"-{text}" if value < 0 else text


def _key(key: Any) -> Any:
    return key.code if hasattr(key, "code") else key
