"""Where rows and vectors meet. Callers import the module they need; nothing here enqueues work."""
