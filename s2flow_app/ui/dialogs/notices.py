"""What has to be said or asked once: terms before the first export, unsaved edits, help."""

from PySide6.QtWidgets import QMessageBox, QWidget

EXPORT_NOTICE = (
    "The exported picture is marked as edited with AI and carries no place. Edit pictures of "
    "people only with their consent."
)
SHORTCUT_HELP = """
<table cellpadding=4>
<tr><td><b>B, E, P, G</b></td><td>brush, eraser, protect, fill</td></tr>
<tr><td><b>L, O, W</b></td><td>lasso, rectangle, smart select; with Shift polygon, ellipse</td></tr>
<tr><td><b>Z, Shift+Z, Shift+G</b></td><td>move and scale, warp, grow and shrink</td></tr>
<tr><td><b>I, V</b></td><td>pick class, pan</td></tr>
<tr><td><b>[ and ]</b></td><td>smaller and larger brush</td></tr>
<tr><td><b>Shift+click</b></td><td>straight line from the last stroke</td></tr>
<tr><td><b>Alt+click</b></td><td>pick the class under the pointer</td></tr>
<tr><td><b>Space+drag, right drag</b></td><td>pan; the wheel zooms about the pointer</td></tr>
<tr><td><b>4, 6, 5; Shift+wheel button drag</b></td><td>turn the view, upright again</td></tr>
<tr><td><b>Ctrl+Return</b></td><td>apply the edit</td></tr>
<tr><td><b>Ctrl+Z, Ctrl+Y</b></td><td>undo and redo, over mask, style and result</td></tr>
<tr><td><b>Hold \\</b></td><td>show the unedited picture</td></tr>
<tr><td><b>F</b></td><td>aligned face or whole photo</td></tr>
<tr><td><b>X</b></td><td>back to the class before</td></tr>
<tr><td><b>Tab</b></td><td>on the canvas: hide or show the panels</td></tr>
<tr><td><b>Ctrl+K</b></td><td>search commands</td></tr>
<tr><td><b>Esc</b></td><td>take the open stroke back</td></tr>
</table>
The keys of the classes stand in the layer list.
"""


def confirm_terms(parent: QWidget, terms: str) -> bool:
    """Show the pack's ``terms`` before the first export with it; False: do not export."""
    buttons = QMessageBox.StandardButton
    answer = QMessageBox.information(
        parent,
        "Before the first export",
        f"{terms}\n\n{EXPORT_NOTICE}",
        buttons.Ok | buttons.Cancel,
        buttons.Ok,
    )
    return answer == buttons.Ok


def confirm_loss(parent: QWidget) -> bool:
    """Ask whether edits that were not exported may go."""
    buttons = QMessageBox.StandardButton
    answer = QMessageBox.question(
        parent,
        "Edits are not exported",
        "The edits of this face have not been exported and will be lost.",
        buttons.Discard | buttons.Cancel,
        buttons.Cancel,
    )
    return answer == buttons.Discard


def show_shortcuts(parent: QWidget) -> None:
    QMessageBox.information(parent, "Keys and gestures", SHORTCUT_HELP)


def show_about(parent: QWidget, version: str, pack: str, terms: str, log: str) -> None:
    text = (
        f"<b>S2-Flow Studio {version}</b><p>Edits faces in photos by their label map and their "
        "style, after S2-Flow (Singh, Schaub-Meyer, Roth, BMVC 2022).</p>"
        f"<p>Model pack: {pack}</p><p>{terms}</p><p>Log: {log}</p>"
    )
    QMessageBox.about(parent, "About S2-Flow Studio", text)
