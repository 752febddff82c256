"""What each command does, grouped by its noun. Part of the command line; no Qt."""
