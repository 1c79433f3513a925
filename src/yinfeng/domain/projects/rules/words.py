"""The trade's words as the ledger stores them."""

from __future__ import annotations

from yinfeng.kernel.enums import LabelledEnum


class ProjectKind(LabelledEnum):
    """Project class 项目类别: it decides which steps a project goes through."""

    MANUFACTURING = "manufacturing", "制造业"
    SERVICE = "service", "服务业"
    TAX_SOURCE = "tax_source", "税源"
    TRADE = "trade", "外贸"
    AGRICULTURE = "agriculture", "农业"
    CULTURE_TOURISM = "culture_tourism", "文旅"
    INFRASTRUCTURE = "infrastructure", "基础设施"
    RESEARCH = "research", "科研机构"
    TALENT = "talent", "人才"


class Origin(LabelledEnum):
    NEW = "new", "新引进"
    EXPANSION = "expansion", "增资扩产"
    MOVED_IN = "moved_in", "整体迁入"
    RELOCATION = "relocation", "本地搬迁"


class Channel(LabelledEnum):
    """The six channels 六种招商."""

    TOWNSMEN = "townsmen", "乡贤招商"
    CHAIN = "chain", "产业链招商"
    AGENT = "agent", "委托招商"
    PLATFORM = "platform", "平台招商"
    FUND = "fund", "基金招商"
    SERVICE = "service", "服务招商"


class Stage(LabelledEnum):
    """The stages in their order. LEAD and SCREENED belong to a lead; a project's phases begin at NEGOTIATING."""

    LEAD = "lead", "线索"
    SCREENED = "screened", "有效线索"
    NEGOTIATING = "negotiating", "在谈"
    PRE_REVIEWED = "pre_reviewed", "预审"
    CONSULTED = "consulted", "会商"
    APPROVED = "approved", "过会"
    SIGNED = "signed", "签约"
    REGISTERED = "registered", "注册"
    SITE_SECURED = "site_secured", "落地"
    STARTED = "started", "开工"
    STAT_ENROLLED = "stat_enrolled", "入统"
    COMPLETED = "completed", "竣工"
    PRODUCING = "producing", "投产"
    ABOVE_SCALE = "above_scale", "升规"
    AT_CAPACITY = "at_capacity", "达产"
    PERFORMANCE_REVIEWED = "performance_reviewed", "履约评价"


STAGE_ORDER: dict[str, int] = {stage.value: place for place, stage in enumerate(Stage)}
PROJECT_STAGES: tuple[Stage, ...] = tuple(Stage)[2:]

# The date of a project's first milestone of a stage, as a column of Project and of ProjectState.
DATE_COLUMNS: dict[str, str] = {
    Stage.NEGOTIATING: "negotiating_on",
    Stage.APPROVED: "approved_on",
    Stage.SIGNED: "signed_on",
    Stage.REGISTERED: "registered_on",
    Stage.SITE_SECURED: "site_on",
    Stage.STARTED: "started_on",
    Stage.STAT_ENROLLED: "enrolled_on",
    Stage.COMPLETED: "completed_on",
    Stage.PRODUCING: "producing_on",
    Stage.ABOVE_SCALE: "above_scale_on",
    Stage.AT_CAPACITY: "at_capacity_on",
}


class FlagKind(LabelledEnum):
    """What may be the matter with a phase or a project at any stage."""

    STALLED = "stalled", "停滞"
    HELD = "held", "暂缓"
    SUSPENDED = "suspended", "中止"
    TRANSFERRED = "transferred", "流转"
    TERMINATED = "terminated", "终止"


class FactStatus(LabelledEnum):
    DECLARED = "declared", "已申报"
    VERIFIED = "verified", "已审核"
    RETURNED = "returned", "已退回"
    VOIDED = "voided", "已作废"


class CorrectionKind(LabelledEnum):
    """What a correction does to a closed month."""

    ADD = "add", "补登"
    REPLACE = "replace", "改登"
    VOID = "void", "作废"
    VERIFY = "verify", "补审核"
    RETURN = "return", "退回"


class CorrectionStatus(LabelledEnum):
    PROPOSED = "proposed", "待批准"
    APPROVED = "approved", "已批准"
    REJECTED = "rejected", "未批准"


COUNTING = (FactStatus.DECLARED, FactStatus.VERIFIED)


class SiteRoute(LabelledEnum):
    LAND = "land", "供地"
    LEASE = "lease", "租赁厂房"


class FundsBasis(LabelledEnum):
    CAPITAL = "capital", "资本到位"
    FIXED_ASSETS = "fixed_assets", "固定资产形成"


class FundsBoundary(LabelledEnum):
    OUTSIDE_PROVINCE = "outside_province", "省外资金"
    OUTSIDE_CITY = "outside_city", "市外资金"
    INSIDE_CITY = "inside_city", "市内资金"
    OVERSEAS = "overseas", "境外资金"


class ValueKind(LabelledEnum):
    ESTIMATE = "estimate", "预计"
    FLASH = "flash", "快报"
    ACTUAL = "actual", "实际"


class EvidenceKind(LabelledEnum):
    """What a paper is; the stage table says which a step needs."""

    CONTRACT = "contract", "投资合同"
    PRE_REVIEW_OPINION = "pre_review_opinion", "预审意见书"
    MINUTES = "minutes", "会议纪要"
    LICENCE = "licence", "营业执照"
    LAND_CONTRACT = "land_contract", "土地出让合同"
    LEASE_CONTRACT = "lease_contract", "租赁合同"
    CONSTRUCTION_PERMIT = "construction_permit", "施工许可证"
    SITE_PHOTO = "site_photo", "现场照片"
    EQUIPMENT_RECEIPT = "equipment_receipt", "设备到场凭证"
    ENROLMENT_NOTICE = "enrolment_notice", "入库通知"
    ACCEPTANCE = "acceptance", "竣工验收文件"
    INVOICE = "invoice", "销售发票"
    POWER_BILL = "power_bill", "用电凭证"
    STATISTICS = "statistics", "统计名录"
    AUDIT_REPORT = "audit_report", "审计报告"
    BANK_RECEIPT = "bank_receipt", "银行回单"
    CAPITAL_VERIFICATION = "capital_verification", "验资报告"
    DOCUMENT = "document", "公开文档"
    LEDGER = "ledger", "原台账"
    OTHER = "other", "其他材料"


class ListKind(LabelledEnum):
    """The three lists 三张清单 are one table read three ways."""

    PROJECT = "project", "项目清单"
    RESPONSIBILITY = "responsibility", "责任清单"
    TIME = "time", "时间清单"


class AgreementKind(LabelledEnum):
    FRAMEWORK = "framework", "框架协议"
    FORMAL = "formal", "正式合同"


class CeremonyKind(LabelledEnum):
    SIGNING = "signing", "集中签约"
    START = "start", "集中开工"
    COMPLETION = "completion", "集中竣工"


class ClaimKind(LabelledEnum):
    REPORT = "report", "首报"
    NEGOTIATE = "negotiate", "首谈"
    RECEIVE = "receive", "首接"


class ClaimStatus(LabelledEnum):
    PROTECTED = "protected", "保护中"
    LAPSED = "lapsed", "已失效"
    DISPUTED = "disputed", "有争议"
    RELEASED = "released", "已释放"
    UPHELD = "upheld", "裁定有效"
    REJECTED = "rejected", "裁定无效"


class VisitDirection(LabelledEnum):
    OUTBOUND = "outbound", "外出拜访"
    INBOUND = "inbound", "来访接待"
    CALL = "call", "电话或视频"


class LeadStatus(LabelledEnum):
    OPEN = "open", "跟踪中"
    PROMOTED = "promoted", "已转项目"
    DROPPED = "dropped", "已放弃"
    WITHDRAWN = "withdrawn", "已撤回"  # taken back with its import: it was never one, and stands in no list


class Light(LabelledEnum):
    RED = "red", "红灯"
    YELLOW = "yellow", "黄灯"
    GREEN = "green", "正常"
    NONE = "none", "未排期"


class ServiceRole(LabelledEnum):
    """Seats of a service team 服务专班; templates say which a project has (1+4+N, 1+8+N)."""

    LEADER = "leader", "领衔领导"
    LEAD_UNIT = "lead_unit", "牵头单位"
    PARK = "park", "落地平台"
    APPROVAL = "approval", "审批服务"
    LAND = "land", "用地保障"
    ELEMENTS = "elements", "要素保障"
    POLICY = "policy", "政策兑现"
    FINANCE = "finance", "金融服务"
    TALENT = "talent", "用工人才"
    STATISTICS = "statistics", "入统指导"
    SUPERVISION = "supervision", "督查考核"
    DEPARTMENT = "department", "配合部门"
