"""电子表格读写。

Workbook: Excel in and out.
"""
