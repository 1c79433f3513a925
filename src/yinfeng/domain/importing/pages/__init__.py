"""Pages of 导入导出."""
