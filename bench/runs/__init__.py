"""The programs that are measured, each a process of its own. The last line that each prints is JSON: what it did."""
