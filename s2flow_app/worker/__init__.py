"""The networks' thread and its GUI side. Knows no torch: the session is made by a callable."""
