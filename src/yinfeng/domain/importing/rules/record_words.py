"""What else the columns of 线索台账 and 往来台账 are called. Collected from what is common in the trade."""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


OF_RECORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "leads": {
        "sequence": _words("编号 序 行号"),
        "code": _words("系统编号 线索编码"),
        "name": _words("线索 项目名称 信息名称 项目线索 项目线索名称 线索项目名称 招商线索 招商信息 项目信息 信息标题"),
        "kind": _words("项目类型 线索类别 线索类型 类别 类型 产业类别"),
        "channel": _words("信息来源 线索来源 来源 来源渠道 信息渠道 招商渠道 招引方式"),
        "reported_on": _words(
            "首报时间 填报日期 登记日期 报送日期 上报日期 收集日期 获取日期 线索日期 信息日期 报送日 录入日期 提交日期"
        ),
        "owner_unit": _words("单位 报送单位 上报单位 责任单位 牵头单位 首报单位 招商组 驻点组 驻点招商组 提供单位"),
        "owner": _words("责任人 跟踪人 项目专员 对接人 跟进人 首谈人"),
        "investor": _words("投资主体 投资企业 投资商 企业名称 客商 客商名称 投资方名称 意向企业 意向投资方"),
        "investor_uscc": _words("信用代码 统一社会信用代码 投资方信用代码"),
        "investment_cny": _words("总投资 预计投资 计划总投资 拟投资 计划投资 意向投资 投资额 投资规模 意向总投资"),
        "land_area_mu": _words("用地面积 拟用地 需求用地 用地"),
        "content": _words("建设内容及规模 项目内容 项目简介 线索内容 信息内容 主要内容 简介 基本情况"),
        "product": _words("产品 主营产品"),
        "needs": _words("需求 企业需求 项目需求"),
        "expected_output_cny": _words("预计产值 年产值 预期产值"),
        "expected_tax_cny": _words("预计税收 年税收 预期税收"),
        "segment": _words("产业链 所属产业链"),
        "referrer": _words("推荐人 介绍人"),
        "is_confidential": _words("保密 是否保密"),
        "screened_on": _words("研判通过日期 有效认定日期 认定日期 确认有效日期 研判时间 通过研判日期"),
        "opinion": _words("研判结论 认定意见 审核意见"),
        "dropped_reason": _words("终止原因 不再跟踪原因"),
        "status": _words("状态 跟踪状态"),
    },
    "visits": {
        "sequence": _words("编号 序 行号"),
        "direction": _words("方式 类型 类别 往来类型 活动类型 活动形式 对接方式 拜访方式"),
        "held_on": _words("日期 来访日期 考察日期 外出日期 拜访日期 接待日期 活动日期 对接日期 走访日期 出访日期"),
        "about": _words(
            "线索 项目 线索名称 项目名称 对接项目 对接线索 线索编号 项目编号 来访企业 拜访企业 考察企业 企业名称 客商 客商名称 "
            "对接企业 相关项目 涉及项目"
        ),
        "unit": _words("单位 报送单位 上报单位 责任单位 接待单位 组织单位 招商组 驻点组 驻点招商组 邀请单位"),
        "place": _words("考察地点 来访地点 拜访地点 目的地 城市 考察地 活动地点"),
        "our_side": _words("参加人员 我方参加人员 陪同人员 接待人员 外出人员 带队及参加人员 随行人员 我方人员名单"),
        "our_count": _words("参加人数 外出人数 陪同人数 接待人数 我方参加人数"),
        "their_side": _words("对方参加人员 来访人员 客商人员 来访客商 企业人员 来访人员名单"),
        "their_count": _words("来访人数 客商人数 对方参加人数 企业人数"),
        "leader": _words(
            "领导 带队人 带队领导姓名 领队 接待领导 带队区领导 带队市领导 带队县领导 区领导 市领导 县领导"
        ),
        "minutes": _words(
            "洽谈内容 交流内容 活动内容 考察内容 主要内容 来访内容 内容 洽谈情况 对接情况 活动情况 情况 考察情况 会谈内容 "
            "对接内容 来访情况 考察成效 成果"
        ),
        "next_step": _words("下一步打算 下步打算 下一步计划 下步计划 后续安排 下步工作"),
    },
}
