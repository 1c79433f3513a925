"""Verbs of the ledger: the only writers. Each is one transaction with one audit row, given its actor and its moment."""
