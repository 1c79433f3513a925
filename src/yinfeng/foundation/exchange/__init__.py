"""接口：程序怎样与系统往来，不涉及业务。

Exchange: tokens with scope and expiry, writes safely repeated, limits of rate, signed webhooks.
"""
