"""通报：算得出、冻得住、证得明的公文。

Briefing: bulletins whose every number is a formula over rows; any bulletin, ours or another's, can be checked.
"""
