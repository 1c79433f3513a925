"""规则库。

Rulebook: every local rule as a versioned record with its author and approver.
"""
