"""The recipe behind the embedded model: from parallel text to a MarianMT checkpoint.

Start with ``training/README.md``.
"""
