"""The window: widgets that show the document and ask the worker. No torch."""
