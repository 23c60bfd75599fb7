"""Torch modules only: no files, no photos, no training."""
