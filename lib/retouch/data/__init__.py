"""Data that comes with the project or one of its dependencies: no download."""

from retouch.data.photographs import PHOTOGRAPHS, photograph
from retouch.data.picture_files import open_photo

__all__ = ["PHOTOGRAPHS", "open_photo", "photograph"]
