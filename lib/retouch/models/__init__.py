"""Generative models, one module per family: `gan`, `dcgan`, `vae`, and what they are made of.

Each module reads like the method section of its papers: losses, then networks.
"""
