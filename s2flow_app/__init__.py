"""S2-Flow Studio: change faces in photos by painting their label map and moving their style."""

__version__ = "0.1.0"
