"""Makes the bundled backbone: `python -m lab train_backbone`."""
