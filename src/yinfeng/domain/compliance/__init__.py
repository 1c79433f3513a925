"""合规审查（公平竞争审查、合法性审查）。

Compliance: the review conclusion that agreements, policies and payments need.
"""
