"""The stages, in the order in which a plan usually has them: name -> options and class.

Adding a stage: write ``pipeline/stages/<name>.py`` with an `Options` model and a `Stage`, and add its line here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.stages.base import Options, Stage
from pipeline.stages.check import Check, CheckOptions
from pipeline.stages.normalize import Normalize, NormalizeOptions
from pipeline.stages.repair import Repair, RepairOptions
from pipeline.stages.segment import SegmentOptions, SegmentStage
from pipeline.stages.strip import Strip, StripOptions
from pipeline.stages.translate import Translate, TranslateOptions


@dataclass(frozen=True)
class Spec:
    """A stage as the plan knows it."""

    options: type[Options]
    stage: type[Stage[Any]]


STAGES: dict[str, Spec] = {
    "normalize": Spec(NormalizeOptions, Normalize),
    "strip": Spec(StripOptions, Strip),
    "repair": Spec(RepairOptions, Repair),
    "segment": Spec(SegmentOptions, SegmentStage),
    "translate": Spec(TranslateOptions, Translate),
    "check": Spec(CheckOptions, Check),
}
