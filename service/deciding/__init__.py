"""Deciding: a batch of comments in, one stored decision each out."""
