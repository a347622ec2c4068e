"""Measurements of our own figures against peers, each in one run."""
