"""/api/v1/: what other programs build on, on the same services as the pages."""
