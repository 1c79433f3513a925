"""Cells of figures: numbers, areas, sums of money, dates."""

from __future__ import annotations

import re

from yinfeng.foundation.workbook.sheet import Cell
from yinfeng.kernel.money import display
from yinfeng.kernel.voice import say

from .columns import IN_OTHER_CURRENCY
from .dates import DateSaid, read_date
from .faults import Trouble, trouble
from .numbers import SumSaid, number_words, read_area, read_said, read_sum
from .reading import Place, Reading, words_of

SUM_LIMIT = 10**15  # yuan; the ledger holds no larger sum
UNLIKELY_LARGE, UNLIKELY_SMALL = 5 * 10**11, 10**4  # yuan, of a project's investment


def read_integer_cell(place: Place, value: Cell) -> Reading:
    said = read_said(value)
    if isinstance(said, Trouble):
        return Reading(None, [said])
    number = said.number * (10_000 if "万人" in (said.unit, place.unit) else 1)
    if said.unit not in ("", "人", "万人") and said.unit != place.unit:
        return Reading(None, [trouble("number.unreadable", value=value)])
    if number < 0:
        return Reading(None, [trouble("number.negative", value=number_words(number))])
    if number != int(number):
        return Reading(None, [trouble("number.whole", value=value)])
    if number > 10_000_000:
        return Reading(None, [trouble("number.too_large", value=number_words(number))])
    troubles = [trouble("number.approximate", value=value, read=number_words(number))] if said.approximate else []
    return Reading(int(number), troubles)


def read_number_cell(place: Place, value: Cell) -> Reading:
    column = place.column
    if column.unit in ("亩", "平方米"):
        return _area(place, value)
    said = read_said(value)
    if isinstance(said, Trouble):
        return Reading(None, [said])
    if said.number < 0:
        return Reading(None, [trouble("number.negative", value=number_words(said.number))])
    if said.number > 1_000_000:
        return Reading(None, [trouble("number.too_large", value=number_words(said.number))])
    return Reading(said.number or None)


def _area(place: Place, value: Cell) -> Reading:
    wanted = place.column.unit
    read = read_area(value, place.unit if place.unit != "万人" else "", wanted)
    if isinstance(read, Trouble):
        return Reading(None, [read])
    area, said, _used = read
    if area < 0:
        return Reading(None, [trouble("number.negative", value=number_words(said.number))])
    if not area:
        return Reading()
    if area >= (10**8 if wanted == "亩" else 10**10):
        return Reading(None, [trouble("number.too_large", value=f"{number_words(area)} {say(wanted)}")])
    troubles = []
    if said.unit and place.unit and said.unit != place.unit:
        told = f"{number_words(area)} {say(wanted)}"
        troubles.append(trouble("number.unit_conflict", unit=say(place.unit), value=value, read=told))
    elif said.approximate:
        told = f"{number_words(area)} {say(wanted)}"
        troubles.append(trouble("number.approximate", value=value, read=told))
    return Reading(area, troubles)


def read_percent_cell(place: Place, value: Cell) -> Reading:
    said = read_said(value)
    if isinstance(said, Trouble):
        return Reading(None, [said])
    number = said.number if said.unit == "%" or place.unit == "%" or said.number > 1 else said.number * 100
    return Reading(number)


def read_money_cell(place: Place, value: Cell) -> Reading:
    column = place.column
    told = read_sum(value, place.unit, currency=place.currency if column.key == "investment_amount" else "")
    if isinstance(told, Trouble):
        return Reading(None, [told])
    return _judged_sum(place, value, told)


def _judged_sum(place: Place, value: Cell, told: SumSaid) -> Reading:
    column = place.column
    amount = told.amount
    if amount == 0:
        return Reading(None, [trouble("number.zero")] if column.key == "investment_cny" else [])
    if amount < 0:
        return Reading(None, [trouble("number.negative", value=_sum_words(told))])
    if amount >= SUM_LIMIT:
        return Reading(None, [trouble("number.too_large", value=_sum_words(told))])
    troubles: list[Trouble] = []
    reading = Reading(amount, troubles)
    wanted = "USD" if column.key.endswith("_usd") else "CNY"
    if column.key == "investment_amount":
        reading.more["investment_currency"] = told.currency
    elif told.currency != wanted:
        other = IN_OTHER_CURRENCY.get(column.key, "")
        if column.key == "investment_cny":
            reading = Reading(None, troubles, more={other: amount, "investment_currency": told.currency})
        elif other and told.currency == "USD":
            reading = Reading(None, troubles, more={other: amount})
        else:
            name = say("美元") if wanted == "USD" else say("人民币")
            return Reading(None, [trouble("money.currency", wanted=name, value=value)])
    if told.conflict and not reading.more:
        told_unit = say(place.unit)
        troubles.append(trouble("number.unit_conflict", unit=told_unit, value=value, read=_sum_words(told)))
    elif told.approximate:
        troubles.append(trouble("number.approximate", value=value, read=_sum_words(told)))
    if column.key == "investment_cny" and not reading.more and not UNLIKELY_SMALL <= amount < UNLIKELY_LARGE:
        troubles.append(trouble("number.unlikely", value=_sum_words(told)))
    return reading


def _sum_words(told: SumSaid) -> str:
    if abs(told.amount) >= 10**30:
        return f"{told.amount:.3e}" if abs(told.amount) < 10**300 else str(told.amount)
    return display(told.amount, currency_code=told.currency)


# ------------------------------------------------------------------------------------------------------ dates


def read_date_cell(place: Place, value: Cell) -> Reading:
    column = place.column
    said = read_date(value, year=place.year, padded=place.padded)
    is_plan = column.place == "phase"
    if said is None:
        return Reading()
    if isinstance(said, Trouble):
        if is_plan and said.code == "date.planned":  # 预计2024年3月, where a plan is asked for
            text = re.sub("计划|预计|拟|力争|争取|预期|将于|前?(?:开工|投产|建成|竣工|完工)", "", words_of(value))
            again = read_date(text, year=place.year, padded=place.padded)
            if isinstance(again, DateSaid):
                return Reading(again.last, said=again)
        return Reading(None, [said])
    if is_plan:
        troubles = [trouble("date.year_assumed", value=value, read=said.last)] if said.year_assumed else []
        return Reading(said.last, troubles, said=said)
    if said.precision == "year":
        return Reading(None, [trouble("date.year_only", value=words_of(value))])
    if said.precision in ("quarter", "half"):
        return Reading(None, [trouble("date.coarse", value=words_of(value))])
    day = said.last
    if place.today is not None and day > place.today:
        if said.first > place.today:
            return Reading(None, [trouble("date.future", value=day)])
        day = place.today  # this month, of which today is the last day that has been
    troubles = []
    if said.year_assumed:
        troubles.append(trouble("date.year_assumed", value=words_of(value), read=day))
    elif said.in_words:
        troubles.append(trouble("date.in_words", value=words_of(value), read=day))
    return Reading(day, troubles, said=said)
