"""Running answers where they can do no harm."""
