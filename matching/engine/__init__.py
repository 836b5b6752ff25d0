"""The matching itself, free of Django: embed, predict, search, select."""

from matching.engine.backbone import Backbone
from matching.engine.backends import HybridIndex
from matching.engine.errors import (
    BackboneError,
    EngineError,
    GenerationError,
    HeadsError,
)
from matching.engine.heads import Head, Heads, load_heads
from matching.engine.select import Match, Query, Selection, gate_levels, gate_types, select

__all__ = [
    "Backbone",
    "BackboneError",
    "EngineError",
    "GenerationError",
    "Head",
    "Heads",
    "HeadsError",
    "HybridIndex",
    "Match",
    "Query",
    "Selection",
    "gate_levels",
    "gate_types",
    "load_heads",
    "select",
]
