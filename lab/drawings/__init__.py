"""The demo catalogue: products that this project invents and draws itself."""

from .products import DemoProduct, demo_products, further_drawings
from .render import render, render_all

__all__ = ["DemoProduct", "demo_products", "further_drawings", "render", "render_all"]
