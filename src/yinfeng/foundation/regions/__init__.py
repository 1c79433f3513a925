"""行政区划与国民经济行业分类。

Regions: administrative divisions and GB/T 4754 in the database.
"""
