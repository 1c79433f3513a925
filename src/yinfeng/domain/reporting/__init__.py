"""填报审核：填报、审核、退回、催报、关账。

Reporting: who reports what until when, the worklist of what looks wrong, the period that closes, its corrections.
"""
