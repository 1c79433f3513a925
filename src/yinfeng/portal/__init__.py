"""门户：工作台、驾驶舱、搜索、导航与接口的装配。

Portal: assembly of pages that draw on several domain apps; the one API object.
"""
