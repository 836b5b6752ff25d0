"""Makes the bundled backbone: `python -m matching.engine.vibe_mini --help`."""
