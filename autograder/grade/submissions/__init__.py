"""What students handed in: read strictly as data, never run."""
