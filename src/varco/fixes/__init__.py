"""Rules to paste: one file per target in `targets/`, found by listing."""
