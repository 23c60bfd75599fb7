"""Values: photo, face, label layers, style, edit, result. No Qt, no torch, no threads."""
