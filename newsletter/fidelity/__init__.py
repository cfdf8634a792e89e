"""Is the Chinese faithful? Masking of what must not be translated, and checks by code.

paper ─► clean ─► mask ─► (the model) ─► Draft ─► check_masked ─► unmask ─► reader
"""
