"""Data that comes with the project or one of its dependencies: no download."""

from retouch.data.photographs import PHOTOGRAPHS, photograph

__all__ = ["PHOTOGRAPHS", "photograph"]
