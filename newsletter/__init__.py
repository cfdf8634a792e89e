"""Chenkan 晨刊: each reader's arXiv papers of the night, in Chinese, by mail.

The floors of this package are drawn in README.md and held by import-linter.
"""
