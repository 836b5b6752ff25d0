"""How the finder of garments is made: data, scenes, network, training, export."""
