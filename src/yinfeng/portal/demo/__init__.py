"""演示城市：栖梧市的四年，由动作逐一登记而成。

Demo city: a fictional city as data (``*.yaml``), a plan drawn from it by seed and day, and the loader that plays the plan
through the actions.
"""
