"""One file per version, named by its number; the highest is the newest."""
