"""The four steps from data to submission."""
