"""The turns of phrase by which the walk decides whom an amount or a stage belongs to."""

from __future__ import annotations

import re

TO_DATE = re.compile(
    r"(?:以来|累计|至今|迄今|已在[^,。;]{2,8}完成)[^。;]{0,24}(?:总投资|投资总额|投资额|投资)[^,。;]{0,4}$"
)
PLURAL = re.compile(
    r"(?:全部|这些|上述|所有|各|各个|两个?|三个?|以上|一批|多个|其他)(?:大|新|重大|重点)?(?:项目|工程)$"
)
SAME_LINE_TOPIC = re.compile(
    r"^[”’ ]*(?:该|此|这|全面|满产|达效|新项目|"
    r"项目|工程|一期|二期|首期|目前|其|建成|投产|达产|全部|同时|预计|届时|计划|总投资|占地|整个|主要)"
)
LEGAL = re.compile(r"(?:股份|有限|责任|集团|控股|总)*(?:公司|集团)$")
PLANS = re.compile(r"(?:计划|拟|将|力争|谋划|储备)[^,。;]*$")
AGAIN = re.compile(r"还将|再投资|另(?:外)?|追加(?![^,。;]{0,10}[至到]$)")
REACHED = re.compile(
    r"(?:已|已经|当年就|当年即|去年|上年|累计|上半年|前\w季度|今年|20\d\d年|目前)[^,。;]{0,6}(?:实现|完成|产生|突破|达到?|缴纳|上缴|累计)[^,。;]{0,12}$"
)
SPENT = re.compile(r"(?:累计|完成|已)(?:投资|投入|完成投资)[约近超]?$")
ITSELF = re.compile(r"(?:全部)?(?:总投资|计划|预计|建成|达产|占地|拟|于|由|将|已)")
PAYER_LINE = re.compile(
    r"[^\u4e00-\u9fff\n]{0,4}(?:投资方|投资主体|投资企业|投资单位|投资商|投资公司|业主|建设单位"
    r"|业主单位|实施主体|签约企业): ?(?P<firm>[\u4e00-\u9fffA-Za-z0-9()·]{2,30})"
)
SUBJECT = re.compile(r"[,以是]")
EACH_MU = re.compile(r"(?:以上)?(?:/|每)亩")
PER_MU = re.compile(r"亩均|每亩|单位面积")
DONE_SO_FAR = re.compile(r"完成|累计|已$|实现")
