"""指标（中枢）：每个数字只定义一次，由事实算出，并说明自己。

Indicators: definitions as versioned data; an answer carries its formula, its rows, both dates and the edition.
"""
