"""信息研判（中端）：线索时限、主体核查、准入评分、预审意见、联合会商，决定即成清单。

Assessment: the clocks of a lead, the check pack, admission scoring, departments' opinions, joint consultation.
"""
