"""Reads of 导入导出."""
