"""The number of the bundle format.

To change the format: raise FORMAT; keep reading the old one in `bundle.py` where that is cheap,
or refuse it with a sentence that says how to fit a new bundle; add a bundle of the old format
under `tests/models/bundles/` with a test that shows which of the two happens; note it in
CHANGELOG.md. A change of what features mean raises `features.FEATURE_SCHEMA` instead.
"""

FORMAT = 1
