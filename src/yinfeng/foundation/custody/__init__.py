"""保管：数据怎样保全。

Custody: backup and restore of everything, checked; how long logs are kept; what an upgrade must prove.
"""
