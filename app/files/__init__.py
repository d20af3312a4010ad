"""The person's own files, read row by row and written row by row."""
