"""Gates: figures that this project promises, measured beside what one would write without it.

`newsletter bench NAME` ─► registry ─► one module a gate ─► Row… ─► exit status 1 if one is missed
"""
