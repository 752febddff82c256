"""What several workspaces draw."""
