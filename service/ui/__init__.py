"""The review desk: pages for people, drawn on the server."""
