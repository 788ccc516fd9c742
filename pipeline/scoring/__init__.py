"""Measures: how well the cleaning does on labelled documents, and how far the pairs of a bitext can be trusted."""
