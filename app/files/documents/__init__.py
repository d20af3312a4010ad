"""Documents as text: each family in a file of its own with `text_of(path) -> Extracted`."""
