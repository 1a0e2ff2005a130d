"""`make bench`: what the hub costs, against what a shop owner would use instead and against what the machine allows.

Every figure is of whole processes, the interpreter's start included, and programs that are compared run in turn. The
method, its limits and the last figures: docs/performance.md.
"""
