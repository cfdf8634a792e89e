"""Celery: the clock and the muscle. The record is the database; every message may be lost."""
