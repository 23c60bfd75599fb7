"""What is kept of a document: its content, the project file and the journal. No Qt, no torch."""
