"""The user guide in the program: Markdown pages that ship with it, shown without a network."""
