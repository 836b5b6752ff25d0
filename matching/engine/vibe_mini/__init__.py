"""Makes the bundled backbone: `manage.py train_backbone`."""
