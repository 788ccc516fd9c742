"""Measures against gold: how well the cleaning does on labelled documents."""

from pipeline.scoring.clean import CleanScore, score_clean
from pipeline.scoring.gold import Gold, load_gold

__all__ = ["CleanScore", "Gold", "load_gold", "score_clean"]
