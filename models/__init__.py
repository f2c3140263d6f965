"""The classifier as plain values: nouns, features, scorer, evidence and the file formats.

Knows no web, no database and no network, and needs NumPy only.
"""
