"""附件与凭证。

Files: stored once by hash, judged by content, seen by who sees their owner.
"""
