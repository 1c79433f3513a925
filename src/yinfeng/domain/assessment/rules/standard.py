"""What ships as the standard edition of the schemes and checks: data that a bureau makes its own. Pure."""

from __future__ import annotations

from typing import Any

STANDARD_CHECKS: dict[str, Any] = {
    "young_years": 3, "speed_days": 30, "speed_from_cny": 1_000_000_000, "speed_company_years": 1,
    "central_names": [
        "中国", "国家", "中央", "中核", "中航", "中船", "兵器", "中电", "中石油", "中石化", "中海油", "国网", "南网", "华能",
        "大唐", "华电", "国电", "三峡", "中铝", "中粮", "中建", "中铁", "中交", "中铁建", "中化", "中煤", "中冶", "中广核",
    ],
}  # fmt: skip


def _by_hand(*lines: tuple[str, str, int]) -> list[dict[str, Any]]:
    return [{"key": key, "label": label, "full": full, "how": "points"} for key, label, full in lines]


# Two published schemes, as starting points: eleven items of a county with one-vote veto, and five measured items of a
# county park, whose other items were not published.
STANDARD_ADMISSION: dict[str, Any] = {
    "county": {
        "name": "县级准入综合评价（十一项）", "total": 100, "pass_at": 60,
        "vetoes": ["不符合国家产业政策", "环境保护一票否决", "安全生产一票否决"],
        "items": _by_hand(
            ("industry", "产业导向", 5), ("technology", "技术水平", 5), ("scale", "投资规模", 17),
            ("intensity", "投资强度", 17), ("investor", "投资主体", 10), ("environment", "环境影响", 5),
            ("safety", "安全生产", 5), ("land", "用地", 10), ("planning", "规划", 5), ("tax", "税收贡献", 16),
            ("jobs", "带动就业", 5),
        ),
    },
    "park": {
        "name": "园区项目评价（五项）", "total": 40, "pass_at": 24, "vetoes": [],
        "items": [
            {"key": "industry", "label": "产业导向", "full": 10, "how": "choice",
             "choices": {"鼓励类": 10, "允许类": 5, "限制类": 0}},
            {"key": "output", "label": "产值规模", "full": 5, "how": "bands", "unit": "亿元", "floor": "0.5",
             "bands": [{"from": 3, "points": 5}, {"from": 2, "points": 2}, {"from": 1, "points": 1}]},
            {"key": "output_per_mu", "label": "亩均产值", "full": 5, "how": "measure", "unit": "万元/亩", "full_at": 400,
             "per": 10, "points": "0.1"},
            {"key": "tax", "label": "税收规模", "full": 10, "how": "bands", "unit": "万元", "floor": "0.5",
             "bands": [{"from": 1000, "points": 10}, {"from": 700, "points": 2}, {"from": 200, "points": 1}]},
            {"key": "tax_per_mu", "label": "亩均税收", "full": 10, "how": "measure", "unit": "万元/亩", "full_at": 10,
             "per": 1, "points": "0.1"},
        ],
    },
}  # fmt: skip
