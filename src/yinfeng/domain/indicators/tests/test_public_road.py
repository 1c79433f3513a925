"""From a workbook to a figure by the public commands alone: what a bureau, or a checker, has in hand."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from openpyxl import Workbook

from yinfeng.domain.enterprises.models import EnterpriseTitle
from yinfeng.domain.importing.models import Import
from yinfeng.domain.projects.models import Ceremony, Listing

from .road import Batch, brought_in, figures, imported, shown, sized, spread, vector_of

pytestmark = [pytest.mark.django_db, pytest.mark.shared]


def test_a_project_that_was_terminated_stays_in_the_base(shared: Path, tmp_path: Path, capsys: Any) -> None:
    vector = vector_of(shared, "weinan_2010")
    inputs, expected = vector["inputs"], vector["expected"]
    heads = [
        "项目名称",
        "项目类别",
        "投资方",
        "牵头单位",
        "总投资（万元）",
        "签约日期",
        "开工日期",
        "竣工日期",
        "终止日期",
    ]
    ways = {
        "built": ["2010-05-01", "2010-11-01", None], "building": ["2010-06-01", None, None],
        "in_procedure": [None, None, None], "terminated": [None, None, "2010-10-08"],
    }  # fmt: skip
    rows = [
        [f"{way}{n}号测试部件", "制造业", f"{way}{n}号测试厂", "试验一区", 8_000, "2010-04-06", *days]
        for way, days in ways.items()
        for n in range(inputs[way])
    ]
    imported(tmp_path / "ledger.xlsx", heads, rows)
    asked = ("--from", "2010-01-01", "--to", "2010-12-31", "--as-of", "2010-12-31")
    told = shown(capsys, "start_rate_with_built", *asked)["total"]
    assert told["display"] == expected["start_rate"]["value"] + "%"
    assert (told["numerator"], told["denominator"]) == (str(expected["started"]), str(expected["signed_check"]))
    told = shown(capsys, "performing_rate", *asked)["total"]
    assert told["display"] == expected["performing_rate"]["value"] + "%"
    assert (told["numerator"], told["denominator"]) == (str(expected["performing"]), str(expected["signed_check"]))
    with pytest.raises(SystemExit):
        call_command("indicator", "check", "performing_rate", *asked, "--published", "99.65%")
    assert f"应为 {expected['performing_rate']['value']}%" in capsys.readouterr().out

    # What is exported goes in again as it is; a second termination is taken, and taken back with its import.
    call_command("ledger", "export", str(tmp_path / "out.xlsx"))
    capsys.readouterr()
    call_command("ledger", "import", str(tmp_path / "out.xlsx"))
    assert f"无变化 {len(rows)}" in capsys.readouterr().out
    rows[0][-1] = "2010-12-01"
    imported(tmp_path / "later.xlsx", heads, rows[:1])
    assert shown(capsys, "performing_rate", *asked)["total"]["numerator"] == str(expected["performing"] - 1)
    call_command("doctor")
    call_command("ledger", "undo", str(Import.objects.latest("pk").pk))
    assert shown(capsys, "performing_rate", *asked)["total"]["numerator"] == str(expected["performing"])
    call_command("doctor")


def test_an_estimate_is_printed_beside_and_never_added(shared: Path, tmp_path: Path, capsys: Any) -> None:
    vector = vector_of(shared, "kecheng_2022h1")
    inputs, expected = vector["inputs"], vector["expected"]
    facts, stock, teams = {f["name"]: f["value"] for f in inputs["facts"]}, inputs["since_2021"], inputs["outposts"]
    money = {"资金截止日期": "2022-06-30", "资金来源地": "市外资金", "入统日期": "2022-06-01", "牵头单位": "试验一区"}
    begun = {"签约日期": "2022-01-10", "落地日期": "2022-02-28", "开工日期": "2022-04-06"}
    enrolled, team = {**begun, "入统日期": "2022-06-01"}, {"驻点组": "试验一组"}
    actual, expects = "累计到位资金（亿元）", "本月预计到位资金（亿元）"
    of_factories = facts["funds_outside_city_manufacturing_yi"], facts["funds_june_manufacturing_yi"]
    batches: list[Batch] = [
        *sized(["38.5"], **begun, **money, **team, 投产日期="2022-06-08",
               **dict(zip((actual, expects), of_factories, strict=True))),
        *sized(["22.8", "22.3"], **enrolled, **team),
        *sized(["5.5"], **team, 过会日期="2022-06-16", 签约日期="2022-06-18", 租赁日期="2022-06-19", 开工日期="2022-06-25"),
        *sized(["1"], **begun, **money, 项目类别="服务业", **{actual: "4.5", expects: "1.7"}),  # the rest of 6.7, of 3.3
        *sized(["1"] * 2, **enrolled, 项目类别="服务业"),
        *sized(["1"], 签约日期="2022-03-01", 项目类别="服务业"),
        (2, {**team, "签约日期": "2022-03-01", "项目类别": "外贸", "预计年贸易额（亿元）": "2"}),
        (1, {**team, "签约日期": "2022-03-01", "项目类别": "税源"}),
        (stock["without_land"] - 1, {"签约日期": "2021-08-09"}),
        (1, {"签约日期": "2021-08-09", "落地日期": "2021-12-01"}),
    ]  # fmt: skip
    brought_in(tmp_path / "ledger.xlsx", *batches)
    asked = ("--from", "2022-01-01", "--to", "2022-06-30", "--as-of", inputs["as_of"])
    printed = {
        "signed_1yi": f"{facts['signed_at_least_1yi']} 个",
        "signed_manufacturing_5yi": f"{facts['signed_at_least_5yi_manufacturing']} 个",
        "signed_1yi_manufacturing_share": f"{expected['of_which_share']['value']}%",
        "site_count": f"{facts['land_supplied']} 个", "enrolled_count": f"{facts['stat_enrolled']} 个",
        "funds_outside_city": "6.70 亿元",
        "funds_manufacturing_share": f"{expected['manufacturing_share_of_funds']['value']}%",
        "funds_estimate": "3.30 亿元", "funds_estimate_manufacturing": "1.60 亿元",
        "start_rate_due": "—",  # named and without a denominator
        "signed_without_site_count": f"{stock['without_land']} 个",
        "signed_not_started_count": f"{stock['not_started']} 个",
        "outpost_signed_manufacturing_5yi": f"{teams['signed_manufacturing_at_least_5yi']} 个",
        "outpost_signed_tax_source_or_trade": f"{teams['signed_tax_source_or_trade']} 个",
        "approved_count": "1 个", "plant_leased_count": "1 个", "producing_count": "1 个",
        "days_site_to_production": "100.0 天",
    }  # fmt: skip
    assert {name: shown(capsys, name, *asked)["total"]["display"] for name in printed} == printed
    call_command("ledger", "export", str(tmp_path / "out.xlsx"))
    capsys.readouterr()
    call_command("ledger", "import", str(tmp_path / "out.xlsx"))
    assert f"无变化 {sum(many for many, _cells in batches)}" in capsys.readouterr().out
    call_command("doctor")


def test_a_published_table_comes_back_out_of_its_ledger(shared: Path, tmp_path: Path, capsys: Any) -> None:
    vector = vector_of(shared, "luan_2024h1_start_rate")
    book = Workbook()
    sheet = book.active
    sheet.append(["项目名称", "项目类别", "投资方", "牵头单位", "总投资（万元）", "签约日期", "开工日期"])
    for row in vector["inputs"]["rows"]:
        for n in range(row["signed"]):
            started = "2024-06-30" if n < row["started"] else "2024-07-01"
            sheet.append(
                [
                    f"{row['unit']}{n}号测试部件",
                    "制造业",
                    f"{row['unit']}{n}号测试厂",
                    row["unit"],
                    10_000,
                    "2024-03-01",
                    started,
                ]
            )
    file = tmp_path / "ledger.xlsx"
    book.save(file)
    call_command("ledger", "import", str(file), "--create-units")
    told = shown(
        capsys, "start_rate_same_window_1yi", "--from", "2024-01-01", "--to", "2024-06-30", "--by", "unit",
        "--as-of", "2024-12-31",
    )  # fmt: skip
    rates = {line["labels"][0]: line["display"].removesuffix("%") for line in told["lines"]}
    assert rates == vector["expected"]["rates"]
    assert told["total"]["display"] == vector["expected"]["total"]["rate"] + "%"
    with pytest.raises(SystemExit):
        call_command(
            "indicator", "check", "start_rate_same_window_1yi", "--from", "2024-01-01", "--to", "2024-06-30",
            "--as-of", "2024-12-31", "--published", "66.5%",
        )  # fmt: skip
    assert "应为 65.5%" in capsys.readouterr().out


def test_rates_stand_on_what_was_signed_not_on_the_step_before(shared: Path, tmp_path: Path, capsys: Any) -> None:
    vector = vector_of(shared, "qianjiang_2017")
    inputs, expected = vector["inputs"], vector["expected"]
    signed = {"签约日期": "2017-03-06"}
    registered = {**signed, "注册日期": "2017-05-04"}
    started = {**registered, "开工日期": "2017-08-21"}
    brought_in(
        tmp_path / "ledger.xlsx",
        (inputs["started"], started),
        (inputs["registered"] - inputs["started"], registered),
        (inputs["signed"] - inputs["registered"], signed),
        (3, {**started, "签约日期": "2016-12-30"}),  # signed before the period, started in it
        (2, {"签约日期": "2017-10-09"}),
    )
    span = ("2017-01-01", "2017-09-30")
    assert figures(capsys, *((name, *span) for name in ("signed_count", "landing_rate_registered", "start_rate"))) == [
        "97 个", expected["landing_rate"] + "%", expected["start_rate"] + "%",
    ]  # fmt: skip


def test_the_project_that_explains_a_month_is_named(shared: Path, tmp_path: Path, capsys: Any) -> None:
    vector = vector_of(shared, "danyang_2023")
    inputs, expected, hand = vector["inputs"], vector["expected"], vector["inputs"]["in_hand"]
    june = {"签约日期": "2023-06-15"}
    ours, park = {**june, "产业组群": "装备"}, {**june, "牵头单位": "试验开发区"}
    july = {**june, "签约日期": "2023-07-20", "产业组群": "装备", "项目名称": "七月工程", "总投资（亿元）": "99.99"}
    phased = {**park, "项目名称": "两期工程", "投资方": "两期厂", "总投资（亿元）": "30", "预计年产值（亿元）": "50"}
    call_command("groups", "试验体系", "装备", "材料")
    half = ["31", "10", "11", "12", "5", *spread("50.64", 32, "1.5")]
    dollars = {"资本属性": "外资", "币种": "美元", "洽谈日期": "2023-05-01"}
    talks = {"洽谈日期": "2023-05-01", "资本属性": "内资"}
    brought_in(
        tmp_path / "ledger.xlsx",
        (1, {**phased, "期次": "一期", "分期投资（亿元）": "11.6", "产业组群": "材料"}),
        (1, {**phased, "期次": "二期", "分期投资（亿元）": "18.4", "产业组群": "材料"}),
        *sized(["7.06", "2"], **park),
        *sized(["2"], **{**park, "项目类别": "服务业"}),
        *sized(["0.01"] * 4, **park),  # what the park signed below the line of 1亿
        *sized(half[:24], **ours), *sized(half[24:], **june),
        (1, july),
        *sized(["3.6"], 签约日期="2022-12-09", 占地="85亩", 厂房面积="5.3万平方米", 落地日期="2023-03-22",
               开工日期="2023-03-29", **{"预计年产值（亿元）": "12"}),
        *sized(spread("230", 28, "8"), **{**talks, "牵头单位": "试验开发区"}), *sized(spread("139.03", 69, "2"), **talks),
        *((1, {**dollars, "协议总投资原币（万）": amount}) for amount in spread("73700", 16, "4600")),
    )  # fmt: skip
    first, middle, last = "2023-01-01", *(step["to"] for step in inputs["cumulative"])
    months = [
        (f"{step['projects']} 个", f"{Decimal(step['amount_yi']):.2f} 亿元", f"{step['at_least_30yi']} 个")
        for step in inputs["cumulative"]
    ]
    for to, printed in zip((middle, last), months, strict=True):
        asked = ((name, first, to) for name in ("signed_1yi", "signed_1yi_amount", "signed_30yi"))
        assert tuple(figures(capsys, *asked)) == printed
    bands = shown(capsys, "signed_ranges", "--from", first, "--to", last, "--as-of", last, "--by", "band")
    assert [int(line["value"]) for line in bands["lines"]] == [*expected["bands_reading"].values(), 4]
    assert figures(
        capsys, ("signed_1yi", first, last, "kind", "制造业"), ("signed_1yi", first, last, "kind", "服务业"),
        ("fit_ratio_1yi", first, last), ("signed_amount_cny", first, last, "unit", "试验开发区"),
        ("signed_count", first, last, "unit", "试验开发区"), ("in_negotiation_count", first, last),
        ("in_negotiation_count", first, last, "capital_kind", "内资"),
        ("in_negotiation_count", first, last, "capital_kind", "外资"), ("in_negotiation_amount", first, last),
        ("in_negotiation_count", first, last, "unit", "试验开发区"),
        ("in_negotiation_domestic_amount", first, last, "unit", "试验开发区"),
        ("signed_annual_output", first, last), ("days_site_to_start", first, last),
        *((name, "2022-01-01", "2022-12-31") for name in ("signed_land", "signed_plant", "signed_annual_output")),
    ) == [
        "41 个", "1 个", f"{expected['share']['value']}%", "41.10 亿元", "8 个", f"{expected['in_hand_total']} 个",
        f"{hand['domestic']} 个", f"{hand['foreign']} 个", f"{hand['domestic_yi']} 亿元 + {hand['foreign_usd_yi']} 亿美元",
        "28 个", "230.00 亿元", "50.00 亿元", "7.0 天", "85 亩", "53,000 ㎡", "12.00 亿元",
    ]  # fmt: skip

    capsys.readouterr()
    call_command("indicator", "bridge", "signed_1yi_amount", "--from", first, "--to", last, "--as-of", last, "--json")
    bridge = json.loads(capsys.readouterr().out)
    [line] = bridge["lines"]
    assert (bridge["entered"], line["name"], line["display"]) == (1, "七月工程", "+99.99 亿元")


ONE_EVENT = """
format: 1
groups: {signing: [签约, Signing]}
indicators:
  one_event: {name: 一场活动, group: signing, words: 一场活动签约项目的总投资, measure: sum, of: investment, currency: converted,
              scale: 亿元, base: {label: 活动签约, date: signing_ceremony_on, where: {ceremonies: 上半年集中签约}}}
"""


def test_who_stood_on_a_stage_comes_out_of_the_workbook(tmp_path: Path, capsys: Any) -> None:
    """What the papers print of a collective signing: 22 projects, and beside them those of the year before."""
    spring, autumn = {"集中签约活动": "上半年集中签约", "集中签约日期": "2021-05-17"}, {"集中签约活动": "往年集中签约"}
    sums = zip(spread("662.32", 22, "20"), spread("1268", 22, "50"), spread("70", 22, "3"), strict=True)
    batches: list[Batch] = [
        *((1, {**spring, "签约日期": "2021-03-01", "总投资（亿元）": a, "预计年产值（亿元）": b, "预计年税收（亿元）": c})
          for a, b, c in sums),
        (1, {**autumn, "集中签约日期": "2020-05-18", "总投资（亿元）": "116.4", "预计年产值（亿元）": "238.8",
             "预计年税收（亿元）": "13.75"}),
        (3, {"签约日期": "2021-05-17", "集中开工活动": "集中开工", "集中开工日期": "2021年6月1日"}),
    ]  # fmt: skip
    brought_in(tmp_path / "ledger.xlsx", *batches)
    span = ("2021-01-01", "2021-06-30")
    asked = [("signing_ceremony_count", *span), ("signing_ceremony_amount", *span), ("signing_ceremony_output", *span),
             ("signing_ceremony_tax", *span), ("signing_ceremony_amount_yoy", *span), ("start_ceremony_count", *span),
             ("signed_count", *span)]  # fmt: skip
    printed = ["22 个", "662.32 亿元", "1,268.00 亿元", "70.00 亿元", "469.0%", "3 个", "25 个"]
    assert figures(capsys, *asked) == printed
    assert Ceremony.objects.count() == 3, "one event of many projects"
    own = tmp_path / "own.yaml"
    own.write_text(ONE_EVENT, encoding="utf-8")
    assert figures(capsys, ("one_event", "2020-01-01", "2021-12-31"), trial=("--definitions", str(own))) == [
        "662.32 亿元"
    ]

    # What is exported goes in again as it is; a further project joins the event, and leaves it with its import.
    call_command("ledger", "export", str(tmp_path / "out.xlsx"))
    capsys.readouterr()
    call_command("ledger", "import", str(tmp_path / "out.xlsx"))
    assert "无变化 26" in capsys.readouterr().out
    known = timezone.now().isoformat()
    heads = ["项目名称", "投资方", "项目类别", "牵头单位", "集中签约", "集中签约时间", "总投资（亿元）"]
    late = ["后到工程", "后到厂", "制造业", "试验局", "上半年集中签约", "2021.5.17", 10]
    old = ["试验24号工程", "试验24号厂", "制造业", "试验局", "上半年集中签约", "2021.5.17", None]
    imported(tmp_path / "late.xlsx", heads, [late, old])
    assert figures(capsys, asked[0], asked[5]) == ["24 个", "3 个"]
    assert [c.phases.count() for c in Ceremony.objects.filter(name="上半年集中签约", voided_at=None)] == [24]
    then = shown(capsys, "signing_ceremony_count", "--from", span[0], "--to", span[1], "--known-at", known)
    assert then["total"]["display"] == "22 个"
    call_command("doctor")
    call_command("ledger", "undo", str(Import.objects.latest("pk").pk))
    assert figures(capsys, *asked) == printed
    call_command("doctor")


def test_what_an_investor_is_comes_out_of_the_workbook(tmp_path: Path, capsys: Any) -> None:
    """38 projects of the three lists in a year, 569.42亿 together, six of them in one zone; a bureau writes it many ways."""
    ways = (
        "世界500强", "中国企业500强（2023，第88位）", "三类500强、上市公司", "民营企业500强", "央企、世界500强子公司",
        "民企500强",
    )  # fmt: skip
    zone, signed = {"牵头单位": "试验高新区"}, {"签约日期": "2023-05-08"}
    batches: list[Batch] = [
        (1, {**signed, "总投资（亿元）": amount, "投资方类别": ways[n % 6], **(zone if n < 6 else {})})
        for n, amount in enumerate(spread("569.42", 38, "12"))
    ]  # fmt: skip
    batches.append(
        (4, {**signed, "投资方类别": "上市公司、民营企业", "列入清单": "省重点项目（2023，某文）、市长工程（市级）"})
    )
    batches.append((2, {"签约日期": "2022-12-30", "投资方类别": "世界500强"}))
    brought_in(tmp_path / "ledger.xlsx", *batches)
    year = ("2023-01-01", "2023-12-31")
    asked = [("signed_top500", *year), ("signed_top500_amount", *year), ("signed_top500", *year, "unit", "试验高新区"),
             ("signed_listed_firm", *year), ("signed_central_soe", *year), ("listed_count", *year)]  # fmt: skip
    printed = ["38 个", "569.42 亿元", "6 个", "10 个", "6 个", "4 个"]
    assert figures(capsys, *asked) == printed
    call_command("ledger", "export", str(tmp_path / "out.xlsx"))
    capsys.readouterr()
    call_command("ledger", "import", str(tmp_path / "out.xlsx"))
    assert "无变化 44" in capsys.readouterr().out

    # A second workbook: one title is known, one is new, one is no title; the firm of another one is named.
    def standing() -> list[list[Any]]:
        return [list(model.objects.standing().order_by("pk").values()) for model in (EnterpriseTitle, Listing)]

    before, known = standing(), timezone.now().isoformat()
    rows = [
        ["试验0号工程", "试验0号厂", "世界500强、央企、百强", "市重点项目（2023）"],
        ["试验1号工程", "试验1号厂、外来厂", "外来厂：世界500强", "随便"],
    ]
    imported(tmp_path / "later.xlsx", ["项目名称", "投资方", "投资方类别", "列入重点项目"], rows)
    told = capsys.readouterr().err
    assert "写的“百强”不是已知的称号" in told
    assert "写的“随便”没有写明是哪一级的什么清单" in told
    assert figures(capsys, *asked) == [*printed[:4], "7 个", "5 个"]
    assert len(standing()[0]) == len(before[0]) + 2
    late = timezone.now().isoformat()
    call_command("doctor")
    call_command("ledger", "undo", str(Import.objects.latest("pk").pk))
    assert figures(capsys, *asked) == printed
    assert standing() == before
    for moment, then in ((known, printed[4:]), (late, ["7 个", "5 个"])):  # what was known stays known
        told = [
            shown(capsys, name, "--from", first, "--to", last, "--known-at", moment) for name, first, last in asked[4:]
        ]
        assert [one["total"]["display"] for one in told] == then
    call_command("doctor")
