"""企业与投资方（前端 主体研究）。

Enterprises: firms by USCC, groups, contacts (masked).
"""
