"""Digests and notices as HTML and text, from templates that are compiled once."""

from newsletter.rendering.issue import FittedDigest, Masthead, ReaderLinks
from newsletter.rendering.renderer import Renderer

__all__ = ["FittedDigest", "Masthead", "ReaderLinks", "Renderer"]
