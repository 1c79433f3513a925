"""单位、人员、岗位与权限。

Accounts: units in official order, people, posts, and the one table of who may see what.
"""
