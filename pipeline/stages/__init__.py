"""The stages, in the order in which a plan usually has them: name -> options and class.

Adding a stage: write ``pipeline/stages/<name>.py`` with an `Options` model and a `Stage`, and add its line here.
"""

from __future__ import annotations
