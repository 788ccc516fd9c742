"""The exceptions that the program raises on purpose.

::

    PipelineError
    ├── UsageError        the user can mend it: configuration, arguments, models, the output folder; exit code 2
    │   ├── ConfigError   all problems of a configuration at once, each with file and line
    │   ├── ModelError    a model that is unknown, absent, incomplete or damaged
    │   └── StoreError    an output folder or run store that cannot be used
    └── DocumentError     one document cannot be read or processed; the run goes on and lists it; exit code 1

A message states the value, what is allowed, and what to do next.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence


class PipelineError(Exception):
    """Base of every exception that the program raises on purpose."""


class UsageError(PipelineError):
    """Something that the user can mend: exit code 2."""


class ConfigError(UsageError):
    """A configuration with one or more problems.

    Attributes:
        problems: one line each, ``file:line: what is wrong, what is allowed``.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class ModelError(UsageError):
    """A model that is unknown, not on this machine, incomplete or damaged."""


class StoreError(UsageError):
    """An output folder or run store that cannot be used."""


class DocumentError(PipelineError):
    """One document cannot be read or processed."""


def did_you_mean(value: str, allowed: Iterable[str]) -> str:
    """A hint to append to an error message, empty when nothing is near.

    >>> did_you_mean("segmnt", ["strip", "segment"])
    '; did you mean "segment"?'
    >>> did_you_mean("x", ["strip", "segment"])
    ''
    """
    near = difflib.get_close_matches(value, list(allowed), n=1)
    return f'; did you mean "{near[0]}"?' if near else ""
