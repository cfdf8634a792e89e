"""Chenkan 晨刊: each reader's arXiv papers of the night, in Chinese, by mail.

The floors of this package are drawn in README.md and held by import-linter.
"""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("chenkan")
except PackageNotFoundError:  # a source tree that was never installed
    __version__ = "0"
