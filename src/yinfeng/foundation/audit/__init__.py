"""审计日志与查看日志。

Audit: who did what, when, from what to what; sealed into a hash chain; and the log of looks.
"""
