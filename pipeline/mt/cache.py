"""Where models and their conversions are kept on this machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def cache_folder() -> Path:
    """The program's cache folder: ``$PIPELINE_CACHE``, else ``pipeline`` in the platform's cache folder.

    It may not exist yet. Everything in it can be made again, so it may be deleted at any time.
    """
    if chosen := os.environ.get("PIPELINE_CACHE"):
        return Path(chosen).expanduser()
    return _platform_cache() / "pipeline"


def fetched(name: str) -> Path:
    """Where a model of the hub lies once it was fetched."""
    return cache_folder() / "models" / name


def _platform_cache() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def hub_cache() -> Path:
    """The Hugging Face hub's cache folder, found as ``huggingface_hub`` does, without importing it."""
    if chosen := os.environ.get("HF_HUB_CACHE"):
        return Path(chosen).expanduser()
    home = os.environ.get("HF_HOME")
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "huggingface"
    return (Path(home).expanduser() if home else base) / "hub"
