"""项目台账：线索、项目、分期、事实与凭证。

Projects: the ledger of leads, projects, phases and dated facts with evidence.
"""
