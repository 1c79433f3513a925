"""Vocabulary of enterprises. Pure."""

from yinfeng.kernel.enums import LabelledEnum


class CapitalKind(LabelledEnum):
    """Three kinds of capital; Hong Kong, Macao and Taiwan are never called foreign."""

    DOMESTIC = "domestic", "内资"
    HMT = "hmt", "港澳台资"
    FOREIGN = "foreign", "外资"


class TitleKind(LabelledEnum):
    """Lists and titles by which a firm's class is told (list, year and rank are kept)."""

    WORLD_500 = "world_500", "世界500强"
    CHINA_500 = "china_500", "中国企业500强"
    PRIVATE_500 = "private_500", "中国民营企业500强"
    TOP_500 = "top_500", "三类500强"  # on one of the three, and nobody says on which
    CENTRAL_SOE = "central_soe", "央企"
    LISTED = "listed", "上市公司"
    INDUSTRY_LEADER = "industry_leader", "行业龙头"
    HIDDEN_CHAMPION = "hidden_champion", "隐形冠军"
    LITTLE_GIANT = "little_giant", "专精特新小巨人"
    SINGLE_CHAMPION = "single_champion", "单项冠军"
    UNICORN = "unicorn", "独角兽"
