"""What the canvas shows and how it gets onto the screen.

`pictures` composes photo, result and labels; `surface` keeps what is composed in device pixels and
has only what changed composed again; `pyramid` holds the photo at several sizes; `outlines` finds
the borders of classes.
"""
