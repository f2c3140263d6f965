"""Importers: an owner's old comments, from wherever they are, as a corpus; one file per source."""
