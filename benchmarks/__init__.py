"""Measurements that back the numbers we promise."""
