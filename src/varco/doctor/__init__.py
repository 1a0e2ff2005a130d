"""The doctor: which layer shuts us out of a shop, with proof, and harming nothing.

`runner.examine(target, send)` asks through a `Scan`, which keeps the budget, and lets the checks of `checks/` read the
answers. What comes out is a `Report`.
"""
