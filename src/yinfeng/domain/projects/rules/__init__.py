"""Vocabulary, tables and pure decisions of the ledger: no Django, no clock, no database."""
