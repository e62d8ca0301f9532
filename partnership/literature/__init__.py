"""What the book computes from the literature dataset: pure functions over data frames."""
