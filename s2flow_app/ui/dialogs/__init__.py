"""Windows that are asked for: files, notices, help."""
