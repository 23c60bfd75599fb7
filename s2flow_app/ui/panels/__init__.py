"""The docks beside the canvas. Each reads the document and calls it, or tells the window."""
