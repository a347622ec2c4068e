"""Retouch: image manipulation, from a pixel's brightness to deep models.

A library of the field, grouped like the course's syllabus:

- ``retouch.pixels``: classical processing with NumPy, and augmentation with PyTorch;
- ``retouch.data``: photographs, Fashion-MNIST, rendered scenes and toys, without a download;
- ``retouch.models``: GANs, DCGAN, VAEs, style transfer and DeepSIM, with their losses;
- ``retouch.recipes``, ``retouch.weights``: training them, and keeping what was trained;
- ``retouch.metrics``: how near two images, or two sets of images, are;
- ``retouch.ethics``: fairness, provenance and privacy, computed;
- ``retouch.bench``: this library against its peers, measured in one run;
- ``retouch.show``: what people look at in a notebook (images, figures, sliders);
- ``retouch.device``: where tensors live (CUDA, Apple MPS or the CPU).

Importing ``retouch`` loads none of them: import the module that you need.
"""
