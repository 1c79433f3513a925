"""The verbs of assessment: the only writers of this app."""
