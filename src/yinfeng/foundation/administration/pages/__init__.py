"""The pages of administration, by noun: units, people, rulebook, trail, system, and the look-ups of choosers."""
