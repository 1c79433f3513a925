"""Verbs of the reporting cycle: the only code here that writes."""
