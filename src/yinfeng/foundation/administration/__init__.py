"""系统管理。

Administration: units, people, posts, rulebook and audit in one look; the commands that keep the house.
"""
