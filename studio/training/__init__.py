"""Training and measuring: the loop, the data, the metrics, and one plan a shipped model."""
