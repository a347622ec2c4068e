"""Retouch: image manipulation, from a pixel's brightness to deep models.

A library of the field, grouped like the course's syllabus:

- ``retouch.pixels``: classical processing with NumPy (brightness, filters, geometry);
- ``retouch.data``: photographs that need no download;
- ``retouch.show``: what people look at in a notebook (images, figures, sliders);
- ``retouch.device``: where tensors live (CUDA, Apple MPS or the CPU).

Importing ``retouch`` loads none of them: import the module that you need.
"""
