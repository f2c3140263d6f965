"""What spammers do to get past a filter, applied to spam and to readers' comments alike."""
