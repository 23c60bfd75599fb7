"""What is being edited: state, undo, label layers. No torch, no widgets."""
