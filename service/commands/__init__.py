"""The administration commands, one file per noun."""
