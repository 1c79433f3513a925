"""Answers: a definition, a viewer and two dates in; figures with their formula and their rows out."""
