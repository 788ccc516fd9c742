"""The stages, in the order in which a plan usually has them: name -> options and class.

Adding a stage: write ``pipeline/stages/<name>.py`` with an `Options` model and a `Stage`, and add its line here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.stages.base import Options, Stage
from pipeline.stages.normalize import Normalize, NormalizeOptions
from pipeline.stages.segment import SegmentOptions, SegmentStage
from pipeline.stages.translate import Translate, TranslateOptions


@dataclass(frozen=True)
class Spec:
    """A stage as the plan knows it."""

    options: type[Options]
    stage: type[Stage[Any]]


STAGES: dict[str, Spec] = {
    "normalize": Spec(NormalizeOptions, Normalize),
    "segment": Spec(SegmentOptions, SegmentStage),
    "translate": Spec(TranslateOptions, Translate),
}
