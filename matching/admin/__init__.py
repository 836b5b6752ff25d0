from matching.admin import dashboard, findings, model_room, product_actions, searches

__all__ = ["dashboard", "findings", "model_room", "product_actions", "searches"]
