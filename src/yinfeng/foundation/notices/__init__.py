"""站内通知与待办。

Notices and to-dos inside the house.
"""
