"""The walk through latent space: a tree of the points that were visited."""
