"""Reads of the ledger that return typed results."""
