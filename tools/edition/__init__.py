"""The book as one file: a PDF to print and an EPUB to read, both made from the same pages."""
