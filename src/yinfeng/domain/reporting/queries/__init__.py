"""Reads of the reporting cycle."""
