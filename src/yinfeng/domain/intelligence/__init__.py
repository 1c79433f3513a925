"""信息收集与研判（中端）。

Intelligence: documents in, proposals read from them with their spans, people decide what enters the ledger.
"""
