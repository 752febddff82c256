"""Measurements of the studio against limits.toml; `python -m studio bench` runs them, each in a process of its own."""
