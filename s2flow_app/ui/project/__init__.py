"""Projects in the window: saved, opened, kept apart from one another."""
