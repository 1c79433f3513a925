"""Verbs of 导入导出: the only writers."""
