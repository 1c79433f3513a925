"""列存镜像：指标所数的列，由事实重建的一份副本；与台账的版本一致才用，否则照旧查库。

The mirror: the columns that figures count, as arrays. A copy that is made from the facts and proved equal to them, never a
counter that is kept up. It is used only while it stands at the very edition of the ledger; why so: docs/adr/0023.
"""
