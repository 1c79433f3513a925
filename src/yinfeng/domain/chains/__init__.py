"""产业链、环节与产业组群（前端 产业研究）。

Chains: segments, industry groups; what the district is strong in and where it has gaps.
"""
