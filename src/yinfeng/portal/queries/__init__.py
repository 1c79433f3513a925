"""Reads of the portal, by page."""
