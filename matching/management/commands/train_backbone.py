from catalog.management.moved import MovedCommand


class Command(MovedCommand):
    help = "Moved: python -m lab train_backbone"
    instead = "python -m lab train_backbone"
