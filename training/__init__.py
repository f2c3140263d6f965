"""Training: labelled corpora in, a bundle and its report out."""
