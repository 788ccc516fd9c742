"""French web text in, English that a person can trust out; every change is a recorded edit."""

__version__ = "0.1.0"
