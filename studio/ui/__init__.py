"""Everything Qt. Importing this imports no torch and no Qt."""
