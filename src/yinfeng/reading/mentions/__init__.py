"""Mentions 提及: numbers, times, names, stages and cues as they stand in the text, with their spans."""
