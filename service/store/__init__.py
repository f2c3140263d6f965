"""All SQL: tables, their migrations, and one file of queries per noun."""
