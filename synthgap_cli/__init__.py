"""Measure and close the gap between real and synthetic images."""

__version__ = "0.1.0.dev0"
