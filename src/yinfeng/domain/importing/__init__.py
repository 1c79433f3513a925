"""台账导入导出：基层真实在用的表格，进得来、出得去、退得回。

Importing: a sheet is understood, checked into staging, taken in one short write, and undone as a whole.
"""
