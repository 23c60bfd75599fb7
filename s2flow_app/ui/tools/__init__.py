"""What the canvas is made of: its pictures, the marks over them, the handles that are dragged."""
