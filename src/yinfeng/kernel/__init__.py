"""Kernel (内核): the values everything else is made of, in pure Python.

Money, periods, working days, the credit code, labelled enums, text for matching, and the public tables.
No Django, no clock, no database: what a function needs is handed to it.
"""
