"""Reads of the review queue, as typed results for the pages."""
