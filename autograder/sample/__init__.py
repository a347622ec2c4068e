"""A sample class with the grades that it must get, and measurements on it."""
