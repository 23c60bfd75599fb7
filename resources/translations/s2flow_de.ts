<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About S2-Flow Studio</source>
        <translation>Über S2-Flow Studio</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>Programm</translation>
    </message>
    <message>
        <source>Model pack</source>
        <translation>Modellpaket</translation>
    </message>
    <message>
        <source>Licence of the program</source>
        <translation>Lizenz des Programms</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Other software</source>
        <translation>Andere Software</translation>
    </message>
    <message>
        <source>Copy diagnostics</source>
        <translation>Diagnose kopieren</translation>
    </message>
    <message>
        <source>What &apos;s2flow doctor&apos; says, without your name and folders, for a report</source>
        <translation>Was „s2flow doctor“ sagt, ohne Ihren Namen und Ihre Ordner, für einen Fehlerbericht</translation>
    </message>
    <message>
        <source>Close this window</source>
        <translation>Dieses Fenster schließen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Edits faces in photos by their label map and their style, after S2-Flow (Singh, Schaub-Meyer, Roth, BMVC 2022).</source>
        <translation>Bearbeitet Gesichter in Fotos über ihre Klassenkarte und ihren Stil, nach S2-Flow (Singh, Schaub-Meyer, Roth, BMVC 2022).</translation>
    </message>
    <message>
        <source>Model pack: {0}</source>
        <translation>Modellpaket: {0}</translation>
    </message>
    <message>
        <source>Apache License 2.0, without warranty of any kind. Edit pictures of people only with their consent; exports are marked as edited with AI.</source>
        <translation>Apache-Lizenz 2.0, ohne jede Gewährleistung. Bearbeiten Sie Bilder von Menschen nur mit deren Einwilligung; Exporte sind als mit KI bearbeitet gekennzeichnet.</translation>
    </message>
    <message>
        <source>Log, kept on this computer only: {0}</source>
        <translation>Protokoll, nur auf diesem Computer: {0}</translation>
    </message>
    <message>
        <source>Terms of the pack</source>
        <translation>Bedingungen des Pakets</translation>
    </message>
    <message>
        <source>Licence text</source>
        <translation>Lizenztext</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>Software by others in the program; double-click opens its page</source>
        <translation>Software anderer im Programm; ein Doppelklick öffnet ihre Seite</translation>
    </message>
    <message>
        <source>In: {0}</source>
        <translation>In: {0}</translation>
    </message>
    <message>
        <source>Collecting…</source>
        <translation>Wird gesammelt …</translation>
    </message>
    <message>
        <source>Copied. Look through it before you send it.</source>
        <translation>Kopiert. Sehen Sie es durch, bevor Sie es senden.</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>&amp;Open…</source>
        <translation>&amp;Öffnen…</translation>
    </message>
    <message>
        <source>Open a photo and find its faces, or go on with a project</source>
        <translation>Ein Foto öffnen und seine Gesichter finden oder ein Projekt fortsetzen</translation>
    </message>
    <message>
        <source>&amp;Save project</source>
        <translation>Projekt &amp;speichern</translation>
    </message>
    <message>
        <source>Keep photo, faces, edits and history in one file</source>
        <translation>Foto, Gesichter, Bearbeitungen und Verlauf in einer Datei aufheben</translation>
    </message>
    <message>
        <source>Save project &amp;as…</source>
        <translation>Projekt speichern &amp;unter…</translation>
    </message>
    <message>
        <source>Save the project under another name</source>
        <translation>Das Projekt unter einem anderen Namen speichern</translation>
    </message>
    <message>
        <source>Projects &amp;hold the photo</source>
        <translation>Projekte enthalten das F&amp;oto</translation>
    </message>
    <message>
        <source>Off: the project has a link to the photo&apos;s file instead</source>
        <translation>Aus: Das Projekt enthält stattdessen einen Verweis auf die Datei des Fotos</translation>
    </message>
    <message>
        <source>&amp;New face</source>
        <translation>&amp;Neues Gesicht</translation>
    </message>
    <message>
        <source>Make up a face with the model pack</source>
        <translation>Ein Gesicht mit dem Modellpaket erfinden</translation>
    </message>
    <message>
        <source>&amp;Face from the gallery…</source>
        <translation>&amp;Gesicht aus der Galerie…</translation>
    </message>
    <message>
        <source>Start from a face that the pack brings along</source>
        <translation>Mit einem Gesicht beginnen, das das Paket mitbringt</translation>
    </message>
    <message>
        <source>&amp;Export photo…</source>
        <translation>&amp;Foto exportieren…</translation>
    </message>
    <message>
        <source>Write the edited photo to a new file</source>
        <translation>Das bearbeitete Foto in eine neue Datei schreiben</translation>
    </message>
    <message>
        <source>&amp;Import label map…</source>
        <translation>Klassenkarte &amp;importieren…</translation>
    </message>
    <message>
        <source>Ask for a map from a 512 x 512 PNG</source>
        <translation>Eine Karte aus einem PNG mit 512 x 512 Pixeln verlangen</translation>
    </message>
    <message>
        <source>Export label &amp;map…</source>
        <translation>&amp;Klassenkarte exportieren…</translation>
    </message>
    <message>
        <source>Write the asked map as a PNG</source>
        <translation>Die verlangte Karte als PNG schreiben</translation>
    </message>
    <message>
        <source>Copy edited &amp;face</source>
        <translation>&amp;Bearbeitetes Gesicht kopieren</translation>
    </message>
    <message>
        <source>Put the edited face on the clipboard</source>
        <translation>Das bearbeitete Gesicht in die Zwischenablage legen</translation>
    </message>
    <message>
        <source>&amp;Paste picture</source>
        <translation>Bild &amp;einfügen</translation>
    </message>
    <message>
        <source>Open the picture or file on the clipboard</source>
        <translation>Das Bild oder die Datei aus der Zwischenablage öffnen</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>Take the last step back</source>
        <translation>Den letzten Schritt zurücknehmen</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Wiederholen</translation>
    </message>
    <message>
        <source>Take the step again</source>
        <translation>Den Schritt noch einmal tun</translation>
    </message>
    <message>
        <source>&amp;Take a snapshot…</source>
        <translation>&amp;Schnappschuss…</translation>
    </message>
    <message>
        <source>Give this place in the history a name</source>
        <translation>Dieser Stelle im Verlauf einen Namen geben</translation>
    </message>
    <message>
        <source>&amp;Apply edit</source>
        <translation>Bearbeitung &amp;anwenden</translation>
    </message>
    <message>
        <source>Make the preview the new start</source>
        <translation>Die Vorschau zum neuen Ausgang machen</translation>
    </message>
    <message>
        <source>&amp;Discard changes</source>
        <translation>&amp;Änderungen verwerfen</translation>
    </message>
    <message>
        <source>Back to the last applied edit</source>
        <translation>Zurück zur zuletzt angewendeten Bearbeitung</translation>
    </message>
    <message>
        <source>&amp;Whole photo</source>
        <translation>&amp;Ganzes Foto</translation>
    </message>
    <message>
        <source>Show the photo or the aligned face</source>
        <translation>Das Foto oder das ausgerichtete Gesicht zeigen</translation>
    </message>
    <message>
        <source>Label ma&amp;p</source>
        <translation>&amp;Klassenkarte</translation>
    </message>
    <message>
        <source>Show the label map over the picture</source>
        <translation>Die Klassenkarte über dem Bild zeigen</translation>
    </message>
    <message>
        <source>&amp;Before / after</source>
        <translation>Vorher / na&amp;chher</translation>
    </message>
    <message>
        <source>Show the unedited picture</source>
        <translation>Das unbearbeitete Bild zeigen</translation>
    </message>
    <message>
        <source>Before, while held</source>
        <translation>Vorher, solange gehalten</translation>
    </message>
    <message>
        <source>Show the unedited picture as long as the key is held</source>
        <translation>Das unbearbeitete Bild zeigen, solange die Taste gehalten wird</translation>
    </message>
    <message>
        <source>Split &amp;view</source>
        <translation>Gete&amp;ilte Ansicht</translation>
    </message>
    <message>
        <source>Unedited left of a line that can be dragged</source>
        <translation>Unbearbeitet links von einer Linie, die sich ziehen lässt</translation>
    </message>
    <message>
        <source>Side b&amp;y side</source>
        <translation>&amp;Nebeneinander</translation>
    </message>
    <message>
        <source>Unedited left, edited right</source>
        <translation>Links unbearbeitet, rechts bearbeitet</translation>
    </message>
    <message>
        <source>What &amp;differs</source>
        <translation>&amp;Unterschied</translation>
    </message>
    <message>
        <source>How far before and after are apart, times 4</source>
        <translation>Wie weit vorher und nachher auseinanderliegen, mal 4</translation>
    </message>
    <message>
        <source>Lab&amp;els as tint</source>
        <translation>Klassen als &amp;Tönung</translation>
    </message>
    <message>
        <source>Each class as a colour over the picture</source>
        <translation>Jede Klasse als Farbe über dem Bild</translation>
    </message>
    <message>
        <source>Labels &amp;as contours</source>
        <translation>Klassen als K&amp;onturen</translation>
    </message>
    <message>
        <source>Only the borders of the classes</source>
        <translation>Nur die Grenzen der Klassen</translation>
    </message>
    <message>
        <source>Labels as flat &amp;map</source>
        <translation>Klassen als &amp;flache Karte</translation>
    </message>
    <message>
        <source>The label map instead of the picture</source>
        <translation>Die Klassenkarte anstelle des Bildes</translation>
    </message>
    <message>
        <source>&amp;Onion skin</source>
        <translation>Z&amp;wiebelhaut</translation>
    </message>
    <message>
        <source>Borders of the map that the face started with</source>
        <translation>Grenzen der Karte, mit der das Gesicht begann</translation>
    </message>
    <message>
        <source>Landmar&amp;ks</source>
        <translation>&amp;Marken</translation>
    </message>
    <message>
        <source>The points that the face finder saw</source>
        <translation>Die Punkte, die die Gesichtssuche sah</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>Vergr&amp;ößern</translation>
    </message>
    <message>
        <source>&amp;Zoom out</source>
        <translation>&amp;Verkleinern</translation>
    </message>
    <message>
        <source>&amp;Fit</source>
        <translation>&amp;Einpassen</translation>
    </message>
    <message>
        <source>&amp;100 %</source>
        <translation>&amp;100 %</translation>
    </message>
    <message>
        <source>Zoom to fa&amp;ce</source>
        <translation>Auf &amp;das Gesicht</translation>
    </message>
    <message>
        <source>The face as large as it goes</source>
        <translation>Das Gesicht so groß wie möglich</translation>
    </message>
    <message>
        <source>&amp;Turn left</source>
        <translation>Nach &amp;links drehen</translation>
    </message>
    <message>
        <source>Turn the view; or drag, Shift and the wheel held</source>
        <translation>Die Ansicht drehen; oder mit gehaltener Umschalttaste und Mausrad ziehen</translation>
    </message>
    <message>
        <source>Tur&amp;n right</source>
        <translation>Nach &amp;rechts drehen</translation>
    </message>
    <message>
        <source>Turn the view the other way</source>
        <translation>Die Ansicht andersherum drehen</translation>
    </message>
    <message>
        <source>&amp;Upright</source>
        <translation>&amp;Aufrecht</translation>
    </message>
    <message>
        <source>Turn the view back</source>
        <translation>Die Ansicht zurückdrehen</translation>
    </message>
    <message>
        <source>&amp;Align by hand</source>
        <translation>&amp;Von Hand ausrichten</translation>
    </message>
    <message>
        <source>Drag five points onto eyes, nose and mouth</source>
        <translation>Fünf Punkte auf Augen, Nase und Mund ziehen</translation>
    </message>
    <message>
        <source>Add a face &amp;by hand</source>
        <translation>&amp;Gesicht von Hand hinzufügen</translation>
    </message>
    <message>
        <source>Set five points on a face that was not found</source>
        <translation>Auf einem nicht gefundenen Gesicht fünf Punkte setzen</translation>
    </message>
    <message>
        <source>&amp;Next face</source>
        <translation>&amp;Nächstes Gesicht</translation>
    </message>
    <message>
        <source>Go on with another face of the photo</source>
        <translation>Mit einem anderen Gesicht des Fotos weitermachen</translation>
    </message>
    <message>
        <source>&amp;Tune likeness</source>
        <translation>&amp;Ähnlichkeit verbessern</translation>
    </message>
    <message>
        <source>Fit the generator to this photo; some seconds</source>
        <translation>Den Generator an dieses Foto anpassen; einige Sekunden</translation>
    </message>
    <message>
        <source>Model &amp;packs…</source>
        <translation>Modell&amp;pakete…</translation>
    </message>
    <message>
        <source>Choose, import, verify or remove model packs</source>
        <translation>Modellpakete wählen, importieren, prüfen oder entfernen</translation>
    </message>
    <message>
        <source>&amp;User guide</source>
        <translation>&amp;Benutzerhandbuch</translation>
    </message>
    <message>
        <source>The guide, at the page about what has the keyboard</source>
        <translation>Das Handbuch, auf der Seite zum Werkzeug oder zur Palette mit dem Tastaturfokus</translation>
    </message>
    <message>
        <source>&amp;Keys and gestures</source>
        <translation>&amp;Tasten und Gesten</translation>
    </message>
    <message>
        <source>&amp;About</source>
        <translation>&amp;Über</translation>
    </message>
    <message>
        <source>Cancel &amp;what is running</source>
        <translation>&amp;Laufendes abbrechen</translation>
    </message>
    <message>
        <source>Swap &amp;classes</source>
        <translation>&amp;Klassen tauschen</translation>
    </message>
    <message>
        <source>Back to the class that was active before</source>
        <translation>Zurück zur Klasse, die vorher aktiv war</translation>
    </message>
    <message>
        <source>&amp;Smaller brush</source>
        <translation>&amp;Pinsel kleiner</translation>
    </message>
    <message>
        <source>Larger &amp;brush</source>
        <translation>Pinsel &amp;größer</translation>
    </message>
    <message>
        <source>La&amp;yer up</source>
        <translation>&amp;Ebene nach oben</translation>
    </message>
    <message>
        <source>Stack this class higher</source>
        <translation>Diese Klasse höher stapeln</translation>
    </message>
    <message>
        <source>&amp;Layer down</source>
        <translation>Ebene &amp;nach unten</translation>
    </message>
    <message>
        <source>Stack this class lower</source>
        <translation>Diese Klasse tiefer stapeln</translation>
    </message>
    <message>
        <source>Full &amp;screen</source>
        <translation>Voll&amp;bild</translation>
    </message>
    <message>
        <source>The window on the whole screen</source>
        <translation>Das Fenster auf dem ganzen Bildschirm</translation>
    </message>
    <message>
        <source>&amp;Hide panels</source>
        <translation>&amp;Paletten ausblenden</translation>
    </message>
    <message>
        <source>Only the picture; key on the canvas</source>
        <translation>Nur das Bild; Taste auf der Leinwand</translation>
    </message>
    <message>
        <source>&amp;Reset layout</source>
        <translation>Anordnung &amp;zurücksetzen</translation>
    </message>
    <message>
        <source>All panels as at the first start</source>
        <translation>Alle Paletten wie beim ersten Start</translation>
    </message>
    <message>
        <source>&amp;Colour-blind-safe labels</source>
        <translation>Farben f&amp;ür Farbenblinde</translation>
    </message>
    <message>
        <source>Label colours that differ in lightness</source>
        <translation>Klassenfarben, die sich in der Helligkeit unterscheiden</translation>
    </message>
    <message>
        <source>S&amp;earch commands…</source>
        <translation>Be&amp;fehle suchen…</translation>
    </message>
    <message>
        <source>Find an action, tool, shape or class</source>
        <translation>Eine Aktion, ein Werkzeug, eine Form oder eine Klasse finden</translation>
    </message>
    <message>
        <source>S&amp;hortcuts…</source>
        <translation>&amp;Tastenkürzel…</translation>
    </message>
    <message>
        <source>Change the keys of all actions</source>
        <translation>Die Tasten aller Aktionen ändern</translation>
    </message>
    <message>
        <source>Show the &amp;tour</source>
        <translation>&amp;Rundgang zeigen</translation>
    </message>
    <message>
        <source>Four steps through the window</source>
        <translation>In vier Schritten durch das Fenster</translation>
    </message>
    <message>
        <source>Li&amp;ght theme</source>
        <translation>&amp;Helles Design</translation>
    </message>
</context>
<context>
    <name>AlignmentBar</name>
    <message>
        <source>Drag the points onto both eyes, the nose tip and the corners of the mouth. Or choose one with 1 to 5 and move it with the arrow keys.</source>
        <translation>Die Punkte auf beide Augen, die Nasenspitze und die Mundwinkel ziehen. Oder einen mit 1 bis 5 wählen und mit den Pfeiltasten bewegen.</translation>
    </message>
    <message>
        <source>Use these points</source>
        <translation>Diese Punkte nehmen</translation>
    </message>
    <message>
        <source>Cut out and prepare the face anew (Return)</source>
        <translation>Das Gesicht neu ausschneiden und vorbereiten (Eingabe)</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>All points back to where they were</source>
        <translation>Alle Punkte zurück an ihren Platz</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Keep the face as it is (Esc)</source>
        <translation>Das Gesicht lassen, wie es ist (Esc)</translation>
    </message>
</context>
<context>
    <name>Canvas</name>
    <message>
        <source>Canvas</source>
        <translation>Leinwand</translation>
    </message>
    <message>
        <source>The photo or the aligned face with its label map. Tools paint on it with a mouse or a pen.</source>
        <translation>Das Foto oder das ausgerichtete Gesicht mit seiner Klassenkarte. Werkzeuge malen darauf mit Maus oder Stift.</translation>
    </message>
    <message>
        <source>{}: drag it to its place</source>
        <translation>{}: an die richtige Stelle ziehen</translation>
    </message>
    <message>
        <source>Click to edit this face</source>
        <translation>Klicken, um dieses Gesicht zu bearbeiten</translation>
    </message>
    <message>
        <source>Drag to compare: before on the left, after on the right</source>
        <translation>Ziehen zum Vergleichen: links vorher, rechts nachher</translation>
    </message>
    <message>
        <source>This is the unedited picture; switch &apos;Before / after&apos; off to paint.</source>
        <translation>Das ist das unbearbeitete Bild; zum Malen „Vorher / nachher“ ausschalten.</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>Search commands</source>
        <translation>Befehle suchen</translation>
    </message>
    <message>
        <source>Type what you want to do</source>
        <translation>Was soll geschehen?</translation>
    </message>
    <message>
        <source>Type words; arrows choose, Return does it</source>
        <translation>Wörter eingeben; Pfeiltasten wählen, die Eingabetaste führt aus</translation>
    </message>
    <message>
        <source>Commands found</source>
        <translation>Gefundene Befehle</translation>
    </message>
</context>
<context>
    <name>Commands</name>
    <message>
        <source>The program could not start itself to do this.</source>
        <translation>Das Programm konnte sich dafür nicht selbst starten.</translation>
    </message>
    <message>
        <source>It ended with {0}.</source>
        <translation>Es endete mit {0}.</translation>
    </message>
</context>
<context>
    <name>CropPreview</name>
    <message>
        <source>The crop</source>
        <translation>Der Ausschnitt</translation>
    </message>
</context>
<context>
    <name>Docks</name>
    <message>
        <source>Layers</source>
        <translation>Ebenen</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeitung</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>Stil</translation>
    </message>
    <message>
        <source>Shapes</source>
        <translation>Formen</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>To the panel {0}; from there, close it</source>
        <translation>Zur Palette {0}; von dort aus: sie schließen</translation>
    </message>
</context>
<context>
    <name>EditPanel</name>
    <message>
        <source>Apply edit</source>
        <translation>Anwenden</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Amount of the last edit</source>
        <translation>Stärke der letzten Bearbeitung</translation>
    </message>
    <message>
        <source>How well the last edit took</source>
        <translation>Wie gut die letzte Bearbeitung gelang</translation>
    </message>
    <message>
        <source>Likeness of the start: {0} dB PSNR.</source>
        <translation>Ähnlichkeit am Anfang: {0} dB PSNR.</translation>
    </message>
    <message>
        <source>Of the change asked for, {0}% took ({1}% of it was there before).</source>
        <translation>Von der verlangten Änderung gelangen {0} % ({1} % davon waren schon vorher da).</translation>
    </message>
    <message>
        <source>{0}% of it is painted, the rest is the photo&apos;s own, moved or recoloured.</source>
        <translation>{0} % davon sind gemalt, der Rest gehört dem Foto, verschoben oder umgefärbt.</translation>
    </message>
    <message>
        <source>An independent network tells {0}% of edits like this one from photos, here by: {1}.</source>
        <translation>Ein unabhängiges Netz unterscheidet {0} % solcher Bearbeitungen von Fotos, hier an: {1}.</translation>
    </message>
    <message>
        <source>{0} s, {1} flow steps.</source>
        <translation>{0} s, {1} Schritte des Flusses.</translation>
    </message>
</context>
<context>
    <name>Editor</name>
    <message>
        <source>Settings, the log or unsaved work will not be kept. {0}</source>
        <translation>Einstellungen, das Protokoll oder nicht gespeicherte Arbeit werden nicht aufbewahrt. {0}</translation>
    </message>
    <message>
        <source>This is our fault, not yours: {0}. Your work is as it was; the log in {1} has the details.</source>
        <translation>Das ist ein Fehler des Programms: {0}. Die Arbeit ist unverändert; Näheres steht im Protokoll in {1}.</translation>
    </message>
</context>
<context>
    <name>FacesBar</name>
    <message>
        <source>Faces of the photo</source>
        <translation>Gesichter des Fotos</translation>
    </message>
    <message>
        <source>Face {0}</source>
        <translation>Gesicht {0}</translation>
    </message>
    <message>
        <source>{0}, edited</source>
        <translation>{0}, bearbeitet</translation>
    </message>
    <message>
        <source>{0}: click to edit it</source>
        <translation>{0}: zum Bearbeiten klicken</translation>
    </message>
</context>
<context>
    <name>GalleryDialog</name>
    <message>
        <source>Faces of the model pack</source>
        <translation>Gesichter des Modellpakets</translation>
    </message>
    <message>
        <source>Faces</source>
        <translation>Gesichter</translation>
    </message>
    <message>
        <source>Double-click a face to start from it</source>
        <translation>Ein Gesicht doppelt anklicken, um mit ihm zu beginnen</translation>
    </message>
    <message>
        <source>First face shown</source>
        <translation>Erstes gezeigtes Gesicht</translation>
    </message>
    <message>
        <source>The first face shown, of {count}</source>
        <translation>Das erste gezeigte Gesicht, von {count}</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>The faces before these</source>
        <translation>Die Gesichter davor</translation>
    </message>
    <message>
        <source>Forward</source>
        <translation>Vor</translation>
    </message>
    <message>
        <source>The faces after these</source>
        <translation>Die Gesichter danach</translation>
    </message>
    <message>
        <source>Start from this face</source>
        <translation>Mit diesem Gesicht beginnen</translation>
    </message>
    <message>
        <source>Edit the chosen face</source>
        <translation>Das gewählte Gesicht bearbeiten</translation>
    </message>
    <message>
        <source>Close this window</source>
        <translation>Dieses Fenster schließen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>From number</source>
        <translation>Ab Nummer</translation>
    </message>
    <message>
        <source>of {count}</source>
        <translation>von {count}</translation>
    </message>
</context>
<context>
    <name>HelpWindow</name>
    <message>
        <source>User guide</source>
        <translation>Benutzerhandbuch</translation>
    </message>
    <message>
        <source>Page of the guide</source>
        <translation>Seite des Handbuchs</translation>
    </message>
    <message>
        <source>A page of the guide; Tab goes from link to link</source>
        <translation>Eine Seite des Handbuchs; Tab geht von Verweis zu Verweis</translation>
    </message>
    <message>
        <source>Search the guide</source>
        <translation>Im Handbuch suchen</translation>
    </message>
    <message>
        <source>Sections that have all of these words (Ctrl+F); Esc clears</source>
        <translation>Abschnitte mit allen diesen Wörtern (Strg+F); Esc leert</translation>
    </message>
    <message>
        <source>Contents</source>
        <translation>Inhalt</translation>
    </message>
    <message>
        <source>The pages of the guide</source>
        <translation>Die Seiten des Handbuchs</translation>
    </message>
    <message>
        <source>Sections found</source>
        <translation>Gefundene Abschnitte</translation>
    </message>
    <message>
        <source>Sections that have all words</source>
        <translation>Abschnitte mit allen Wörtern</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Forward</source>
        <translation>Vor</translation>
    </message>
    <message>
        <source>Nothing in the guide has “{0}”.</source>
        <translation>Im Handbuch kommt „{0}“ nicht vor.</translation>
    </message>
</context>
<context>
    <name>HistoryModel</name>
    <message>
        <source>{0} Another line, 1 step: {2}</source>
        <translation>{0} Andere Linie, 1 Schritt: {2}</translation>
    </message>
    <message>
        <source>{0} Another line, {1} steps: {2}</source>
        <translation>{0} Andere Linie, {1} Schritte: {2}</translation>
    </message>
    <message>
        <source>Steps that were left when one went back and on another way</source>
        <translation>Schritte, die beim Zurückgehen und anders Weitermachen liegen blieben</translation>
    </message>
    <message>
        <source>Not on the disk yet</source>
        <translation>Noch nicht auf der Platte</translation>
    </message>
    <message>
        <source>Its picture was dropped to save memory; it is rendered again</source>
        <translation>Sein Bild wurde verworfen, um Speicher zu sparen; es wird neu gezeichnet</translation>
    </message>
</context>
<context>
    <name>HistoryPanel</name>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>All steps; choose one to go there, right click for more</source>
        <translation>Alle Schritte; einen wählen, um dorthin zu gehen, Rechtsklick für mehr</translation>
    </message>
    <message>
        <source>Snapshot…</source>
        <translation>Schnappschuss…</translation>
    </message>
    <message>
        <source>Give this place a name, to find it again</source>
        <translation>Dieser Stelle einen Namen geben, um sie wiederzufinden</translation>
    </message>
    <message>
        <source>Go to</source>
        <translation>Gehe zu</translation>
    </message>
    <message>
        <source>The snapshots that were taken</source>
        <translation>Die gemachten Schnappschüsse</translation>
    </message>
    <message>
        <source>Memory of the history. Beyond it the pictures that were not looked at for longest are dropped, and rendered again when you go there. Click to change it</source>
        <translation>Speicher des Verlaufs. Darüber hinaus werden die am längsten nicht angesehenen Bilder verworfen und beim Zurückgehen neu gezeichnet. Zum Ändern klicken</translation>
    </message>
    <message>
        <source>Memory of the history</source>
        <translation>Speicher des Verlaufs</translation>
    </message>
    <message>
        <source>{0:.0f} of {1:.0f} MB</source>
        <translation>{0:.0f} von {1:.0f} MB</translation>
    </message>
    <message>
        <source>Snapshot {0}</source>
        <translation>Schnappschuss {0}</translation>
    </message>
    <message>
        <source>Snapshot</source>
        <translation>Schnappschuss</translation>
    </message>
    <message>
        <source>Name of this place:</source>
        <translation>Name dieser Stelle:</translation>
    </message>
    <message>
        <source>Go to the end of this line</source>
        <translation>Zum Ende dieser Linie</translation>
    </message>
    <message>
        <source>Go here</source>
        <translation>Hierher gehen</translation>
    </message>
    <message>
        <source>Name this place…</source>
        <translation>Diese Stelle benennen…</translation>
    </message>
    <message>
        <source>Show these strokes as one step</source>
        <translation>Diese Striche als einen Schritt zeigen</translation>
    </message>
    <message>
        <source>Show each stroke</source>
        <translation>Jeden Strich zeigen</translation>
    </message>
    <message>
        <source>Forget its name</source>
        <translation>Den Namen vergessen</translation>
    </message>
    <message>
        <source>Do this again here</source>
        <translation>Hier noch einmal ausführen</translation>
    </message>
    <message>
        <source>Do this again on face {0}</source>
        <translation>Auf Gesicht {0} noch einmal ausführen</translation>
    </message>
    <message>
        <source>{0}: nothing to change on this face.</source>
        <translation>{0}: An diesem Gesicht ändert das nichts.</translation>
    </message>
    <message>
        <source>Megabytes:</source>
        <translation>Megabyte:</translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message>
        <source>Import checkpoints</source>
        <translation>Checkpoints importieren</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>What it is</source>
        <translation>Was es ist</translation>
    </message>
    <message>
        <source>Files of the new pack</source>
        <translation>Dateien des neuen Pakets</translation>
    </message>
    <message>
        <source>Files of the new pack; drop more onto this window</source>
        <translation>Dateien des neuen Pakets; weitere auf dieses Fenster ziehen</translation>
    </message>
    <message>
        <source>Name of the new pack</source>
        <translation>Name des neuen Pakets</translation>
    </message>
    <message>
        <source>Letters, digits, &apos;.&apos;, &apos;_&apos; and &apos;-&apos;</source>
        <translation>Buchstaben, Ziffern, „.“, „_“ und „-“</translation>
    </message>
    <message>
        <source>Add files…</source>
        <translation>Dateien hinzufügen…</translation>
    </message>
    <message>
        <source>Choose more checkpoints</source>
        <translation>Weitere Checkpoints wählen</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>Weglassen</translation>
    </message>
    <message>
        <source>Take the chosen file off the list</source>
        <translation>Die gewählte Datei von der Liste nehmen</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Importieren</translation>
    </message>
    <message>
        <source>Make the pack</source>
        <translation>Das Paket erstellen</translation>
    </message>
    <message>
        <source>Stop and import nothing</source>
        <translation>Aufhören und nichts importieren</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>StyleGAN2 (.pkl, .pt), S2-Flow (last_checkpoint.pt, config.txt), DeepLab (.pth) and StyleFlow&apos;s latents. Nothing in a file is run.</source>
        <translation>StyleGAN2 (.pkl, .pt), S2-Flow (last_checkpoint.pt, config.txt), DeepLab (.pth) und die latenten Vektoren von StyleFlow. Nichts in einer Datei wird ausgeführt.</translation>
    </message>
    <message>
        <source>Checkpoints of one pack</source>
        <translation>Checkpoints eines Pakets</translation>
    </message>
    <message>
        <source>Checkpoints ({0});;All files (*)</source>
        <translation>Checkpoints ({0});;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Wird angesehen…</translation>
    </message>
    <message>
        <source>, </source>
        <translation>, </translation>
    </message>
    <message>
        <source>settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Leave out what cannot be read, then import the rest.</source>
        <translation>Weglassen, was nicht lesbar ist, dann den Rest importieren.</translation>
    </message>
    <message>
        <source>Importing…</source>
        <translation>Import läuft…</translation>
    </message>
</context>
<context>
    <name>LanguageMenu</name>
    <message>
        <source>&amp;Language</source>
        <translation>&amp;Sprache</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
</context>
<context>
    <name>LayersPanel</name>
    <message>
        <source>Class</source>
        <translation>Klasse</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Lock</source>
        <translation>Sperre</translation>
    </message>
    <message>
        <source>Solo</source>
        <translation>Solo</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Taste</translation>
    </message>
    <message>
        <source>Classes of the label map</source>
        <translation>Klassen der Klassenkarte</translation>
    </message>
    <message>
        <source>The class that is painted, and which are shown and locked</source>
        <translation>Die Klasse, die gemalt wird, und welche gezeigt und gesperrt sind</translation>
    </message>
    <message>
        <source>Opacity of this class</source>
        <translation>Deckkraft dieser Klasse</translation>
    </message>
    <message>
        <source>How opaque the class lies over the picture</source>
        <translation>Wie deckend die Klasse über dem Bild liegt</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>Höher</translation>
    </message>
    <message>
        <source>Stack this class higher</source>
        <translation>Diese Klasse höher stapeln</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>Tiefer</translation>
    </message>
    <message>
        <source>Stack this class lower</source>
        <translation>Diese Klasse tiefer stapeln</translation>
    </message>
    <message>
        <source>Usual order</source>
        <translation>Übliche Folge</translation>
    </message>
    <message>
        <source>Stack all classes as usual</source>
        <translation>Alle Klassen wie üblich stapeln</translation>
    </message>
    <message>
        <source>Merge into…</source>
        <translation>Vereinen mit…</translation>
    </message>
    <message>
        <source>Make this class part of another one</source>
        <translation>Diese Klasse zum Teil einer anderen machen</translation>
    </message>
    <message>
        <source>Merge this class into another one</source>
        <translation>Diese Klasse mit einer anderen vereinen</translation>
    </message>
    <message>
        <source>Protect…</source>
        <translation>Schützen…</translation>
    </message>
    <message>
        <source>Paint over what must stay as it is in the photo</source>
        <translation>Übermalen, was im Foto so bleiben muss</translation>
    </message>
    <message>
        <source>Hatched</source>
        <translation>Schraffiert</translation>
    </message>
    <message>
        <source>Show what is protected; it is protected either way</source>
        <translation>Zeigen, was geschützt ist; geschützt ist es so oder so</translation>
    </message>
    <message>
        <source>Free all</source>
        <translation>Alles frei</translation>
    </message>
    <message>
        <source>Protect nothing any more</source>
        <translation>Nichts mehr schützen</translation>
    </message>
    <message>
        <source>Paint {}; drag to stack it elsewhere</source>
        <translation>{} malen; ziehen, um anders zu stapeln</translation>
    </message>
    <message>
        <source>Show {}; hidden classes are not painted on</source>
        <translation>{} zeigen; auf ausgeblendete Klassen wird nicht gemalt</translation>
    </message>
    <message>
        <source>Keep the tools off {}</source>
        <translation>Werkzeuge fernhalten: {}</translation>
    </message>
    <message>
        <source>Show {} alone</source>
        <translation>Nur {} zeigen</translation>
    </message>
    <message>
        <source>Open a photo first: there is nothing to stack.</source>
        <translation>Zuerst ein Foto öffnen: Es gibt noch nichts zu stapeln.</translation>
    </message>
    <message>
        <source>{} is locked or hidden; change that in the layer list.</source>
        <translation>{}: gesperrt oder ausgeblendet; das lässt sich in der Ebenenliste ändern.</translation>
    </message>
    <message>
        <source>There is no {} to merge.</source>
        <translation>Es gibt nichts zu vereinen: {}.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>One photo is open at a time: {0}. Not opened: {1}.</source>
        <translation>Ein Foto ist auf einmal geöffnet: {0}. Nicht geöffnet: {1}.</translation>
    </message>
    <message>
        <source>{0} and {1} more</source>
        <translation>{0} und {1} weitere</translation>
    </message>
    <message>
        <source>{0} is no longer there. It was taken off the list of recent files.</source>
        <translation>{0} ist nicht mehr da und wurde von der Liste der zuletzt geöffneten Dateien genommen.</translation>
    </message>
    <message>
        <source>The edited face is on the clipboard.</source>
        <translation>Das bearbeitete Gesicht ist in der Zwischenablage.</translation>
    </message>
    <message>
        <source>There is no picture on the clipboard. Copy a picture or a file first.</source>
        <translation>In der Zwischenablage ist kein Bild. Zuerst ein Bild oder eine Datei kopieren.</translation>
    </message>
    <message>
        <source>Photos and projects ({0});;Projects ({1});;All files (*)</source>
        <translation>Fotos und Projekte ({0});;Projekte ({1});;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Open a photo or a project</source>
        <translation>Foto oder Projekt öffnen</translation>
    </message>
    <message>
        <source>Photos ({0});;All files (*)</source>
        <translation>Fotos ({0});;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>One photo is the reference: {0}. Not used: {1}.</source>
        <translation>Ein Foto ist das Vorbild: {0}. Nicht verwendet: {1}.</translation>
    </message>
    <message>
        <source>Open a photo first: there is no face to change yet.</source>
        <translation>Öffnen Sie zuerst ein Foto: Es gibt noch kein Gesicht zu ändern.</translation>
    </message>
    <message>
        <source>Export the photo</source>
        <translation>Foto exportieren</translation>
    </message>
    <message>
        <source>Import a label map</source>
        <translation>Klassenkarte importieren</translation>
    </message>
    <message>
        <source>Label maps (*.png)</source>
        <translation>Klassenkarten (*.png)</translation>
    </message>
    <message>
        <source>Export the label map</source>
        <translation>Klassenkarte exportieren</translation>
    </message>
    <message>
        <source>Choose a reference photo</source>
        <translation>Vergleichsfoto wählen</translation>
    </message>
    <message>
        <source>{0} on {1}</source>
        <translation>{0} auf {1}</translation>
    </message>
    <message>
        <source>This is our fault, not yours. {0} Log: {1}</source>
        <translation>Das ist ein Fehler des Programms. {0} Protokoll: {1}</translation>
    </message>
    <message>
        <source>Stopped. Click the face to go on; what was found so far is kept.</source>
        <translation>Angehalten. Zum Fortsetzen auf das Gesicht klicken; das bisher Gefundene bleibt.</translation>
    </message>
    <message>
        <source>Stopped. Choose Face &gt; Align by hand again to go on; what was found so far is kept.</source>
        <translation>Angehalten. Zum Fortsetzen erneut Gesicht &gt; Von Hand ausrichten wählen; das bisher Gefundene bleibt.</translation>
    </message>
    <message>
        <source>No face was found. Choose Face &gt; Align by hand and set five points, or open a photo with a face turned to the camera.</source>
        <translation>Kein Gesicht gefunden. Gesicht &gt; Von Hand ausrichten wählen und fünf Punkte setzen, oder ein Foto mit einem Gesicht öffnen, das zur Kamera schaut.</translation>
    </message>
    <message>
        <source>Exported to {0}. It is marked as edited with AI.</source>
        <translation>Exportiert nach {0}. Als mit KI bearbeitet gekennzeichnet.</translation>
    </message>
    <message>
        <source>The language changes at the next start.</source>
        <translation>Die Sprache wechselt beim nächsten Start.</translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>F&amp;ace</source>
        <translation>&amp;Gesicht</translation>
    </message>
    <message>
        <source>&amp;Shapes</source>
        <translation>&amp;Formen</translation>
    </message>
    <message>
        <source>&amp;Tools</source>
        <translation>&amp;Werkzeuge</translation>
    </message>
    <message>
        <source>&amp;Panels</source>
        <translation>&amp;Paletten</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
</context>
<context>
    <name>MessageBar</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>Diese Meldung schließen</translation>
    </message>
</context>
<context>
    <name>Notices</name>
    <message>
        <source>Shift+click</source>
        <translation>Umschalt+Klick</translation>
    </message>
    <message>
        <source>straight line from the last stroke</source>
        <translation>gerade Linie vom letzten Strich</translation>
    </message>
    <message>
        <source>Alt+click</source>
        <translation>Alt+Klick</translation>
    </message>
    <message>
        <source>pick the class under the pointer</source>
        <translation>die Klasse unter dem Zeiger wählen</translation>
    </message>
    <message>
        <source>Space+drag, right drag</source>
        <translation>Leertaste+Ziehen, rechts ziehen</translation>
    </message>
    <message>
        <source>pan; the wheel zooms about the pointer</source>
        <translation>verschieben; das Rad zoomt um den Zeiger</translation>
    </message>
    <message>
        <source>Shift+wheel button drag</source>
        <translation>Umschalt+Ziehen mit der Radtaste</translation>
    </message>
    <message>
        <source>turn the view</source>
        <translation>die Ansicht drehen</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>take the stroke back</source>
        <translation>den Strich zurücknehmen</translation>
    </message>
    <message>
        <source>The exported picture is marked as edited with AI and carries no place. Edit pictures of people only with their consent.</source>
        <translation>Das exportierte Bild ist als mit KI bearbeitet gekennzeichnet und enthält keinen Ort. Bilder von Menschen nur mit deren Einwilligung bearbeiten.</translation>
    </message>
    <message>
        <source>Before the first export</source>
        <translation>Vor dem ersten Export</translation>
    </message>
    <message>
        <source>Align anew</source>
        <translation>Neu ausrichten</translation>
    </message>
    <message>
        <source>This face has edits. Aligned anew it starts without them.</source>
        <translation>Dieses Gesicht ist bearbeitet. Neu ausgerichtet beginnt es ohne die Bearbeitungen.</translation>
    </message>
    <message>
        <source>They stay in the history: undo brings them back.</source>
        <translation>Sie bleiben im Verlauf: Rückgängig bringt sie zurück.</translation>
    </message>
    <message>
        <source>Keys and gestures</source>
        <translation>Tasten und Gesten</translation>
    </message>
    <message>
        <source>The keys of the classes stand in the layer list.</source>
        <translation>Die Tasten der Klassen stehen in der Ebenenliste.</translation>
    </message>
</context>
<context>
    <name>Operations</name>
    <message>
        <source>{0}: brush</source>
        <translation>{0}: Pinsel</translation>
    </message>
    <message>
        <source>Eraser</source>
        <translation>Radierer</translation>
    </message>
    <message>
        <source>Back to the parsed map</source>
        <translation>Zurück zur erkannten Karte</translation>
    </message>
    <message>
        <source>Protect the photo</source>
        <translation>Foto schützen</translation>
    </message>
    <message>
        <source>Free the photo</source>
        <translation>Foto freigeben</translation>
    </message>
    <message>
        <source>{0}: lasso</source>
        <translation>{0}: Lasso</translation>
    </message>
    <message>
        <source>{0}: polygon</source>
        <translation>{0}: Vieleck</translation>
    </message>
    <message>
        <source>{0}: rectangle</source>
        <translation>{0}: Rechteck</translation>
    </message>
    <message>
        <source>{0}: ellipse</source>
        <translation>{0}: Ellipse</translation>
    </message>
    <message>
        <source>{0}: grown</source>
        <translation>{0}: vergrößert</translation>
    </message>
    <message>
        <source>{0}: shrunk</source>
        <translation>{0}: verkleinert</translation>
    </message>
    <message>
        <source>{0}: smoothed</source>
        <translation>{0}: geglättet</translation>
    </message>
    <message>
        <source>{0}: moved</source>
        <translation>{0}: verschoben</translation>
    </message>
    <message>
        <source>{0}: scaled</source>
        <translation>{0}: skaliert</translation>
    </message>
    <message>
        <source>{0}: rotated</source>
        <translation>{0}: gedreht</translation>
    </message>
    <message>
        <source>{0}: warped</source>
        <translation>{0}: verformt</translation>
    </message>
    <message>
        <source>{0}, {1} strokes</source>
        <translation>{0}, {1} Striche</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>Anwenden</translation>
    </message>
    <message>
        <source>Apply: {0}</source>
        <translation>Anwenden: {0}</translation>
    </message>
    <message>
        <source>{0} and {1} more</source>
        <translation>{0} und {1} weitere</translation>
    </message>
    <message>
        <source>Random variation {0} %</source>
        <translation>Zufällige Variante {0} %</translation>
    </message>
    <message>
        <source>Style of {0} {1} %</source>
        <translation>Stil von {0} {1} %</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>Stil</translation>
    </message>
    <message>
        <source>{0}: filled</source>
        <translation>{0}: gefüllt</translation>
    </message>
    <message>
        <source>{0}: smart selection</source>
        <translation>{0}: intelligente Auswahl</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} von {1}</translation>
    </message>
    <message>
        <source>Merge {0} into {1}</source>
        <translation>{0} vereinen mit {1}</translation>
    </message>
    <message>
        <source>Usual order</source>
        <translation>Übliche Folge</translation>
    </message>
    <message>
        <source>Stack {0}</source>
        <translation>{0} stapeln</translation>
    </message>
    <message>
        <source>Free all</source>
        <translation>Alles frei</translation>
    </message>
    <message>
        <source>Label map {0}</source>
        <translation>Klassenkarte {0}</translation>
    </message>
    <message>
        <source>Discard changes</source>
        <translation>Änderungen verwerfen</translation>
    </message>
    <message>
        <source>Style: the part of each slider</source>
        <translation>Stil: die Stelle jedes Reglers</translation>
    </message>
    <message>
        <source>Style: everywhere</source>
        <translation>Stil: überall</translation>
    </message>
    <message>
        <source>Style: only {0}</source>
        <translation>Stil: nur {0}</translation>
    </message>
    <message>
        <source>Reset style</source>
        <translation>Stil zurücksetzen</translation>
    </message>
    <message>
        <source>Amount {0} %</source>
        <translation>Stärke {0} %</translation>
    </message>
    <message>
        <source>Align</source>
        <translation>Ausrichten</translation>
    </message>
    <message>
        <source>Tune likeness</source>
        <translation>Ähnlichkeit verbessern</translation>
    </message>
</context>
<context>
    <name>PackDialog</name>
    <message>
        <source>Model packs</source>
        <translation>Modellpakete</translation>
    </message>
    <message>
        <source>The packs on this computer; drop checkpoints here to import</source>
        <translation>Die Pakete auf diesem Rechner; zum Importieren Checkpoints hierher ziehen</translation>
    </message>
    <message>
        <source>About the chosen pack</source>
        <translation>Über das gewählte Paket</translation>
    </message>
    <message>
        <source>What the pack is, its terms and its measured figures</source>
        <translation>Was das Paket ist, seine Bedingungen und gemessenen Werte</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Verwenden</translation>
    </message>
    <message>
        <source>Use this pack from the next start</source>
        <translation>Dieses Paket ab dem nächsten Start verwenden</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Read and check every file of this pack</source>
        <translation>Jede Datei dieses Pakets lesen und prüfen</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>Importieren…</translation>
    </message>
    <message>
        <source>Make a pack of checkpoints from elsewhere</source>
        <translation>Aus fremden Checkpoints ein Paket erstellen</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen…</translation>
    </message>
    <message>
        <source>Delete a pack that you imported</source>
        <translation>Ein importiertes Paket löschen</translation>
    </message>
    <message>
        <source>Close this window</source>
        <translation>Dieses Fenster schließen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source> (in use)</source>
        <translation> (in Gebrauch)</translation>
    </message>
    <message>
        <source>Working…</source>
        <translation>In Arbeit…</translation>
    </message>
    <message>
        <source>{0} is used from the next start of the program.</source>
        <translation>{0} wird ab dem nächsten Start des Programms verwendet.</translation>
    </message>
    <message>
        <source>{0}: every file is as its manifest says.</source>
        <translation>{0}: Jede Datei ist so, wie das Manifest sagt.</translation>
    </message>
    <message>
        <source>{0} was imported. It is not in use yet.</source>
        <translation>{0} wurde importiert. Es ist noch nicht in Gebrauch.</translation>
    </message>
    <message>
        <source>Remove the pack {0} and its files from this computer?</source>
        <translation>Das Paket {0} und seine Dateien von diesem Rechner entfernen?</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Size of drawings</source>
        <translation>Größe der Zeichnungen</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Parts</source>
        <translation>Teile</translation>
    </message>
    <message>
        <source>Style sliders</source>
        <translation>Stilregler</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <source>opened at once by the encoder</source>
        <translation>öffnet der Encoder sofort</translation>
    </message>
    <message>
        <source>searched for, which takes minutes each</source>
        <translation>werden gesucht, was jeweils Minuten dauert</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Terms</source>
        <translation>Bedingungen</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Gallery</source>
        <translation>Galerie</translation>
    </message>
    <message>
        <source>{0} faces</source>
        <translation>{0} Gesichter</translation>
    </message>
    <message>
        <source>From {0}</source>
        <translation>Aus {0}</translation>
    </message>
</context>
<context>
    <name>PictureView</name>
    <message>
        <source>Open a photo, or drop one here</source>
        <translation>Ein Foto öffnen oder hierher ziehen</translation>
    </message>
    <message>
        <source>No face is ready yet</source>
        <translation>Noch ist kein Gesicht bereit</translation>
    </message>
</context>
<context>
    <name>Points</name>
    <message>
        <source>Eye</source>
        <translation>Auge</translation>
    </message>
    <message>
        <source>Nose</source>
        <translation>Nase</translation>
    </message>
    <message>
        <source>Mouth</source>
        <translation>Mund</translation>
    </message>
</context>
<context>
    <name>Preferences</name>
    <message>
        <source>Drop or paste a photo here, or press {0}.</source>
        <translation>Hier ein Foto ablegen oder einfügen, oder {0} drücken.</translation>
    </message>
    <message>
        <source>Choose what you paint: hair, skin, a hat.</source>
        <translation>Wählen, was gemalt wird: Haare, Haut, ein Hut.</translation>
    </message>
    <message>
        <source>See the preview here and apply it when you like it.</source>
        <translation>Hier die Vorschau sehen und anwenden, wenn sie gefällt.</translation>
    </message>
    <message>
        <source>Change colours and light here, shapes such as a smile in the next tab.</source>
        <translation>Hier Farben und Licht ändern, Formen wie ein Lächeln im Reiter daneben.</translation>
    </message>
    <message>
        <source>Open a photo ({0}), drop one here, or make a new face ({1})</source>
        <translation>Ein Foto öffnen ({0}), hierher ziehen oder ein neues Gesicht erfinden ({1})</translation>
    </message>
</context>
<context>
    <name>ProjectInWindow</name>
    <message>
        <source>Save the project</source>
        <translation>Projekt speichern</translation>
    </message>
</context>
<context>
    <name>ProjectKeeper</name>
    <message>
        <source>The project is being saved already.</source>
        <translation>Das Projekt wird schon gespeichert.</translation>
    </message>
    <message>
        <source>Saved to {0}.</source>
        <translation>Gespeichert in {0}.</translation>
    </message>
    <message>
        <source>Saving the project</source>
        <translation>Projekt wird gespeichert</translation>
    </message>
</context>
<context>
    <name>ProjectOpener</name>
    <message>
        <source>{0} is open already.</source>
        <translation>{0} ist schon offen.</translation>
    </message>
    <message>
        <source>Opening the project</source>
        <translation>Projekt wird geöffnet</translation>
    </message>
    <message>
        <source>This project was edited with another version of the pack {0}. It can be looked at and exported; to go on editing, choose that version under Help &gt; Model packs.</source>
        <translation>Dieses Projekt wurde mit einer anderen Version des Pakets {0} bearbeitet. Es lässt sich ansehen und exportieren; zum Weiterarbeiten diese Version unter Hilfe &gt; Modellpakete wählen.</translation>
    </message>
    <message>
        <source>This project was edited with the pack {0}, which is not loaded. It can be looked at and exported; to go on editing, choose that pack under Help &gt; Model packs.</source>
        <translation>Dieses Projekt wurde mit dem Paket {0} bearbeitet, das nicht geladen ist. Es lässt sich ansehen und exportieren; zum Weiterarbeiten dieses Paket unter Hilfe &gt; Modellpakete wählen.</translation>
    </message>
</context>
<context>
    <name>RecentMenu</name>
    <message>
        <source>Open &amp;recent</source>
        <translation>&amp;Zuletzt geöffnet</translation>
    </message>
</context>
<context>
    <name>RecoveryDialog</name>
    <message>
        <source>Recover unsaved work</source>
        <translation>Nicht gespeicherte Arbeit wiederherstellen</translation>
    </message>
    <message>
        <source>The program ended before this work was saved. Each step up to the last moment is kept until you recover or delete it.</source>
        <translation>Das Programm endete, bevor diese Arbeit gespeichert war. Jeder Schritt bis zum letzten Augenblick bleibt aufbewahrt, bis Sie ihn wiederherstellen oder löschen.</translation>
    </message>
    <message>
        <source>Unsaved work</source>
        <translation>Nicht gespeicherte Arbeit</translation>
    </message>
    <message>
        <source>Double-click to recover</source>
        <translation>Doppelklick stellt wieder her</translation>
    </message>
    <message>
        <source>Recover</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>Go on where it stopped</source>
        <translation>Weitermachen, wo es aufhörte</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>Löschen…</translation>
    </message>
    <message>
        <source>Remove it from this computer</source>
        <translation>Von diesem Rechner entfernen</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Später</translation>
    </message>
    <message>
        <source>Ask again at the next start</source>
        <translation>Beim nächsten Start wieder fragen</translation>
    </message>
    <message>
        <source>Unknown photo</source>
        <translation>Unbekanntes Foto</translation>
    </message>
    <message>
        <source>It is damaged: nothing of it can be read.</source>
        <translation>Sie ist beschädigt: Nichts davon lässt sich lesen.</translation>
    </message>
    <message>
        <source>1 step</source>
        <translation>1 Schritt</translation>
    </message>
    <message>
        <source>{0} steps</source>
        <translation>{0} Schritte</translation>
    </message>
    <message>
        <source>1 face</source>
        <translation>1 Gesicht</translation>
    </message>
    <message>
        <source>{0} faces</source>
        <translation>{0} Gesichter</translation>
    </message>
    <message>
        <source>It is damaged: the last steps may be missing.</source>
        <translation>Sie ist beschädigt: Die letzten Schritte fehlen vielleicht.</translation>
    </message>
    <message>
        <source>Delete unsaved work</source>
        <translation>Nicht gespeicherte Arbeit löschen</translation>
    </message>
    <message>
        <source>Delete the unsaved work on {0}? It cannot be brought back.</source>
        <translation>Die nicht gespeicherte Arbeit an {0} löschen? Sie lässt sich nicht zurückholen.</translation>
    </message>
</context>
<context>
    <name>RecoveryWork</name>
    <message>
        <source>The unsaved work cannot be deleted: {0}.</source>
        <translation>Die nicht gespeicherte Arbeit lässt sich nicht löschen: {0}.</translation>
    </message>
    <message>
        <source>Your steps cannot be kept for recovery at the moment: {0}. Go on working, and save the project, elsewhere if need be. They are kept again as soon as that is possible.</source>
        <translation>Ihre Schritte lassen sich zurzeit nicht zum Wiederherstellen aufbewahren: {0}. Arbeiten Sie weiter und speichern Sie das Projekt, notfalls anderswo. Sie werden wieder aufbewahrt, sobald das möglich ist.</translation>
    </message>
</context>
<context>
    <name>SaveFile</name>
    <message>
        <source>Photo, as its name ends</source>
        <translation>Foto, nach der Endung des Namens</translation>
    </message>
    <message>
        <source>Label map</source>
        <translation>Klassenkarte</translation>
    </message>
    <message>
        <source>{0} is there already. Replace it?</source>
        <translation>{0} gibt es schon. Ersetzen?</translation>
    </message>
    <message>
        <source>Project</source>
        <translation>Projekt</translation>
    </message>
</context>
<context>
    <name>ShapesPanel</name>
    <message>
        <source>How much</source>
        <translation>Wie stark</translation>
    </message>
    <message>
        <source>100 % is the change as it is usually wanted</source>
        <translation>100 % ist die Änderung, wie man sie meist will</translation>
    </message>
    <message>
        <source>{}; one undo step</source>
        <translation>{}; ein Schritt zum Zurücknehmen</translation>
    </message>
    <message>
        <source>From another face</source>
        <translation>Von einem anderen Gesicht</translation>
    </message>
    <message>
        <source>Choose a photo…</source>
        <translation>Foto wählen…</translation>
    </message>
    <message>
        <source>A photo whose face lends the shape of a part</source>
        <translation>Ein Foto, dessen Gesicht die Form eines Teils leiht</translation>
    </message>
    <message>
        <source>The face that lends its shape</source>
        <translation>Das Gesicht, das seine Form leiht</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>Teil</translation>
    </message>
    <message>
        <source>Which part is taken over</source>
        <translation>Welcher Teil übernommen wird</translation>
    </message>
    <message>
        <source>Take this shape</source>
        <translation>Diese Form übernehmen</translation>
    </message>
    <message>
        <source>Give the face this part of the other one; one undo step</source>
        <translation>Dem Gesicht diesen Teil des anderen geben; ein Schritt zum Zurücknehmen</translation>
    </message>
    <message>
        <source>The other face shows no {}.</source>
        <translation>Beim anderen Gesicht nicht zu sehen: {}.</translation>
    </message>
    <message>
        <source>{} of another face</source>
        <translation>{} eines anderen Gesichts</translation>
    </message>
    <message>
        <source>This face has no room for the {}.</source>
        <translation>Dieses Gesicht hat keinen Platz dafür: {}.</translation>
    </message>
</context>
<context>
    <name>ShortcutDialog</name>
    <message>
        <source>Shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Actions and their keys</source>
        <translation>Aktionen und ihre Tasten</translation>
    </message>
    <message>
        <source>Choose an action, then press its new keys below</source>
        <translation>Eine Aktion wählen, dann unten ihre neuen Tasten drücken</translation>
    </message>
    <message>
        <source>New keys of the chosen action</source>
        <translation>Neue Tasten der gewählten Aktion</translation>
    </message>
    <message>
        <source>Press the new keys</source>
        <translation>Die neuen Tasten drücken</translation>
    </message>
    <message>
        <source>No key</source>
        <translation>Keine Taste</translation>
    </message>
    <message>
        <source>The chosen action has no key</source>
        <translation>Die gewählte Aktion hat keine Taste</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>The chosen action&apos;s own keys</source>
        <translation>Die eigenen Tasten der gewählten Aktion</translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation>Alle zurücksetzen</translation>
    </message>
    <message>
        <source>Every action&apos;s own keys</source>
        <translation>Die eigenen Tasten aller Aktionen</translation>
    </message>
    <message>
        <source>{0} is the key of: {1}. Change one of them.</source>
        <translation>{0} ist die Taste von: {1}. Eine davon ändern.</translation>
    </message>
</context>
<context>
    <name>SmileSlider</name>
    <message>
        <source>Smile</source>
        <translation>Lächeln</translation>
    </message>
    <message>
        <source>Mouth corners out and up; back at 0</source>
        <translation>Mundwinkel nach außen und oben; bei 0 wie zuvor</translation>
    </message>
</context>
<context>
    <name>Stage</name>
    <message>
        <source>{} is hidden; show it in the layer list.</source>
        <translation>{}: ausgeblendet; in der Ebenenliste einblenden.</translation>
    </message>
    <message>
        <source>{} is locked; unlock it in the layer list.</source>
        <translation>{}: gesperrt; in der Ebenenliste entsperren.</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>Loading the networks…</source>
        <translation>Netze werden geladen…</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Class and place under the pointer</source>
        <translation>Klasse und Stelle unter dem Zeiger</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Zoom</translation>
    </message>
    <message>
        <source>Time of the last preview</source>
        <translation>Dauer der letzten Vorschau</translation>
    </message>
    <message>
        <source>Model pack and where it runs</source>
        <translation>Modellpaket und wo es läuft</translation>
    </message>
    <message>
        <source>Preview…</source>
        <translation>Vorschau…</translation>
    </message>
    <message>
        <source>Preview in {0:.0f} ms</source>
        <translation>Vorschau in {0:.0f} ms</translation>
    </message>
</context>
<context>
    <name>StylePanel</name>
    <message>
        <source>The part of each slider</source>
        <translation>Die Stelle jedes Reglers</translation>
    </message>
    <message>
        <source>Everywhere</source>
        <translation>Überall</translation>
    </message>
    <message>
        <source>Hair</source>
        <translation>Haare</translation>
    </message>
    <message>
        <source>Skin</source>
        <translation>Haut</translation>
    </message>
    <message>
        <source>Lips</source>
        <translation>Lippen</translation>
    </message>
    <message>
        <source>Eyes and brows</source>
        <translation>Augen und Brauen</translation>
    </message>
    <message>
        <source>Where the style changes</source>
        <translation>Wo sich der Stil ändert</translation>
    </message>
    <message>
        <source>Random variation</source>
        <translation>Zufällige Variante</translation>
    </message>
    <message>
        <source>Another variation</source>
        <translation>Andere Variante</translation>
    </message>
    <message>
        <source>Choose a reference photo…</source>
        <translation>Vergleichsfoto wählen…</translation>
    </message>
    <message>
        <source>Towards the reference</source>
        <translation>Hin zum Vergleich</translation>
    </message>
    <message>
        <source>Reset style</source>
        <translation>Stil zurücksetzen</translation>
    </message>
    <message>
        <source>Roll another random variation</source>
        <translation>Eine andere zufällige Variante würfeln</translation>
    </message>
    <message>
        <source>A photo whose style is borrowed</source>
        <translation>Ein Foto, dessen Stil geliehen wird</translation>
    </message>
    <message>
        <source>All sliders of the style back to their rest</source>
        <translation>Alle Stilregler zurück in Ruhe</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Wo</translation>
    </message>
    <message>
        <source>Expression</source>
        <translation>Ausdruck</translation>
    </message>
    <message>
        <source>Attributes</source>
        <translation>Merkmale</translation>
    </message>
    <message>
        <source>Variation</source>
        <translation>Variante</translation>
    </message>
    <message>
        <source>Reference</source>
        <translation>Vergleich</translation>
    </message>
</context>
<context>
    <name>TitledSlider</name>
    <message>
        <source>A preview is under way</source>
        <translation>Eine Vorschau ist unterwegs</translation>
    </message>
    <message>
        <source>{0}: type a number</source>
        <translation>{0}: eine Zahl eintippen</translation>
    </message>
</context>
<context>
    <name>Told</name>
    <message>
        <source>Background</source>
        <translation>Hintergrund</translation>
    </message>
    <message>
        <source>Skin</source>
        <translation>Haut</translation>
    </message>
    <message>
        <source>Nose</source>
        <translation>Nase</translation>
    </message>
    <message>
        <source>Eyeglasses</source>
        <translation>Brille</translation>
    </message>
    <message>
        <source>Left eye</source>
        <translation>Linkes Auge</translation>
    </message>
    <message>
        <source>Right eye</source>
        <translation>Rechtes Auge</translation>
    </message>
    <message>
        <source>Left brow</source>
        <translation>Linke Braue</translation>
    </message>
    <message>
        <source>Right brow</source>
        <translation>Rechte Braue</translation>
    </message>
    <message>
        <source>Left ear</source>
        <translation>Linkes Ohr</translation>
    </message>
    <message>
        <source>Right ear</source>
        <translation>Rechtes Ohr</translation>
    </message>
    <message>
        <source>Mouth interior</source>
        <translation>Mundinneres</translation>
    </message>
    <message>
        <source>Upper lip</source>
        <translation>Oberlippe</translation>
    </message>
    <message>
        <source>Lower lip</source>
        <translation>Unterlippe</translation>
    </message>
    <message>
        <source>Hair</source>
        <translation>Haare</translation>
    </message>
    <message>
        <source>Hat</source>
        <translation>Hut</translation>
    </message>
    <message>
        <source>Earring</source>
        <translation>Ohrring</translation>
    </message>
    <message>
        <source>Necklace</source>
        <translation>Halskette</translation>
    </message>
    <message>
        <source>Neck</source>
        <translation>Hals</translation>
    </message>
    <message>
        <source>Cloth</source>
        <translation>Kleidung</translation>
    </message>
    <message>
        <source>background</source>
        <translation>Hintergrund</translation>
    </message>
    <message>
        <source>skin</source>
        <translation>Haut</translation>
    </message>
    <message>
        <source>nose</source>
        <translation>Nase</translation>
    </message>
    <message>
        <source>eyeglasses</source>
        <translation>Brille</translation>
    </message>
    <message>
        <source>left eye</source>
        <translation>linkes Auge</translation>
    </message>
    <message>
        <source>right eye</source>
        <translation>rechtes Auge</translation>
    </message>
    <message>
        <source>left brow</source>
        <translation>linke Braue</translation>
    </message>
    <message>
        <source>right brow</source>
        <translation>rechte Braue</translation>
    </message>
    <message>
        <source>left ear</source>
        <translation>linkes Ohr</translation>
    </message>
    <message>
        <source>right ear</source>
        <translation>rechtes Ohr</translation>
    </message>
    <message>
        <source>mouth interior</source>
        <translation>Mundinneres</translation>
    </message>
    <message>
        <source>upper lip</source>
        <translation>Oberlippe</translation>
    </message>
    <message>
        <source>lower lip</source>
        <translation>Unterlippe</translation>
    </message>
    <message>
        <source>hair</source>
        <translation>Haare</translation>
    </message>
    <message>
        <source>hat</source>
        <translation>Hut</translation>
    </message>
    <message>
        <source>earring</source>
        <translation>Ohrring</translation>
    </message>
    <message>
        <source>necklace</source>
        <translation>Halskette</translation>
    </message>
    <message>
        <source>neck</source>
        <translation>Hals</translation>
    </message>
    <message>
        <source>cloth</source>
        <translation>Kleidung</translation>
    </message>
    <message>
        <source>Mouth</source>
        <translation>Mund</translation>
    </message>
    <message>
        <source>Smile</source>
        <translation>Lächeln</translation>
    </message>
    <message>
        <source>No mouth shows on this face, or there is no room to change it.</source>
        <translation>An diesem Gesicht ist kein Mund zu sehen, oder es ist kein Platz, ihn zu ändern.</translation>
    </message>
    <message>
        <source>Neutral mouth</source>
        <translation>Neutraler Mund</translation>
    </message>
    <message>
        <source>No mouth shows on this face, or it is neutral already.</source>
        <translation>An diesem Gesicht ist kein Mund zu sehen, oder er ist schon neutral.</translation>
    </message>
    <message>
        <source>Brows</source>
        <translation>Brauen</translation>
    </message>
    <message>
        <source>Raised brows</source>
        <translation>Brauen höher</translation>
    </message>
    <message>
        <source>No brow shows on this face.</source>
        <translation>An diesem Gesicht ist keine Braue zu sehen.</translation>
    </message>
    <message>
        <source>Lowered brows</source>
        <translation>Brauen tiefer</translation>
    </message>
    <message>
        <source>No brow shows on this face, or there is no room below it.</source>
        <translation>An diesem Gesicht ist keine Braue zu sehen, oder darunter ist kein Platz.</translation>
    </message>
    <message>
        <source>Thicker brows</source>
        <translation>Dickere Brauen</translation>
    </message>
    <message>
        <source>Fuller hair</source>
        <translation>Volleres Haar</translation>
    </message>
    <message>
        <source>There is too little hair on this face to change.</source>
        <translation>Dieses Gesicht hat zu wenig Haar, um es zu ändern.</translation>
    </message>
    <message>
        <source>Longer hair</source>
        <translation>Längeres Haar</translation>
    </message>
    <message>
        <source>There is too little hair on this face, or it is as long as the picture.</source>
        <translation>Dieses Gesicht hat zu wenig Haar, oder es ist so lang wie das Bild.</translation>
    </message>
    <message>
        <source>Shorter hair</source>
        <translation>Kürzeres Haar</translation>
    </message>
    <message>
        <source>There is too little hair on this face, or it is short already.</source>
        <translation>Dieses Gesicht hat zu wenig Haar, oder es ist schon kurz.</translation>
    </message>
    <message>
        <source>Fringe</source>
        <translation>Pony</translation>
    </message>
    <message>
        <source>There is no hair above the forehead, or no forehead that shows.</source>
        <translation>Über der Stirn ist kein Haar, oder es ist keine Stirn zu sehen.</translation>
    </message>
    <message>
        <source>Wider nose</source>
        <translation>Breitere Nase</translation>
    </message>
    <message>
        <source>No nose shows on this face.</source>
        <translation>An diesem Gesicht ist keine Nase zu sehen.</translation>
    </message>
    <message>
        <source>Narrower nose</source>
        <translation>Schmalere Nase</translation>
    </message>
    <message>
        <source>Accessories</source>
        <translation>Zubehör</translation>
    </message>
    <message>
        <source>Glasses on</source>
        <translation>Brille auf</translation>
    </message>
    <message>
        <source>This face wears glasses already, or no eye shows.</source>
        <translation>Dieses Gesicht trägt schon eine Brille, oder es ist kein Auge zu sehen.</translation>
    </message>
    <message>
        <source>Glasses off</source>
        <translation>Brille ab</translation>
    </message>
    <message>
        <source>This face wears no glasses.</source>
        <translation>Dieses Gesicht trägt keine Brille.</translation>
    </message>
    <message>
        <source>Earrings on</source>
        <translation>Ohrringe an</translation>
    </message>
    <message>
        <source>No ear shows on this face, or it has an earring already.</source>
        <translation>An diesem Gesicht ist kein Ohr zu sehen, oder es hat schon einen Ohrring.</translation>
    </message>
    <message>
        <source>Earrings off</source>
        <translation>Ohrringe ab</translation>
    </message>
    <message>
        <source>This face wears no earrings.</source>
        <translation>Dieses Gesicht trägt keine Ohrringe.</translation>
    </message>
    <message>
        <source>Hat off</source>
        <translation>Hut ab</translation>
    </message>
    <message>
        <source>This face wears no hat.</source>
        <translation>Dieses Gesicht trägt keinen Hut.</translation>
    </message>
    <message>
        <source>Eyes</source>
        <translation>Augen</translation>
    </message>
    <message>
        <source>Ears</source>
        <translation>Ohren</translation>
    </message>
    <message>
        <source>Glasses</source>
        <translation>Brille</translation>
    </message>
    <message>
        <source>Earrings</source>
        <translation>Ohrringe</translation>
    </message>
    <message>
        <source>eyes</source>
        <translation>Augen</translation>
    </message>
    <message>
        <source>brows</source>
        <translation>Brauen</translation>
    </message>
    <message>
        <source>mouth</source>
        <translation>Mund</translation>
    </message>
    <message>
        <source>ears</source>
        <translation>Ohren</translation>
    </message>
    <message>
        <source>glasses</source>
        <translation>Brille</translation>
    </message>
    <message>
        <source>earrings</source>
        <translation>Ohrringe</translation>
    </message>
    <message>
        <source>Hair: dark - light</source>
        <translation>Haar: dunkel - hell</translation>
    </message>
    <message>
        <source>Hair: ash - red</source>
        <translation>Haar: aschig - rot</translation>
    </message>
    <message>
        <source>Skin: dark - light</source>
        <translation>Haut: dunkel - hell</translation>
    </message>
    <message>
        <source>Skin: cool - warm</source>
        <translation>Haut: kühl - warm</translation>
    </message>
    <message>
        <source>Skin: sallow - rosy</source>
        <translation>Haut: fahl - rosig</translation>
    </message>
    <message>
        <source>Under the eyes: dark - bright</source>
        <translation>Unter den Augen: dunkel - hell</translation>
    </message>
    <message>
        <source>Light: from left - from right</source>
        <translation>Licht: von links - von rechts</translation>
    </message>
    <message>
        <source>Light: from below - from above</source>
        <translation>Licht: von unten - von oben</translation>
    </message>
    <message>
        <source>Background: dark - light</source>
        <translation>Hintergrund: dunkel - hell</translation>
    </message>
    <message>
        <source>Lips: pale - red</source>
        <translation>Lippen: blass - rot</translation>
    </message>
    <message>
        <source>Lips: dark - light</source>
        <translation>Lippen: dunkel - hell</translation>
    </message>
    <message>
        <source>Chin: clean - stubble</source>
        <translation>Kinn: rasiert - Stoppeln</translation>
    </message>
    <message>
        <source>Face: soft - contrasty</source>
        <translation>Gesicht: weich - kontrastreich</translation>
    </message>
    <message>
        <source>Background: cool - warm</source>
        <translation>Hintergrund: kühl - warm</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Anfang</translation>
    </message>
    <message>
        <source>Inverting</source>
        <translation>Latente Vektoren werden geschätzt</translation>
    </message>
    <message>
        <source>Searching for the face&apos;s latents</source>
        <translation>Latente Vektoren des Gesichts werden gesucht</translation>
    </message>
    <message>
        <source>Parsing</source>
        <translation>Klassen werden erkannt</translation>
    </message>
    <message>
        <source>Drawing</source>
        <translation>Bild wird gezeichnet</translation>
    </message>
    <message>
        <source>Refining</source>
        <translation>Bild wird verfeinert</translation>
    </message>
    <message>
        <source>Tuning the likeness</source>
        <translation>Ähnlichkeit wird verbessert</translation>
    </message>
    <message>
        <source>Settling</source>
        <translation>Bild wird abgestimmt</translation>
    </message>
    <message>
        <source>Measuring</source>
        <translation>Ergebnis wird gemessen</translation>
    </message>
    <message>
        <source>A label map is a {0} x {1} PNG whose values are class ids</source>
        <translation>Eine Klassenkarte ist ein PNG mit {0} x {1} Pixeln, dessen Werte Klassennummern sind</translation>
    </message>
    <message>
        <source>is a camera&apos;s RAW file</source>
        <translation>die RAW-Datei einer Kamera</translation>
    </message>
    <message>
        <source>is a HEIC picture</source>
        <translation>ein HEIC-Bild</translation>
    </message>
    <message>
        <source>is an AVIF picture</source>
        <translation>ein AVIF-Bild</translation>
    </message>
    <message>
        <source>is a JPEG 2000 picture</source>
        <translation>ein JPEG-2000-Bild</translation>
    </message>
    <message>
        <source>is a JPEG XL picture</source>
        <translation>ein JPEG-XL-Bild</translation>
    </message>
    <message>
        <source>is a JPEG-LS picture</source>
        <translation>ein JPEG-LS-Bild</translation>
    </message>
    <message>
        <source>is a JPEG XR picture</source>
        <translation>ein JPEG-XR-Bild</translation>
    </message>
    <message>
        <source>is a PBM, PGM or PPM picture</source>
        <translation>ein PBM-, PGM- oder PPM-Bild</translation>
    </message>
    <message>
        <source>is a Photoshop document (PSD)</source>
        <translation>ein Photoshop-Dokument (PSD)</translation>
    </message>
    <message>
        <source>is a large Photoshop document (PSB)</source>
        <translation>ein großes Photoshop-Dokument (PSB)</translation>
    </message>
    <message>
        <source>is a GIMP document (XCF)</source>
        <translation>ein GIMP-Dokument (XCF)</translation>
    </message>
    <message>
        <source>is a Clip Studio document</source>
        <translation>ein Clip-Studio-Dokument</translation>
    </message>
    <message>
        <source>is an Affinity document</source>
        <translation>ein Affinity-Dokument</translation>
    </message>
    <message>
        <source>is a project of this program</source>
        <translation>ist ein Projekt dieses Programms</translation>
    </message>
    <message>
        <source>Open it in the window, or take the edited photo out of it: s2flow project export.</source>
        <translation>Öffnen Sie es im Fenster, oder holen Sie das bearbeitete Foto heraus: s2flow project export.</translation>
    </message>
    <message>
        <source>is a Krita document</source>
        <translation>ein Krita-Dokument</translation>
    </message>
    <message>
        <source>is an OpenRaster document</source>
        <translation>ein OpenRaster-Dokument</translation>
    </message>
    <message>
        <source>is an OpenEXR picture</source>
        <translation>ein OpenEXR-Bild</translation>
    </message>
    <message>
        <source>is a Radiance HDR picture</source>
        <translation>ein HDR-Bild von Radiance</translation>
    </message>
    <message>
        <source>is a picture of floating-point values (PFM)</source>
        <translation>ein Bild aus Gleitkommawerten (PFM)</translation>
    </message>
    <message>
        <source>is a FITS picture</source>
        <translation>ein FITS-Bild</translation>
    </message>
    <message>
        <source>is a QOI picture</source>
        <translation>ein QOI-Bild</translation>
    </message>
    <message>
        <source>is a BPG picture</source>
        <translation>ein BPG-Bild</translation>
    </message>
    <message>
        <source>is a FLIF picture</source>
        <translation>ein FLIF-Bild</translation>
    </message>
    <message>
        <source>is a DDS texture</source>
        <translation>eine DDS-Textur</translation>
    </message>
    <message>
        <source>is an icon (ICO)</source>
        <translation>ein Symbol (ICO)</translation>
    </message>
    <message>
        <source>is a mouse cursor (CUR)</source>
        <translation>ein Mauszeiger (CUR)</translation>
    </message>
    <message>
        <source>is an icon (ICNS)</source>
        <translation>ein Symbol (ICNS)</translation>
    </message>
    <message>
        <source>is an MNG animation</source>
        <translation>eine MNG-Animation</translation>
    </message>
    <message>
        <source>is a JNG picture</source>
        <translation>ein JNG-Bild</translation>
    </message>
    <message>
        <source>is an SGI picture</source>
        <translation>ein SGI-Bild</translation>
    </message>
    <message>
        <source>is a Sun raster picture</source>
        <translation>ein Rasterbild von Sun</translation>
    </message>
    <message>
        <source>is a PCX picture</source>
        <translation>ein PCX-Bild</translation>
    </message>
    <message>
        <source>is a DjVu document</source>
        <translation>ein DjVu-Dokument</translation>
    </message>
    <message>
        <source>is a PostScript document</source>
        <translation>ein PostScript-Dokument</translation>
    </message>
    <message>
        <source>is an Office document</source>
        <translation>ein Office-Dokument</translation>
    </message>
    <message>
        <source>is a text document (RTF)</source>
        <translation>ein Textdokument (RTF)</translation>
    </message>
    <message>
        <source>is a video</source>
        <translation>ein Video</translation>
    </message>
    <message>
        <source>is a compressed file (gzip)</source>
        <translation>eine komprimierte Datei (gzip)</translation>
    </message>
    <message>
        <source>is an archive (7z)</source>
        <translation>ein Archiv (7z)</translation>
    </message>
    <message>
        <source>is an archive (RAR)</source>
        <translation>ein Archiv (RAR)</translation>
    </message>
    <message>
        <source>is an archive or an Office document (zip)</source>
        <translation>ein Archiv oder ein Office-Dokument (zip)</translation>
    </message>
    <message>
        <source>is a program</source>
        <translation>ein ausführbares Programm</translation>
    </message>
    <message>
        <source>is an SVG drawing</source>
        <translation>eine SVG-Zeichnung</translation>
    </message>
    <message>
        <source>is an XML file</source>
        <translation>eine XML-Datei</translation>
    </message>
    <message>
        <source>Open it in a program that reads such pictures (GIMP, for one), save it as PNG, TIFF or JPEG there, and open that.</source>
        <translation>In einem Programm öffnen, das solche Bilder liest (etwa GIMP), dort als PNG, TIFF oder JPEG speichern und das öffnen.</translation>
    </message>
    <message>
        <source>Open it in the program it was made with, save it as PNG, TIFF or JPEG there, and open that.</source>
        <translation>In dem Programm öffnen, aus dem es stammt, dort als PNG, TIFF oder JPEG speichern und das öffnen.</translation>
    </message>
    <message>
        <source>Develop it to ordinary brightness in a program that reads such pictures (darktable, GIMP), save it as 16-bit TIFF or PNG, and open that.</source>
        <translation>In einem Programm, das solche Bilder liest (darktable, GIMP), auf gewöhnliche Helligkeit entwickeln, als TIFF oder PNG mit 16 Bit speichern und das öffnen.</translation>
    </message>
    <message>
        <source>Export it as PNG from the program that it was drawn with, and open that.</source>
        <translation>Aus dem Programm, mit dem sie gezeichnet wurde, als PNG exportieren und das öffnen.</translation>
    </message>
    <message>
        <source>Take the picture out of it, save it as PNG or JPEG, and open that.</source>
        <translation>Das Bild herausnehmen, als PNG oder JPEG speichern und das öffnen.</translation>
    </message>
    <message>
        <source>Save one frame as PNG or JPEG in a video player, and open that.</source>
        <translation>In einem Videoprogramm ein Einzelbild als PNG oder JPEG speichern und das öffnen.</translation>
    </message>
    <message>
        <source>Unpack it and open the photo in it.</source>
        <translation>Entpacken und das Foto darin öffnen.</translation>
    </message>
    <message>
        <source>Save the picture that it shows, and open that.</source>
        <translation>Das Bild speichern, das sie zeigt, und das öffnen.</translation>
    </message>
    <message>
        <source>is a web page</source>
        <translation>eine Webseite</translation>
    </message>
    <message>
        <source>is a PDF document</source>
        <translation>ein PDF-Dokument</translation>
    </message>
    <message>
        <source>holds text, whatever its name says</source>
        <translation>Text, was auch der Name sagt</translation>
    </message>
    <message>
        <source>is of no known kind</source>
        <translation>von keiner bekannten Art</translation>
    </message>
    <message>
        <source>Save a copy of your work if you can, and restart the program.</source>
        <translation>Wenn möglich, eine Kopie der Arbeit speichern und das Programm neu starten.</translation>
    </message>
    <message>
        <source>They were started again, and your work is as it was. Try again.</source>
        <translation>Sie wurden neu gestartet, die Arbeit ist unverändert. Bitte noch einmal versuchen.</translation>
    </message>
    <message>
        <source>The memory of {0} is full, so the networks go on on the CPU, which is slower. Close other programs that use {0}, then start this one again to have it back.</source>
        <translation>Der Speicher von {0} ist voll; die Netze laufen langsamer auf der CPU weiter. Andere Programme schließen, die {0} benutzen, und dieses neu starten.</translation>
    </message>
    <message>
        <source>Close other programs, or use a smaller photo, and try again.</source>
        <translation>Andere Programme schließen oder ein kleineres Foto nehmen und noch einmal versuchen.</translation>
    </message>
    <message>
        <source>The device &apos;{0}&apos; is not usable on this computer.</source>
        <translation>Das Gerät „{0}“ ist auf diesem Rechner nicht nutzbar.</translation>
    </message>
    <message>
        <source>Use &apos;cpu&apos; or &apos;auto&apos;; &apos;s2flow doctor&apos; lists what is there.</source>
        <translation>„cpu“ oder „auto“ nehmen; „s2flow doctor“ zeigt, was da ist.</translation>
    </message>
    <message>
        <source>This pack cannot make up faces: it has neither a mapping network nor a prior.</source>
        <translation>Dieses Paket kann keine Gesichter erfinden: Es hat weder ein Mapping-Netz noch einen Prior.</translation>
    </message>
    <message>
        <source>Open a photo, or choose another pack.</source>
        <translation>Ein Foto öffnen oder ein anderes Paket wählen.</translation>
    </message>
    <message>
        <source>{0} names unknown parts: {1}.</source>
        <translation>{0} nennt unbekannte Teile: {1}.</translation>
    </message>
    <message>
        <source>{0} names a file outside the pack: {1}.</source>
        <translation>{0} nennt eine Datei außerhalb des Pakets: {1}.</translation>
    </message>
    <message>
        <source>{0} has an unknown architecture, {1}.</source>
        <translation>{0} hat eine unbekannte Architektur, {1}.</translation>
    </message>
    <message>
        <source>The pack {0} has no {1} network of the needed kind.</source>
        <translation>Das Paket {0} hat kein Netz der nötigen Art für {1}.</translation>
    </message>
    <message>
        <source>There is no model pack &apos;{0}&apos; in {1}.</source>
        <translation>Es gibt kein Modellpaket „{0}“ in {1}.</translation>
    </message>
    <message>
        <source>There is no home folder to keep anything in.</source>
        <translation>Es gibt keinen Benutzerordner, in dem etwas aufbewahrt werden kann.</translation>
    </message>
    <message>
        <source>Set HOME to a folder of your own.</source>
        <translation>HOME auf einen eigenen Ordner setzen.</translation>
    </message>
    <message>
        <source>Nothing can be written to the folder {0}: {1}.</source>
        <translation>In den Ordner {0} lässt sich nichts schreiben: {1}.</translation>
    </message>
    <message>
        <source>Make it writable, and make room.</source>
        <translation>Ihn beschreibbar machen und Platz schaffen.</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Choose another pack with --pack.</source>
        <translation>Mit --pack ein anderes Paket wählen.</translation>
    </message>
    <message>
        <source>{0} has schema version {1}; this program reads version {2}.</source>
        <translation>{0} hat die Schemaversion {1}; dieses Programm liest Version {2}.</translation>
    </message>
    <message>
        <source>Update the program, or get the pack made for this version.</source>
        <translation>Das Programm aktualisieren oder das Paket für diese Version besorgen.</translation>
    </message>
    <message>
        <source>more than {0} GiB</source>
        <translation>mehr als {0} GiB</translation>
    </message>
    <message>
        <source>{0} does not fit its architecture ({1} tensors, the manifest says {2}).</source>
        <translation>{0} passt nicht zu seiner Architektur ({1} Tensoren, laut Manifest {2}).</translation>
    </message>
    <message>
        <source>{0} is of another kind of number</source>
        <translation>{0} hat eine andere Art von Zahlen</translation>
    </message>
    <message>
        <source>{0} says more than {1} layers</source>
        <translation>{0} nennt mehr als {1} Schichten</translation>
    </message>
    <message>
        <source>its sizes are larger than its file</source>
        <translation>die Größen gehen über die Datei hinaus</translation>
    </message>
    <message>
        <source>The pack &apos;{0}&apos; is not one that you imported, so it stays.</source>
        <translation>Das Paket „{0}“ ist kein selbst importiertes; deshalb bleibt es.</translation>
    </message>
    <message>
        <source>Your packs are in {0}.</source>
        <translation>Eigene Pakete liegen in {0}.</translation>
    </message>
    <message>
        <source>{0} cannot be removed: {1}.</source>
        <translation>{0} lässt sich nicht löschen: {1}.</translation>
    </message>
    <message>
        <source>{0} is not a readable pack manifest ({1}).</source>
        <translation>{0} ist kein lesbares Paketmanifest ({1}).</translation>
    </message>
    <message>
        <source>nested too deeply</source>
        <translation>zu tief verschachtelt</translation>
    </message>
    <message>
        <source>the manifest</source>
        <translation>das Manifest</translation>
    </message>
    <message>
        <source>a name in {0}</source>
        <translation>ein Name in {0}</translation>
    </message>
    <message>
        <source>{0} is no text</source>
        <translation>{0} ist kein Text</translation>
    </message>
    <message>
        <source>{0} has characters that cannot be shown</source>
        <translation>{0} hat Zeichen, die sich nicht darstellen lassen</translation>
    </message>
    <message>
        <source>{0} is no SHA-256</source>
        <translation>{0} ist keine SHA-256-Summe</translation>
    </message>
    <message>
        <source>{0} is no file name of letters, digits, &apos;.&apos;, &apos;_&apos; and &apos;-&apos;</source>
        <translation>{0} ist kein Dateiname aus Buchstaben, Ziffern, „.“, „_“ und „-“</translation>
    </message>
    <message>
        <source>{0} is no whole number of 0 to {1}</source>
        <translation>{0} ist keine ganze Zahl von 0 bis {1}</translation>
    </message>
    <message>
        <source>{0} is no number</source>
        <translation>{0} ist keine Zahl</translation>
    </message>
    <message>
        <source>{0} is not finite</source>
        <translation>{0} ist nicht endlich</translation>
    </message>
    <message>
        <source>{0} is a list that no network takes</source>
        <translation>{0} ist eine Liste, die kein Netz annimmt</translation>
    </message>
    <message>
        <source>{0} is nested too deeply</source>
        <translation>{0} ist zu tief verschachtelt</translation>
    </message>
    <message>
        <source>{0} is not an object</source>
        <translation>{0} ist kein Objekt</translation>
    </message>
    <message>
        <source>{0} is not a list</source>
        <translation>{0} ist keine Liste</translation>
    </message>
    <message>
        <source>{0} has a field {1}, which there is not</source>
        <translation>{0} hat ein Feld {1}, das es nicht gibt</translation>
    </message>
    <message>
        <source>{0} lacks {1}</source>
        <translation>{0}: Es fehlt {1}</translation>
    </message>
    <message>
        <source>Install the pack again.</source>
        <translation>Das Paket neu installieren.</translation>
    </message>
    <message>
        <source>{0} is damaged: its checksum differs from the manifest&apos;s.</source>
        <translation>{0} ist beschädigt: Die Prüfsumme weicht vom Manifest ab.</translation>
    </message>
    <message>
        <source>{0} cannot be read ({1}).</source>
        <translation>{0} lässt sich nicht lesen ({1}).</translation>
    </message>
    <message>
        <source>{0} does not fit its architecture ({1}).</source>
        <translation>{0} passt nicht zu seiner Architektur ({1}).</translation>
    </message>
    <message>
        <source>{0} holds numbers that are not finite, in {1}.</source>
        <translation>{0} enthält in {1} Zahlen, die nicht endlich sind.</translation>
    </message>
    <message>
        <source>No face was found in the photo.</source>
        <translation>Im Foto wurde kein Gesicht gefunden.</translation>
    </message>
    <message>
        <source>Use one with a face turned to the camera.</source>
        <translation>Eines mit einem Gesicht nehmen, das zur Kamera schaut.</translation>
    </message>
    <message>
        <source>The photo has {0} face(s); there is no face {1}.</source>
        <translation>Das Foto hat {0} Gesicht(er); ein Gesicht {1} gibt es nicht.</translation>
    </message>
    <message>
        <source>Use 0 to {0}; 0 is the largest.</source>
        <translation>0 bis {0} nehmen; 0 ist das größte.</translation>
    </message>
    <message>
        <source>{0} is too large{1}: at most {2} megapixels can be edited.</source>
        <translation>{0} ist zu groß{1}: Höchstens {2} Megapixel lassen sich bearbeiten.</translation>
    </message>
    <message>
        <source>Scale it down or cut out the part with the face, and open that.</source>
        <translation>Verkleinern oder den Teil mit dem Gesicht ausschneiden und das öffnen.</translation>
    </message>
    <message>
        <source>{0} is damaged or cut short: {1}.</source>
        <translation>{0} ist beschädigt oder abgeschnitten: {1}.</translation>
    </message>
    <message>
        <source>Copy or download it again, or open it in another program and save it anew.</source>
        <translation>Noch einmal kopieren oder herunterladen, oder in einem anderen Programm öffnen und neu speichern.</translation>
    </message>
    <message>
        <source>{0} is a camera&apos;s RAW file.</source>
        <translation>{0} ist die RAW-Datei einer Kamera.</translation>
    </message>
    <message>
        <source>Develop it with a RAW converter (darktable, RawTherapee, the camera&apos;s own), save it as 16-bit TIFF or JPEG, and open that.</source>
        <translation>Mit einem RAW-Konverter entwickeln (darktable, RawTherapee oder dem der Kamera), als TIFF mit 16 Bit oder JPEG speichern und das öffnen.</translation>
    </message>
    <message>
        <source> ({0} x {1} pixels)</source>
        <translation> ({0} x {1} Pixel)</translation>
    </message>
    <message>
        <source>There is not enough memory to open {0}.</source>
        <translation>Der Arbeitsspeicher reicht nicht, um {0} zu öffnen.</translation>
    </message>
    <message>
        <source>Close other programs. If that does not help, scale the picture down, or save it anew in another program: it may be damaged.</source>
        <translation>Schließen Sie andere Programme. Hilft das nicht, verkleinern Sie das Bild, oder speichern Sie es in einem anderen Programm neu: Es kann beschädigt sein.</translation>
    </message>
    <message>
        <source>{0} takes too long to decode.</source>
        <translation>{0} zu dekodieren dauert zu lange.</translation>
    </message>
    <message>
        <source>{0} made the process that decodes it stop.</source>
        <translation>{0} hat den Prozess, der es dekodiert, zum Abbruch gebracht.</translation>
    </message>
    <message>
        <source>Open it in another program and save it anew.</source>
        <translation>Öffnen Sie es in einem anderen Programm, und speichern Sie es neu.</translation>
    </message>
    <message>
        <source>The process that decodes pictures cannot be started: {0}.</source>
        <translation>Der Prozess, der Bilder dekodiert, kann nicht gestartet werden: {0}.</translation>
    </message>
    <message>
        <source>Close other programs and try again.</source>
        <translation>Schließen Sie andere Programme, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The process that decodes pictures ended as it began ({0}).</source>
        <translation>Der Prozess, der Bilder dekodiert, endete, kaum dass er begann ({0}).</translation>
    </message>
    <message>
        <source>There may be too little memory: close other programs and try again.</source>
        <translation>Vielleicht fehlt Arbeitsspeicher: Schließen Sie andere Programme, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>its header makes no sense</source>
        <translation>Der Dateikopf ist unsinnig</translation>
    </message>
    <message>
        <source>its 16-bit pixels cannot be read</source>
        <translation>Die Pixel mit 16 Bit lassen sich nicht lesen</translation>
    </message>
    <message>
        <source>its 16-bit pixels are read differently by two programs</source>
        <translation>Zwei Programme lesen die Pixel mit 16 Bit verschieden</translation>
    </message>
    <message>
        <source>image file is truncated</source>
        <translation>Die Bilddatei ist abgeschnitten</translation>
    </message>
    <message>
        <source>image file is truncated ({0} bytes not processed)</source>
        <translation>Die Bilddatei ist abgeschnitten ({0} Byte nicht verarbeitet)</translation>
    </message>
    <message>
        <source>its header says {0} x {1} pixels, but only the first {2} rows are there</source>
        <translation>Laut Dateikopf sind es {0} x {1} Pixel, aber nur die ersten {2} Zeilen sind da</translation>
    </message>
    <message>
        <source>the end of its data is missing</source>
        <translation>Das Ende der Daten fehlt</translation>
    </message>
    <message>
        <source>it has {0} scans, more than any camera or program writes</source>
        <translation>Die Datei hat {0} Durchgänge, mehr als jede Kamera und jedes Programm schreibt</translation>
    </message>
    <message>
        <source>it has {0} fill bytes in a row</source>
        <translation>Die Datei hat {0} Füllbytes hintereinander</translation>
    </message>
    <message>
        <source>it has {0} samples a pixel</source>
        <translation>Ein Pixel hat {0} Werte</translation>
    </message>
    <message>
        <source>its samples are predicted by an unknown rule ({0})</source>
        <translation>Die Werte sind nach einer unbekannten Regel vorhergesagt ({0})</translation>
    </message>
    <message>
        <source>its tags contradict each other</source>
        <translation>Die Angaben im Dateikopf widersprechen sich</translation>
    </message>
    <message>
        <source>its parts have {0} x {1} pixels</source>
        <translation>Die Bildteile haben {0} x {1} Pixel</translation>
    </message>
    <message>
        <source>{0} parts of it are needed, {1} named</source>
        <translation>{0} Bildteile sind nötig, {1} genannt</translation>
    </message>
    <message>
        <source>parts of it lie beyond its end</source>
        <translation>Bildteile liegen hinter dem Ende der Datei</translation>
    </message>
    <message>
        <source>its parts overlap</source>
        <translation>Die Bildteile überlappen sich</translation>
    </message>
    <message>
        <source>some of its pixels are not there</source>
        <translation>Einige der Pixel fehlen</translation>
    </message>
    <message>
        <source>{0} is {1}, which this program does not read.</source>
        <translation>{0} ist {1}; das liest dieses Programm nicht.</translation>
    </message>
    <message>
        <source>Save it as RGB with 8 or 16 bits a channel, and open that.</source>
        <translation>Als RGB mit 8 oder 16 Bit je Kanal speichern und das öffnen.</translation>
    </message>
    <message>
        <source>a JPEG of a rare kind (lossless or hierarchical)</source>
        <translation>ein JPEG seltener Art (verlustfrei oder hierarchisch)</translation>
    </message>
    <message>
        <source>a JPEG with {0} bits a channel</source>
        <translation>ein JPEG mit {0} Bit je Kanal</translation>
    </message>
    <message>
        <source>a TIFF that is only a transparency mask</source>
        <translation>ein TIFF, das nur eine Transparenzmaske ist</translation>
    </message>
    <message>
        <source>a TIFF in ITU L*a*b* colours</source>
        <translation>ein TIFF in L*a*b*-Farben nach ITU</translation>
    </message>
    <message>
        <source>a TIFF of a sensor&apos;s raw data</source>
        <translation>ein TIFF mit den Rohdaten eines Sensors</translation>
    </message>
    <message>
        <source>a TIFF of a sensor&apos;s linear raw data</source>
        <translation>ein TIFF mit den linearen Rohdaten eines Sensors</translation>
    </message>
    <message>
        <source>a TIFF of logarithmic brightness (LogL)</source>
        <translation>ein TIFF mit logarithmischer Helligkeit (LogL)</translation>
    </message>
    <message>
        <source>a TIFF of logarithmic colours (LogLuv)</source>
        <translation>ein TIFF mit logarithmischen Farben (LogLuv)</translation>
    </message>
    <message>
        <source>a TIFF of inks or colours of its own</source>
        <translation>ein TIFF mit eigenen Druckfarben oder Farben</translation>
    </message>
    <message>
        <source>a TIFF with {0}-bit {1} samples</source>
        <translation>ein TIFF mit {0}-Bit-Werten ({1})</translation>
    </message>
    <message>
        <source>signed</source>
        <translation>mit Vorzeichen</translation>
    </message>
    <message>
        <source>floating-point</source>
        <translation>Gleitkomma</translation>
    </message>
    <message>
        <source>complex</source>
        <translation>komplex</translation>
    </message>
    <message>
        <source>a TIFF with {0}-bit integer samples</source>
        <translation>ein TIFF mit ganzzahligen {0}-Bit-Werten</translation>
    </message>
    <message>
        <source>a TIFF whose samples are of unequal kinds</source>
        <translation>ein TIFF mit Werten ungleicher Art</translation>
    </message>
    <message>
        <source>a TIFF of a volume</source>
        <translation>ein TIFF eines Volumens</translation>
    </message>
    <message>
        <source>a TIFF with 16-bit L*a*b* colours</source>
        <translation>ein TIFF mit L*a*b*-Farben in 16 Bit</translation>
    </message>
    <message>
        <source>a TIFF whose samples are laid out in a rare way</source>
        <translation>ein TIFF, dessen Werte auf seltene Weise angeordnet sind</translation>
    </message>
    <message>
        <source>a TIFF with an extra channel beside packed colours</source>
        <translation>ein TIFF mit einem zusätzlichen Kanal neben gepackten Farben</translation>
    </message>
    <message>
        <source>a TIFF of the kind {0}</source>
        <translation>ein TIFF der Art {0}</translation>
    </message>
    <message>
        <source>a TIFF compressed with {0}</source>
        <translation>ein TIFF, das mit {0} komprimiert ist</translation>
    </message>
    <message>
        <source>lossy JPEG</source>
        <translation>verlustbehaftetem JPEG</translation>
    </message>
    <message>
        <source>a method of its own ({0})</source>
        <translation>einem eigenen Verfahren ({0})</translation>
    </message>
    <message>
        <source>Save it without compression, or with LZW or ZIP, and open that.</source>
        <translation>Ohne Kompression oder mit LZW oder ZIP speichern und das öffnen.</translation>
    </message>
    <message>
        <source>{0} cannot be written: its ending names no format that is known here.</source>
        <translation>{0} lässt sich nicht schreiben: Die Endung nennt kein bekanntes Format.</translation>
    </message>
    <message>
        <source>Use one of {0}.</source>
        <translation>Eine von diesen nehmen: {0}.</translation>
    </message>
    <message>
        <source>{0} is the original photo, which is never overwritten.</source>
        <translation>{0} ist das ursprüngliche Foto, das nie überschrieben wird.</translation>
    </message>
    <message>
        <source>{0} is one of the files that are read, which are never overwritten.</source>
        <translation>{0} ist eine der gelesenen Dateien, die nie überschrieben werden.</translation>
    </message>
    <message>
        <source>Choose another name.</source>
        <translation>Einen anderen Namen wählen.</translation>
    </message>
    <message>
        <source>{0} is a folder that is read from.</source>
        <translation>{0} ist ein Ordner, aus dem gelesen wird.</translation>
    </message>
    <message>
        <source>Choose another one to write to.</source>
        <translation>Zum Schreiben einen anderen wählen.</translation>
    </message>
    <message>
        <source>[Errno {0}] {1}: &apos;{2}&apos;</source>
        <translation>[Errno {0}] {1}: „{2}“</translation>
    </message>
    <message>
        <source>{0} is not an ordinary file</source>
        <translation>{0} ist keine gewöhnliche Datei</translation>
    </message>
    <message>
        <source>{0} has {1} bytes</source>
        <translation>{0} hat {1} Byte</translation>
    </message>
    <message>
        <source>{0} has more than {1} bytes</source>
        <translation>{0} hat mehr als {1} Byte</translation>
    </message>
    <message>
        <source>it is a folder</source>
        <translation>ein Ordner</translation>
    </message>
    <message>
        <source>it is not an ordinary file</source>
        <translation>keine gewöhnliche Datei</translation>
    </message>
    <message>
        <source>drafts in this folder keep being removed</source>
        <translation>Entwürfe werden in diesem Ordner immer wieder gelöscht</translation>
    </message>
    <message>
        <source>Permission denied</source>
        <translation>keine Berechtigung</translation>
    </message>
    <message>
        <source>Operation not permitted</source>
        <translation>Vorgang nicht erlaubt</translation>
    </message>
    <message>
        <source>Read-only file system</source>
        <translation>nur lesbares Dateisystem</translation>
    </message>
    <message>
        <source>No space left on device</source>
        <translation>kein Platz auf dem Datenträger</translation>
    </message>
    <message>
        <source>Disk quota exceeded</source>
        <translation>zugeteilter Speicherplatz voll</translation>
    </message>
    <message>
        <source>No such file or directory</source>
        <translation>Datei oder Ordner nicht vorhanden</translation>
    </message>
    <message>
        <source>Is a directory</source>
        <translation>ein Ordner</translation>
    </message>
    <message>
        <source>Not a directory</source>
        <translation>kein Ordner</translation>
    </message>
    <message>
        <source>File exists</source>
        <translation>Datei schon vorhanden</translation>
    </message>
    <message>
        <source>File name too long</source>
        <translation>Dateiname zu lang</translation>
    </message>
    <message>
        <source>Input/output error</source>
        <translation>Ein- oder Ausgabefehler</translation>
    </message>
    <message>
        <source>Too many levels of symbolic links</source>
        <translation>zu viele Verweise hintereinander</translation>
    </message>
    <message>
        <source>{0} is a folder.</source>
        <translation>{0} ist ein Ordner.</translation>
    </message>
    <message>
        <source>Add a file name to it.</source>
        <translation>Einen Dateinamen anhängen.</translation>
    </message>
    <message>
        <source>{0} files hold at most {1} pixels a side, fewer than this photo has.</source>
        <translation>{0}-Dateien fassen höchstens {1} Pixel je Seite, weniger als dieses Foto hat.</translation>
    </message>
    <message>
        <source>Export as PNG or TIFF.</source>
        <translation>Als PNG oder TIFF exportieren.</translation>
    </message>
    <message>
        <source>{0} is empty.</source>
        <translation>{0} ist leer.</translation>
    </message>
    <message>
        <source>Copy or download it again.</source>
        <translation>Noch einmal kopieren oder herunterladen.</translation>
    </message>
    <message>
        <source>No face was found in {0}: it has only {1} x {2} pixels.</source>
        <translation>In {0} wurde kein Gesicht gefunden: Es hat nur {1} x {2} Pixel.</translation>
    </message>
    <message>
        <source>Open a larger photo; a face of 100 pixels or more gives good results.</source>
        <translation>Ein größeres Foto öffnen; ein Gesicht ab 100 Pixeln ergibt gute Ergebnisse.</translation>
    </message>
    <message>
        <source>{0} is asked for twice.</source>
        <translation>{0} ist zweimal verlangt.</translation>
    </message>
    <message>
        <source>Give each output a name of its own.</source>
        <translation>Jeder Ausgabe einen eigenen Namen geben.</translation>
    </message>
    <message>
        <source>There is no folder {0}.</source>
        <translation>Es gibt keinen Ordner {0}.</translation>
    </message>
    <message>
        <source>Make it, or choose another one.</source>
        <translation>Den Ordner anlegen oder einen anderen wählen.</translation>
    </message>
    <message>
        <source>{0} is not a folder.</source>
        <translation>{0} ist kein Ordner.</translation>
    </message>
    <message>
        <source>The folder {0} allows no writing.</source>
        <translation>Der Ordner {0} lässt sich nicht beschreiben.</translation>
    </message>
    <message>
        <source>Choose another one.</source>
        <translation>Einen anderen wählen.</translation>
    </message>
    <message>
        <source>{0} cannot be written: {1}.</source>
        <translation>{0} lässt sich nicht schreiben: {1}.</translation>
    </message>
    <message>
        <source>Choose a folder that exists, has room and allows writing.</source>
        <translation>Einen Ordner wählen, den es gibt, der Platz hat und sich beschreiben lässt.</translation>
    </message>
    <message>
        <source>{0} is not a photo that this program can read: it {1}.</source>
        <translation>{0} ist kein Foto, das dieses Programm lesen kann, sondern {1}.</translation>
    </message>
    <message>
        <source>Open a photo in it.</source>
        <translation>Ein Foto darin öffnen.</translation>
    </message>
    <message>
        <source>There is no file {0}.</source>
        <translation>Es gibt keine Datei {0}.</translation>
    </message>
    <message>
        <source>Check its name and folder.</source>
        <translation>Namen und Ordner prüfen.</translation>
    </message>
    <message>
        <source>{0} is not an ordinary file.</source>
        <translation>{0} ist keine gewöhnliche Datei.</translation>
    </message>
    <message>
        <source>{0} cannot be read: {1}.</source>
        <translation>{0} lässt sich nicht lesen: {1}.</translation>
    </message>
    <message>
        <source>Check that you may read it.</source>
        <translation>Prüfen, ob das Lesen erlaubt ist.</translation>
    </message>
    <message>
        <source>The generator of this face could not be kept: {0}.</source>
        <translation>Der Generator dieses Gesichts ließ sich nicht aufheben: {0}.</translation>
    </message>
    <message>
        <source>Make room in {0} and try again.</source>
        <translation>In {0} Platz schaffen und noch einmal versuchen.</translation>
    </message>
    <message>
        <source>The generator that this face was tuned with is gone.</source>
        <translation>Der Generator, der an dieses Gesicht angepasst wurde, ist nicht mehr da.</translation>
    </message>
    <message>
        <source>Go back to before the tuning, and tune again.</source>
        <translation>Vor die Anpassung zurückgehen und noch einmal anpassen.</translation>
    </message>
    <message>
        <source>The gallery has {0} faces.</source>
        <translation>Die Galerie hat {0} Gesichter.</translation>
    </message>
    <message>
        <source>Choose one of 0 to {0}.</source>
        <translation>Eines von 0 bis {0} wählen.</translation>
    </message>
    <message>
        <source>The latents of the gallery are not of the pack&apos;s generator.</source>
        <translation>Die latenten Vektoren der Galerie gehören nicht zum Generator des Pakets.</translation>
    </message>
    <message>
        <source>Import the generator that they were made with.</source>
        <translation>Den Generator importieren, mit dem sie entstanden sind.</translation>
    </message>
    <message>
        <source>No face was found in {0}.</source>
        <translation>In {0} wurde kein Gesicht gefunden.</translation>
    </message>
    <message>
        <source>Choose a reference photo with a face turned to the camera.</source>
        <translation>Ein Vergleichsfoto mit einem Gesicht wählen, das zur Kamera schaut.</translation>
    </message>
    <message>
        <source>No photo is open.</source>
        <translation>Es ist kein Foto offen.</translation>
    </message>
    <message>
        <source>Open one first.</source>
        <translation>Zuerst eines öffnen.</translation>
    </message>
    <message>
        <source>Another photo was opened meanwhile: this was asked of the one before.</source>
        <translation>Inzwischen wurde ein anderes Foto geöffnet: Dies galt dem vorigen.</translation>
    </message>
    <message>
        <source>Open that one again to go on with it.</source>
        <translation>Das vorige wieder öffnen, um damit weiterzumachen.</translation>
    </message>
    <message>
        <source>This is our fault, not yours; the lines above say where.</source>
        <translation>Das ist ein Fehler des Programms; die Zeilen darüber sagen, wo.</translation>
    </message>
    <message>
        <source>The networks stopped answering.</source>
        <translation>Die Netze antworten nicht mehr.</translation>
    </message>
    <message>
        <source>Opening the photo</source>
        <translation>Foto wird geöffnet</translation>
    </message>
    <message>
        <source>Opening the project</source>
        <translation>Projekt wird geöffnet</translation>
    </message>
    <message>
        <source>Making a face</source>
        <translation>Gesicht wird erfunden</translation>
    </message>
    <message>
        <source>Preparing the face</source>
        <translation>Gesicht wird vorbereitet</translation>
    </message>
    <message>
        <source>Applying the edit</source>
        <translation>Bearbeitung wird angewendet</translation>
    </message>
    <message>
        <source>Reading the style</source>
        <translation>Stil wird gelesen</translation>
    </message>
    <message>
        <source>Reading the shape</source>
        <translation>Form wird gelesen</translation>
    </message>
    <message>
        <source>Reading the label map</source>
        <translation>Klassenkarte wird gelesen</translation>
    </message>
    <message>
        <source>Exporting</source>
        <translation>Export läuft</translation>
    </message>
    <message>
        <source>Drawing the gallery</source>
        <translation>Galerie wird gezeichnet</translation>
    </message>
    <message>
        <source>Rendering an earlier result</source>
        <translation>Früheres Ergebnis wird gezeichnet</translation>
    </message>
    <message>
        <source>Looking for faces</source>
        <translation>Gesichter werden gesucht</translation>
    </message>
    <message>
        <source>What was painted by hand belongs to the place where it was painted.</source>
        <translation>Von Hand Gemaltes gehört an die Stelle, an der es gemalt wurde.</translation>
    </message>
    <message>
        <source>The other face is needed for it: take its shape again in the Shapes panel.</source>
        <translation>Dazu wird das andere Gesicht gebraucht: seine Form in der Leiste Formen noch einmal übernehmen.</translation>
    </message>
    <message>
        <source>The reference photo is needed for it: choose it again in the Style panel.</source>
        <translation>Dazu wird das Referenzfoto gebraucht: es in der Leiste Stil noch einmal wählen.</translation>
    </message>
    <message>
        <source>It concerns this face as it was then, and no other.</source>
        <translation>Das betrifft dieses Gesicht, wie es damals war, und kein anderes.</translation>
    </message>
    <message>
        <source>Nothing that was applied here can be done again.</source>
        <translation>Nichts von dem, was hier angewendet wurde, lässt sich noch einmal ausführen.</translation>
    </message>
    <message>
        <source>This shape is not known here.</source>
        <translation>Diese Form ist hier nicht bekannt.</translation>
    </message>
    <message>
        <source>This project was edited with another pack.</source>
        <translation>Dieses Projekt wurde mit einem anderen Paket bearbeitet.</translation>
    </message>
    <message>
        <source>Choose that pack under Help &gt; Model packs to go on editing.</source>
        <translation>Zum Weiterarbeiten dieses Paket unter Hilfe &gt; Modellpakete wählen.</translation>
    </message>
    <message>
        <source>The pack {0} has no gallery.</source>
        <translation>Das Paket {0} hat keine Galerie.</translation>
    </message>
    <message>
        <source>Import one with StyleFlow&apos;s all_latents.pickle and its generator.</source>
        <translation>Importieren Sie eines mit StyleFlows all_latents.pickle und dem zugehörigen Generator.</translation>
    </message>
    <message>
        <source>Cancelled.</source>
        <translation>Abgebrochen.</translation>
    </message>
    <message>
        <source>There is not enough memory.</source>
        <translation>Der Speicher reicht nicht.</translation>
    </message>
    <message>
        <source>Something went wrong inside the program ({0}).</source>
        <translation>Im Programm ist etwas schiefgegangen ({0}).</translation>
    </message>
    <message>
        <source>Your work is as it was; the log file has the details.</source>
        <translation>Die Arbeit ist unverändert; Näheres steht im Protokoll.</translation>
    </message>
    <message>
        <source>{0} is {1} x {2} pixels.</source>
        <translation>{0} hat {1} x {2} Pixel.</translation>
    </message>
    <message>
        <source>{0}: resize it with nearest neighbour, which keeps the ids.</source>
        <translation>{0}: mit „nächster Nachbar“ skalieren, das erhält die Nummern.</translation>
    </message>
    <message>
        <source>{0} is a colour picture in colours that no known label palette has.</source>
        <translation>{0} ist ein Farbbild in Farben, die keine bekannte Klassenpalette hat.</translation>
    </message>
    <message>
        <source>{0} or colours: smoothed edges, colour profiles and JPEG change them.</source>
        <translation>{0} oder Farben: Geglättete Kanten, Farbprofile und JPEG ändern sie.</translation>
    </message>
    <message>
        <source>{0} holds the id {1}; ids go from 0 to {2}.</source>
        <translation>{0} enthält die Nummer {1}; Nummern gehen von 0 bis {2}.</translation>
    </message>
    <message>
        <source>Its colours may be those of another palette: &apos;s2flow segment&apos; writes the right one.</source>
        <translation>Die Farben gehören vielleicht zu einer anderen Palette: „s2flow segment“ schreibt die richtige.</translation>
    </message>
    <message>
        <source>{0}: save it in grey, or with the palette that &apos;s2flow segment&apos; writes.</source>
        <translation>{0}: in Grau speichern oder mit der Palette, die „s2flow segment“ schreibt.</translation>
    </message>
    <message>
        <source>{0}: save it without transparency.</source>
        <translation>{0}: ohne Transparenz speichern.</translation>
    </message>
    <message>
        <source>{0} has indices but no palette for them.</source>
        <translation>{0} hat Indizes, aber keine Palette dazu.</translation>
    </message>
    <message>
        <source>{0} has the index {1}, but its palette has {2} colours.</source>
        <translation>{0} hat den Index {1}, aber die Palette hat nur {2} Farben.</translation>
    </message>
    <message>
        <source>{0} has a palette with one colour for several indices.</source>
        <translation>{0} hat eine Palette mit einer Farbe für mehrere Indizes.</translation>
    </message>
    <message>
        <source>{0} is transparent in places, which says no class.</source>
        <translation>{0} ist stellenweise transparent, was keine Klasse nennt.</translation>
    </message>
    <message>
        <source>it {0}, no PNG</source>
        <translation>{0}, kein PNG</translation>
    </message>
    <message>
        <source>no PNG</source>
        <translation>kein PNG</translation>
    </message>
    <message>
        <source>no ordinary file</source>
        <translation>keine gewöhnliche Datei</translation>
    </message>
    <message>
        <source>there is not enough memory</source>
        <translation>der Arbeitsspeicher reicht nicht</translation>
    </message>
    <message>
        <source>far larger than a label map</source>
        <translation>viel größer als eine Klassenkarte</translation>
    </message>
    <message>
        <source>its header is damaged</source>
        <translation>der Dateikopf ist beschädigt</translation>
    </message>
    <message>
        <source>its 16-bit values cannot be read</source>
        <translation>die Werte mit 16 Bit lassen sich nicht lesen</translation>
    </message>
    <message>
        <source>{0} cannot be written ({1}).</source>
        <translation>{0} lässt sich nicht schreiben ({1}).</translation>
    </message>
    <message>
        <source>Choose another folder or name.</source>
        <translation>Einen anderen Ordner oder Namen wählen.</translation>
    </message>
    <message>
        <source>{0} cannot be read as a label map ({1}).</source>
        <translation>{0} lässt sich nicht als Klassenkarte lesen ({1}).</translation>
    </message>
    <message>
        <source>{0}; &apos;s2flow segment&apos; writes one.</source>
        <translation>{0}; „s2flow segment“ schreibt eine.</translation>
    </message>
    <message>
        <source>The program&apos;s own folder &apos;{0}&apos; is missing.</source>
        <translation>Der programmeigene Ordner „{0}“ fehlt.</translation>
    </message>
    <message>
        <source>This installation is incomplete: install S2-Flow Studio again.</source>
        <translation>Diese Installation ist unvollständig: S2-Flow Studio neu installieren.</translation>
    </message>
    <message>
        <source>Packs found: {0}. &apos;S2FLOW_MODELS&apos; names another folder of packs.</source>
        <translation>Gefundene Pakete: {0}. „S2FLOW_MODELS“ nennt einen anderen Ordner mit Paketen.</translation>
    </message>
    <message>
        <source>The folder {0} cannot be created: {1}.</source>
        <translation>Der Ordner {0} lässt sich nicht anlegen: {1}.</translation>
    </message>
    <message>
        <source>Make its parent folder writable, or set HOME to a folder that is.</source>
        <translation>Den übergeordneten Ordner beschreibbar machen oder HOME auf einen beschreibbaren setzen.</translation>
    </message>
    <message>
        <source>The edit could not be computed: the flow&apos;s equation is too stiff here ({0}).</source>
        <translation>Die Bearbeitung ließ sich nicht berechnen: Die Gleichung des Flusses ist hier zu steif ({0}).</translation>
    </message>
    <message>
        <source>Ask for a smaller change, or lower the amount.</source>
        <translation>Eine kleinere Änderung verlangen oder die Stärke senken.</translation>
    </message>
    <message>
        <source>{0} is empty, so it is no checkpoint.</source>
        <translation>{0} ist leer, also kein Checkpoint.</translation>
    </message>
    <message>
        <source>{0} has more than {1} GiB, so it is no checkpoint.</source>
        <translation>{0} hat mehr als {1} GiB, ist also kein Checkpoint.</translation>
    </message>
    <message>
        <source>{0} is not there, or is not a file.</source>
        <translation>{0} ist nicht da oder ist keine Datei.</translation>
    </message>
    <message>
        <source>Give a checkpoint&apos;s file.</source>
        <translation>Die Datei eines Checkpoints angeben.</translation>
    </message>
    <message>
        <source>{0} is text, but not JSON.</source>
        <translation>{0} ist Text, aber kein JSON.</translation>
    </message>
    <message>
        <source>{0} took too long to read.</source>
        <translation>{0} zu lesen hat zu lange gedauert.</translation>
    </message>
    <message>
        <source>{0} could not be read within the memory and time that its size allows.</source>
        <translation>{0} ließ sich nicht mit dem Speicher und in der Zeit lesen, die der Größe entsprechen.</translation>
    </message>
    <message>
        <source>{0} could not be read ({1}).</source>
        <translation>{0} ließ sich nicht lesen ({1}).</translation>
    </message>
    <message>
        <source>{0} made the process that reads it stop ({1}).</source>
        <translation>{0} hat den Prozess abbrechen lassen, der die Datei liest ({1}).</translation>
    </message>
    <message>
        <source>{0} made the reader do what reading does not need ({1}).</source>
        <translation>{0} hat das lesende Programm zu etwas gebracht, was zum Lesen nicht nötig ist ({1}).</translation>
    </message>
    <message>
        <source>{0} was changed while it was read.</source>
        <translation>{0} wurde geändert, während die Datei gelesen wurde.</translation>
    </message>
    <message>
        <source>{0} asks for more memory than a checkpoint of its size.</source>
        <translation>{0} verlangt mehr Speicher als ein Checkpoint dieser Größe.</translation>
    </message>
    <message>
        <source>Nothing in it was run. Get the file again from its authors.</source>
        <translation>Nichts darin wurde ausgeführt. Die Datei noch einmal von ihren Urhebern holen.</translation>
    </message>
    <message>
        <source>{0} is cut short or damaged.</source>
        <translation>{0} ist abgeschnitten oder beschädigt.</translation>
    </message>
    <message>
        <source>{0} is neither a torch file nor a pickle.</source>
        <translation>{0} ist weder eine Torch-Datei noch ein Pickle.</translation>
    </message>
    <message>
        <source>{0} is a packed archive, which torch does not write.</source>
        <translation>{0} ist ein komprimiertes Archiv; Torch schreibt keine solchen.</translation>
    </message>
    <message>
        <source>{0} is an archive, but not one of torch&apos;s.</source>
        <translation>{0} ist ein Archiv, aber keines von Torch.</translation>
    </message>
    <message>
        <source>{0} declares more than it holds.</source>
        <translation>{0} gibt mehr an, als darin ist.</translation>
    </message>
    <message>
        <source>{0} holds an array that is larger than its data.</source>
        <translation>{0} enthält ein Array, das größer als seine Daten ist.</translation>
    </message>
    <message>
        <source>{0} holds a tensor that is larger than its data.</source>
        <translation>{0} enthält einen Tensor, der größer als seine Daten ist.</translation>
    </message>
    <message>
        <source>{0} is nested deeper, or has more parts, than any checkpoint.</source>
        <translation>{0} ist tiefer verschachtelt oder hat mehr Teile als jeder Checkpoint.</translation>
    </message>
    <message>
        <source>{0} has files within files within files.</source>
        <translation>{0} hat Dateien in Dateien in Dateien.</translation>
    </message>
    <message>
        <source>{0} asks for {1}, which no checkpoint that this program knows needs.</source>
        <translation>{0} verlangt {1}, was kein Checkpoint braucht, den dieses Programm kennt.</translation>
    </message>
    <message>
        <source>{0} uses {1}, which no checkpoint needs.</source>
        <translation>{0} benutzt {1}, was kein Checkpoint braucht.</translation>
    </message>
    <message>
        <source>{0} replaces parts of what it has built, which no checkpoint needs.</source>
        <translation>{0} ersetzt Teile des schon Aufgebauten, was kein Checkpoint braucht.</translation>
    </message>
    <message>
        <source>{0} was saved as a whole program object, not as weights.</source>
        <translation>{0} wurde als ganzes Programmobjekt gespeichert, nicht als Gewichte.</translation>
    </message>
    <message>
        <source>{0} was saved by a version of torch that is too old.</source>
        <translation>{0} wurde mit einer zu alten Version von Torch gespeichert.</translation>
    </message>
    <message>
        <source>{0} was saved by a version of torch, or a computer, that is too old.</source>
        <translation>{0} wurde mit einer zu alten Version von Torch oder auf einem zu alten Rechner gespeichert.</translation>
    </message>
    <message>
        <source>{0} was saved on a computer with another byte order.</source>
        <translation>{0} wurde auf einem Rechner mit anderer Bytereihenfolge gespeichert.</translation>
    </message>
    <message>
        <source>{0} is no checkpoint that this program knows.</source>
        <translation>{0} ist kein Checkpoint, den dieses Programm kennt.</translation>
    </message>
    <message>
        <source>This program reads StyleGAN2 generators (NVIDIA&apos;s PyTorch and TensorFlow pickles, rosinality&apos;s .pt), S2-Flow&apos;s last_checkpoint.pt and config.txt, the DeepLab face parser and StyleFlow&apos;s latents.</source>
        <translation>Dieses Programm liest StyleGAN2-Generatoren (die PyTorch- und TensorFlow-Pickles von NVIDIA, die .pt von rosinality), last_checkpoint.pt und config.txt von S2-Flow, die Klassenerkennung DeepLab und die latenten Vektoren von StyleFlow.</translation>
    </message>
    <message>
        <source>Get the whole file again from its authors.</source>
        <translation>Die ganze Datei noch einmal von ihren Urhebern holen.</translation>
    </message>
    <message>
        <source>{0} has weights of sizes that no {1} has.</source>
        <translation>{0} hat Gewichte in Größen, die nicht zu diesem Netz passen ({1}).</translation>
    </message>
    <message>
        <source>{0} lacks {1} (of the {2}).</source>
        <translation>{0}: Es fehlt {1} ({2}).</translation>
    </message>
    <message>
        <source>{0} has weights that do not belong there: {1} (of the {2}).</source>
        <translation>{0} hat Gewichte, die nicht dazugehören: {1} ({2}).</translation>
    </message>
    <message>
        <source>{0} and {1} more</source>
        <translation>{0} und {1} weitere</translation>
    </message>
    <message>
        <source>{0} has {1} in shape {2} where the {3} needs {4}.</source>
        <translation>{0} hat {1} in der Form {2}, nötig ist {4} ({3}).</translation>
    </message>
    <message>
        <source>{0} lacks {1}, or has it in another shape.</source>
        <translation>{0}: Es fehlt {1} oder hat eine andere Form.</translation>
    </message>
    <message>
        <source>{0} has {1} {2}, more than any network.</source>
        <translation>{0} hat {1} {2}, mehr als jedes Netz.</translation>
    </message>
    <message>
        <source>mapping layers</source>
        <translation>Mapping-Schichten</translation>
    </message>
    <message>
        <source>layers of the flow</source>
        <translation>Schichten des Flusses</translation>
    </message>
    <message>
        <source>blocks</source>
        <translation>Blöcke</translation>
    </message>
    <message>
        <source>{0} does not hold a plain state dict.</source>
        <translation>{0} enthält kein einfaches „state dict“.</translation>
    </message>
    <message>
        <source>{0} states {1} as something that is no setting.</source>
        <translation>{0} nennt für {1} etwas, das keine Einstellung ist.</translation>
    </message>
    <message>
        <source>{0} holds a network without its weights.</source>
        <translation>{0} enthält ein Netz ohne Gewichte.</translation>
    </message>
    <message>
        <source>{0} has a G_ema that is no network.</source>
        <translation>{0} hat ein G_ema, das kein Netz ist.</translation>
    </message>
    <message>
        <source>{0} is no StyleGAN2 generator of 4 to {1} px.</source>
        <translation>{0} ist kein StyleGAN2-Generator für 4 bis {1} px.</translation>
    </message>
    <message>
        <source>{0} is a generator of several classes, which this program lacks.</source>
        <translation>{0} ist ein Generator für mehrere Klassen, die dieses Programm nicht kennt.</translation>
    </message>
    <message>
        <source>{0} has activations other than leaky ReLU.</source>
        <translation>{0} hat andere Aktivierungen als Leaky ReLU.</translation>
    </message>
    <message>
        <source>{0} has a mapping network with another learning rate than {1}.</source>
        <translation>{0} hat ein Mapping-Netz mit einer anderen Lernrate als {1}.</translation>
    </message>
    <message>
        <source>{0} clamps some layers and not others, which this program does not.</source>
        <translation>{0} begrenzt manche Schichten und andere nicht; das tut dieses Programm nicht.</translation>
    </message>
    <message>
        <source>{0} clamps its layers to something that is not a number.</source>
        <translation>{0} begrenzt seine Schichten auf etwas, das keine Zahl ist.</translation>
    </message>
    <message>
        <source>{0} resamples with another filter than [1, 3, 3, 1], in {1}.</source>
        <translation>{0} tastet in {1} mit einem anderen Filter als [1, 3, 3, 1] ab.</translation>
    </message>
    <message>
        <source>{0} has a weight that StyleGAN2 lacks, {1}.</source>
        <translation>{0} hat ein Gewicht, das StyleGAN2 nicht hat: {1}.</translation>
    </message>
    <message>
        <source>{0} has a weight that the condition encoder lacks, {1}.</source>
        <translation>{0} hat ein Gewicht, das der Encoder der Bedingung nicht hat: {1}.</translation>
    </message>
    <message>
        <source>{0} has a layer without a number, {1}.</source>
        <translation>{0} hat eine Schicht ohne Nummer: {1}.</translation>
    </message>
    <message>
        <source>{0} was saved by a version of the TensorFlow code that is too old.</source>
        <translation>{0} wurde mit einer zu alten Version des TensorFlow-Programms gespeichert.</translation>
    </message>
    <message>
        <source>{0} is configured with another {1} than {2}.</source>
        <translation>{0} ist anders eingestellt: {1} ist nicht {2}.</translation>
    </message>
    <message>
        <source>{0} has a variable without a name or values.</source>
        <translation>{0} hat eine Variable ohne Namen oder Werte.</translation>
    </message>
    <message>
        <source>{0} has a variable without values.</source>
        <translation>{0} hat eine Variable ohne Werte.</translation>
    </message>
    <message>
        <source>{0} has a variable that StyleGAN2 lacks, {1}.</source>
        <translation>{0} hat eine Variable, die StyleGAN2 nicht hat: {1}.</translation>
    </message>
    <message>
        <source>{0} has a variable of the wrong shape, for {1}.</source>
        <translation>{0} hat eine Variable der falschen Form, für {1}.</translation>
    </message>
    <message>
        <source>{0} has latents that are not an array of numbers.</source>
        <translation>{0} hat latente Vektoren, die kein Array von Zahlen sind.</translation>
    </message>
    <message>
        <source>{0} has latents of shape {1}, not [count, rows, width].</source>
        <translation>{0} hat latente Vektoren der Form {1} statt [Anzahl, Zeilen, Breite].</translation>
    </message>
    <message>
        <source>{0} is part of an S2-Flow checkpoint: it lacks {1}.</source>
        <translation>{0} ist ein Teil eines S2-Flow-Checkpoints: Es fehlt {1}.</translation>
    </message>
    <message>
        <source>{0} is the configuration of an S2-Flow checkpoint that was not given.</source>
        <translation>{0} ist die Konfiguration eines S2-Flow-Checkpoints, der nicht dabei ist.</translation>
    </message>
    <message>
        <source>{0} says {1} is not {2}, which is all that this program has.</source>
        <translation>{0} sagt, {1} sei nicht {2}; dieses Programm hat nur das.</translation>
    </message>
    <message>
        <source>{0} describes another flow: the checkpoint&apos;s layers are {1}.</source>
        <translation>{0} beschreibt einen anderen Fluss: Die Schichten des Checkpoints sind {1}.</translation>
    </message>
    <message>
        <source>The files hold settings only, no network.</source>
        <translation>Die Dateien enthalten nur Einstellungen, kein Netz.</translation>
    </message>
    <message>
        <source>Add a checkpoint.</source>
        <translation>Einen Checkpoint hinzufügen.</translation>
    </message>
    <message>
        <source>Two of the files hold a {0}, and a pack has one.</source>
        <translation>Zwei der Dateien enthalten denselben Teil ({0}), und ein Paket hat ihn nur einmal.</translation>
    </message>
    <message>
        <source>Import them into two packs.</source>
        <translation>In zwei Pakete importieren.</translation>
    </message>
    <message>
        <source>The files do not go together: they differ in the {0} ({1}).</source>
        <translation>Die Dateien passen nicht zusammen; verschieden ist: {0} ({1}).</translation>
    </message>
    <message>
        <source>latents&apos; width</source>
        <translation>Breite der latenten Vektoren</translation>
    </message>
    <message>
        <source>latents&apos; rows</source>
        <translation>Zeilen der latenten Vektoren</translation>
    </message>
    <message>
        <source>condition&apos;s width</source>
        <translation>Breite der Bedingung</translation>
    </message>
    <message>
        <source>Import the files of one model.</source>
        <translation>Die Dateien eines einzigen Modells importieren.</translation>
    </message>
    <message>
        <source>A pack cannot be called &apos;{0}&apos;.</source>
        <translation>Ein Paket kann nicht „{0}“ heißen.</translation>
    </message>
    <message>
        <source>Use letters, digits, &apos;.&apos;, &apos;_&apos; and &apos;-&apos;.</source>
        <translation>Buchstaben, Ziffern, „.“, „_“ und „-“ nehmen.</translation>
    </message>
    <message>
        <source>There is already a pack &apos;{0}&apos;.</source>
        <translation>Es gibt schon ein Paket „{0}“.</translation>
    </message>
    <message>
        <source>Choose another --name, or remove one that you imported with &apos;s2flow packs remove&apos;.</source>
        <translation>Mit --name einen anderen Namen wählen oder ein selbst importiertes mit „s2flow packs remove“ löschen.</translation>
    </message>
    <message>
        <source>The pack cannot be written to {0}: {1}.</source>
        <translation>Das Paket lässt sich nicht nach {0} schreiben: {1}.</translation>
    </message>
    <message>
        <source>Name another folder with --to, or free some space.</source>
        <translation>Mit --to einen anderen Ordner nennen oder Platz schaffen.</translation>
    </message>
    <message>
        <source>Open a JPEG, PNG, TIFF, WebP, HEIC, AVIF, BMP, GIF or camera RAW file.</source>
        <translation>Eine JPEG-, PNG-, TIFF-, WebP-, HEIC-, AVIF-, BMP-, GIF- oder Kamera-RAW-Datei öffnen.</translation>
    </message>
    <message>
        <source>{0} is a HEIC picture.</source>
        <translation>{0} ist ein HEIC-Bild.</translation>
    </message>
    <message>
        <source>{0} is an AVIF picture.</source>
        <translation>{0} ist ein AVIF-Bild.</translation>
    </message>
    <message>
        <source>{0} is damaged, or a RAW file of a camera that is not known here.</source>
        <translation>{0} ist beschädigt oder die RAW-Datei einer Kamera, die hier nicht bekannt ist.</translation>
    </message>
    <message>
        <source>{0} was developed neutrally: {1}, no automatic brightness, sRGB, 16 bits.</source>
        <translation>{0} wurde neutral entwickelt: {1}, keine automatische Helligkeit, sRGB, 16 Bit.</translation>
    </message>
    <message>
        <source>the camera&apos;s white balance</source>
        <translation>Weißabgleich der Kamera</translation>
    </message>
    <message>
        <source>daylight white balance</source>
        <translation>Weißabgleich für Tageslicht</translation>
    </message>
    <message>
        <source>Install the extra &quot;raw&quot; (pip install &quot;s2flow-app[raw]&quot;). Or develop it with a RAW converter (darktable, RawTherapee, the camera&apos;s own), save it as 16-bit TIFF or JPEG, and open that.</source>
        <translation>Die Erweiterung „raw“ installieren (pip install &quot;s2flow-app[raw]&quot;). Oder mit einem RAW-Konverter entwickeln (darktable, RawTherapee, dem der Kamera), als TIFF mit 16 Bit oder JPEG speichern und das öffnen.</translation>
    </message>
    <message>
        <source>its {0}-bit pixels cannot be read</source>
        <translation>Die Pixel mit {0} Bit lassen sich nicht lesen</translation>
    </message>
    <message>
        <source>it develops to no picture</source>
        <translation>beim Entwickeln entsteht kein Bild</translation>
    </message>
    <message>
        <source>{0} of high dynamic range ({1})</source>
        <translation>{0} mit hohem Dynamikumfang ({1})</translation>
    </message>
    <message>
        <source>{0} in colours of a rare kind ({1})</source>
        <translation>{0} in Farben einer seltenen Art ({1})</translation>
    </message>
    <message>
        <source>a HEIC picture</source>
        <translation>ein HEIC-Bild</translation>
    </message>
    <message>
        <source>an AVIF picture</source>
        <translation>ein AVIF-Bild</translation>
    </message>
    <message>
        <source>Install the extra &quot;heic&quot; (pip install &quot;s2flow-app[heic]&quot;). Or set the phone or camera to JPEG (on an iPhone: Formats, Most Compatible), or convert it to JPEG or PNG, and open that.</source>
        <translation>Die Erweiterung „heic“ installieren (pip install &quot;s2flow-app[heic]&quot;). Oder Telefon oder Kamera auf JPEG einstellen (auf einem iPhone: „Formate“, „Maximale Kompatibilität“) oder in JPEG oder PNG umwandeln und das öffnen.</translation>
    </message>
    <message>
        <source>Exports cannot be signed: the extra &quot;c2pa&quot; is not installed.</source>
        <translation>Exporte lassen sich nicht signieren: Die Erweiterung „c2pa“ ist nicht installiert.</translation>
    </message>
    <message>
        <source>Install it (pip install &quot;s2flow-app[c2pa]&quot;), or export without a signature.</source>
        <translation>Die Erweiterung installieren (pip install &quot;s2flow-app[c2pa]&quot;) oder ohne Signatur exportieren.</translation>
    </message>
    <message>
        <source>The export cannot be signed: {0}.</source>
        <translation>Der Export lässt sich nicht signieren: {0}.</translation>
    </message>
    <message>
        <source>Export without a signature, or try again after closing other programs.</source>
        <translation>Ohne Signatur exportieren, oder andere Programme schließen und es noch einmal versuchen.</translation>
    </message>
    <message>
        <source>it takes too long</source>
        <translation>es dauert zu lange</translation>
    </message>
    <message>
        <source>the process that signs ended ({0})</source>
        <translation>der Prozess, der signiert, endete ({0})</translation>
    </message>
    <message>
        <source>The certificate cannot sign exports: {0}.</source>
        <translation>Das Zertifikat kann keine Exporte signieren: {0}.</translation>
    </message>
    <message>
        <source>its signature would be {0}</source>
        <translation>seine Signatur wäre {0}</translation>
    </message>
    <message>
        <source>It must be issued for signing (extended key usage: email protection, or C2PA&apos;s own), with its whole chain in the file.</source>
        <translation>Es muss zum Signieren ausgestellt sein (erweiterte Schlüsselverwendung: E-Mail-Schutz oder die von C2PA), mit der ganzen Kette in der Datei.</translation>
    </message>
    <message>
        <source>{0} is not the key of the certificate in {1}.</source>
        <translation>{0} ist nicht der Schlüssel des Zertifikats in {1}.</translation>
    </message>
    <message>
        <source>Give the two that belong together; the signing certificate stands first in its file.</source>
        <translation>Die beiden angeben, die zusammengehören; das signierende Zertifikat steht in seiner Datei zuerst.</translation>
    </message>
    <message>
        <source>The certificate in {0} is valid from {1} to {2}, which today is not.</source>
        <translation>Das Zertifikat in {0} gilt von {1} bis {2}, heute also nicht.</translation>
    </message>
    <message>
        <source>Have it renewed, or set the computer&apos;s clock.</source>
        <translation>Es erneuern lassen oder die Uhr des Rechners stellen.</translation>
    </message>
    <message>
        <source>{0} holds no certificate in PEM form.</source>
        <translation>{0} enthält kein Zertifikat in PEM-Form.</translation>
    </message>
    <message>
        <source>Give one PEM file: the signing certificate, then those that it was issued by.</source>
        <translation>Eine PEM-Datei angeben: zuerst das signierende Zertifikat, dann die, von denen es ausgestellt ist.</translation>
    </message>
    <message>
        <source>{0} is protected by a passphrase.</source>
        <translation>{0} ist durch ein Kennwort geschützt.</translation>
    </message>
    <message>
        <source>Give a copy without one that only you can read (openssl pkcs8 -topk8 -nocrypt -in KEY -out COPY).</source>
        <translation>Eine Kopie ohne Kennwort angeben, die nur Sie lesen können (openssl pkcs8 -topk8 -nocrypt -in SCHLÜSSEL -out KOPIE).</translation>
    </message>
    <message>
        <source>{0} holds no private key in PEM form.</source>
        <translation>{0} enthält keinen privaten Schlüssel in PEM-Form.</translation>
    </message>
    <message>
        <source>{0} holds a key of a kind that cannot sign exports.</source>
        <translation>{0} enthält einen Schlüssel einer Art, die keine Exporte signieren kann.</translation>
    </message>
    <message>
        <source>Give an EC key (P-256, P-384, P-521), an RSA or an Ed25519 key in PEM form.</source>
        <translation>Einen EC- (P-256, P-384, P-521), RSA- oder Ed25519-Schlüssel in PEM-Form angeben.</translation>
    </message>
    <message>
        <source>Name the files of certificate and key that exports are signed with.</source>
        <translation>Die Dateien von Zertifikat und Schlüssel angeben, mit denen Exporte signiert werden.</translation>
    </message>
    <message>
        <source>{0} is no project that can be opened: {1}.</source>
        <translation>{0} ist kein Projekt, das sich öffnen lässt: {1}.</translation>
    </message>
    <message>
        <source>Open an earlier copy of it, or what recovery offers.</source>
        <translation>Öffnen Sie eine frühere Kopie davon, oder was die Wiederherstellung anbietet.</translation>
    </message>
    <message>
        <source>it is no ordinary file</source>
        <translation>es ist keine gewöhnliche Datei</translation>
    </message>
    <message>
        <source>it is no whole archive ({0})</source>
        <translation>es ist kein vollständiges Archiv ({0})</translation>
    </message>
    <message>
        <source>it is an archive of another program</source>
        <translation>es ist das Archiv eines anderen Programms</translation>
    </message>
    <message>
        <source>it is encrypted</source>
        <translation>es ist verschlüsselt</translation>
    </message>
    <message>
        <source>it is packed in an unknown way</source>
        <translation>es ist auf unbekannte Weise gepackt</translation>
    </message>
    <message>
        <source>it has a member {0}, which no project has</source>
        <translation>es enthält {0}, was kein Projekt enthält</translation>
    </message>
    <message>
        <source>it has {0} twice</source>
        <translation>es enthält {0} zweimal</translation>
    </message>
    <message>
        <source>{0} says that it is larger than it can be</source>
        <translation>{0} gibt sich größer aus, als es sein kann</translation>
    </message>
    <message>
        <source>{0} is missing</source>
        <translation>{0} fehlt</translation>
    </message>
    <message>
        <source>{0} is damaged ({1})</source>
        <translation>{0} ist beschädigt ({1})</translation>
    </message>
    <message>
        <source>the checksum of {0} differs</source>
        <translation>die Prüfsumme von {0} stimmt nicht</translation>
    </message>
    <message>
        <source>its description cannot be read</source>
        <translation>seine Beschreibung ist nicht lesbar</translation>
    </message>
    <message>
        <source>a record makes no sense ({0})</source>
        <translation>ein Eintrag ergibt keinen Sinn ({0})</translation>
    </message>
    <message>
        <source>{0} was saved by a newer version of this program ({1}, projects of version {2}; this one reads up to {3}).</source>
        <translation>{0} wurde von einer neueren Version dieses Programms gespeichert ({1}, Projekte der Version {2}; diese liest bis {3}).</translation>
    </message>
    <message>
        <source>Update the program to open it.</source>
        <translation>Aktualisieren Sie das Programm, um es zu öffnen.</translation>
    </message>
    <message>
        <source>There is no room for the photo in {0}: {1}.</source>
        <translation>In {0} ist kein Platz für das Foto: {1}.</translation>
    </message>
    <message>
        <source>Make room there and try again.</source>
        <translation>Schaffen Sie dort Platz und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>{0} cannot be saved: {1}.</source>
        <translation>{0} lässt sich nicht speichern: {1}.</translation>
    </message>
    <message>
        <source>Choose a folder that exists, has room and allows writing. What was there is as it was.</source>
        <translation>Wählen Sie einen Ordner, den es gibt, der Platz hat und das Schreiben erlaubt. Was dort war, ist unverändert.</translation>
    </message>
    <message>
        <source>Save under another name or on another disk. What was there is as it was.</source>
        <translation>Speichern Sie unter einem anderen Namen oder auf einem anderen Datenträger. Was dort war, ist unverändert.</translation>
    </message>
    <message>
        <source>{0} is open in another window.</source>
        <translation>{0} ist in einem anderen Fenster geöffnet.</translation>
    </message>
    <message>
        <source>Save under another name, or close it there.</source>
        <translation>Speichern Sie unter einem anderen Namen, oder schließen Sie es dort.</translation>
    </message>
    <message>
        <source>The folder {0} is locked.</source>
        <translation>Der Ordner {0} ist gesperrt.</translation>
    </message>
    <message>
        <source>Try again.</source>
        <translation>Versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The bytes of the photo are gone.</source>
        <translation>Die Datei des Fotos ist nicht mehr da.</translation>
    </message>
    <message>
        <source>Open it again.</source>
        <translation>Öffnen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>{0} has changed since it was opened, so it cannot be put into the project.</source>
        <translation>{0} hat sich geändert, seit es geöffnet wurde, und kann deshalb nicht in das Projekt aufgenommen werden.</translation>
    </message>
    <message>
        <source>Bring the file back as it was, or export the photo and open it anew.</source>
        <translation>Stellen Sie die Datei wieder her, wie sie war, oder exportieren Sie das Foto und öffnen Sie es neu.</translation>
    </message>
    <message>
        <source>{0} is too large to be kept.</source>
        <translation>{0} ist zu groß, um aufgenommen zu werden.</translation>
    </message>
    <message>
        <source>Link it instead.</source>
        <translation>Verknüpfen Sie es stattdessen.</translation>
    </message>
    <message>
        <source>{0} is no ordinary file.</source>
        <translation>{0} ist keine gewöhnliche Datei.</translation>
    </message>
    <message>
        <source>Open a photo that is one.</source>
        <translation>Öffnen Sie ein Foto, das eine ist.</translation>
    </message>
    <message>
        <source>The photo {0} cannot be read: {1}.</source>
        <translation>Das Foto {0} ist nicht lesbar: {1}.</translation>
    </message>
    <message>
        <source>Bring it back, or open it again.</source>
        <translation>Stellen Sie es wieder her, oder öffnen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The photo of this project, {0}, {1}.</source>
        <translation>Das Foto dieses Projekts, {0}, {1}.</translation>
    </message>
    <message>
        <source>Put the file as it was beside the project.</source>
        <translation>Legen Sie die Datei, wie sie war, neben das Projekt.</translation>
    </message>
    <message>
        <source>The generator that this face was fitted with is none of this pack.</source>
        <translation>Der Generator, der an dieses Gesicht angepasst wurde, gehört nicht zu diesem Modellpaket.</translation>
    </message>
    <message>
        <source>Choose the pack that the face was edited with.</source>
        <translation>Wählen Sie das Modellpaket, mit dem das Gesicht bearbeitet wurde.</translation>
    </message>
    <message>
        <source>The generator that a face was fitted with is gone.</source>
        <translation>Der Generator, der an ein Gesicht angepasst wurde, ist nicht mehr da.</translation>
    </message>
    <message>
        <source>The generator of a face could not be kept: {0}.</source>
        <translation>Der Generator eines Gesichts konnte nicht aufbewahrt werden: {0}.</translation>
    </message>
</context>
<context>
    <name>ToolBar</name>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>Opacity of the label map</source>
        <translation>Deckkraft der Klassenkarte</translation>
    </message>
    <message>
        <source>How opaque the label map lies over the picture</source>
        <translation>Wie deckend die Klassenkarte über dem Bild liegt</translation>
    </message>
    <message>
        <source> Labels </source>
        <translation> Klassen </translation>
    </message>
</context>
<context>
    <name>ToolList</name>
    <message>
        <source>Tool list</source>
        <translation>Werkzeugliste</translation>
    </message>
</context>
<context>
    <name>ToolOptionsBar</name>
    <message>
        <source>Tool options</source>
        <translation>Werkzeugoptionen</translation>
    </message>
    <message>
        <source>This tool has no options.</source>
        <translation>Dieses Werkzeug hat keine Optionen.</translation>
    </message>
    <message>
        <source>Erase to</source>
        <translation>Radieren bis</translation>
    </message>
    <message>
        <source>What the eraser leaves</source>
        <translation>Was der Radierer übrig lässt</translation>
    </message>
    <message>
        <source>Class underneath</source>
        <translation>Klasse darunter</translation>
    </message>
    <message>
        <source>Parsed map</source>
        <translation>Erkannte Karte</translation>
    </message>
    <message>
        <source>Brush</source>
        <translation>Pinsel</translation>
    </message>
    <message>
        <source>Protect the photo from changes, or free it again</source>
        <translation>Das Foto vor Änderungen schützen oder wieder freigeben</translation>
    </message>
    <message>
        <source>Protects</source>
        <translation>Schützt</translation>
    </message>
    <message>
        <source>Frees</source>
        <translation>Gibt frei</translation>
    </message>
    <message>
        <source>Region</source>
        <translation>Bereich</translation>
    </message>
    <message>
        <source>What a click does with the region under it</source>
        <translation>Was ein Klick mit dem Bereich darunter tut</translation>
    </message>
    <message>
        <source>Grow</source>
        <translation>Wachsen</translation>
    </message>
    <message>
        <source>Shrink</source>
        <translation>Schrumpfen</translation>
    </message>
    <message>
        <source>Smooth</source>
        <translation>Glätten</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Diameter of the brush, in pixels of the label map</source>
        <translation>Durchmesser des Pinsels in Pixeln der Klassenkarte</translation>
    </message>
    <message>
        <source>By</source>
        <translation>Um</translation>
    </message>
    <message>
        <source>How far the region grows, shrinks or is smoothed</source>
        <translation>Wie weit der Bereich wächst, schrumpft oder geglättet wird</translation>
    </message>
    <message>
        <source>Tolerance</source>
        <translation>Toleranz</translation>
    </message>
    <message>
        <source>How strong an edge of the photo must be to stop the fill; 100: none does</source>
        <translation>Wie stark eine Kante im Foto sein muss, um das Füllen zu halten; 100: keine hält es</translation>
    </message>
    <message>
        <source>Feather</source>
        <translation>Weiche Kante</translation>
    </message>
    <message>
        <source>Over how many pixels the picture fades into the photo around what is asked</source>
        <translation>Über wie viele Pixel das Bild um das Verlangte ins Foto übergeht</translation>
    </message>
    <message>
        <source>Connected only</source>
        <translation>Nur Zusammenhängendes</translation>
    </message>
    <message>
        <source>Off: wherever the class shows</source>
        <translation>Aus: überall, wo die Klasse zu sehen ist</translation>
    </message>
    <message>
        <source>Pressure</source>
        <translation>Druck</translation>
    </message>
    <message>
        <source>A pen&apos;s pressure scales the brush</source>
        <translation>Der Druck eines Stifts ändert die Pinselgröße</translation>
    </message>
    <message>
        <source>Both sides</source>
        <translation>Beide Seiten</translation>
    </message>
    <message>
        <source>Do the same on the other side of the face&apos;s axis</source>
        <translation>Dasselbe auf der anderen Seite der Gesichtsachse tun</translation>
    </message>
    <message>
        <source>Side by itself</source>
        <translation>Seite von selbst</translation>
    </message>
    <message>
        <source>Left or right eye, brow and ear follow from the side of the face</source>
        <translation>Linkes oder rechtes Auge, Braue und Ohr folgen aus der Gesichtsseite</translation>
    </message>
    <message>
        <source>Mouth as one</source>
        <translation>Mund als Ganzes</translation>
    </message>
    <message>
        <source>Lips and mouth are moved together</source>
        <translation>Lippen und Mund bewegen sich zusammen</translation>
    </message>
</context>
<context>
    <name>Tools</name>
    <message>
        <source>A polygon needs three corners or more.</source>
        <translation>Ein Vieleck braucht mindestens drei Ecken.</translation>
    </message>
    <message>
        <source>Click a part of the face; the background cannot be moved.</source>
        <translation>Auf einen Teil des Gesichts klicken; der Hintergrund lässt sich nicht verschieben.</translation>
    </message>
    <message>
        <source>Brush</source>
        <translation>Pinsel</translation>
    </message>
    <message>
        <source>Paint the chosen class; Shift+click draws a straight line</source>
        <translation>Die gewählte Klasse malen; Umschalt+Klick zieht eine gerade Linie</translation>
    </message>
    <message>
        <source>Eraser</source>
        <translation>Radierer</translation>
    </message>
    <message>
        <source>Erase to the class underneath, or back to the parsed map</source>
        <translation>Bis zur Klasse darunter radieren oder zurück zur erkannten Karte</translation>
    </message>
    <message>
        <source>Protect</source>
        <translation>Schützen</translation>
    </message>
    <message>
        <source>Paint over what must stay as it is in the photo</source>
        <translation>Übermalen, was im Foto so bleiben muss</translation>
    </message>
    <message>
        <source>Fill</source>
        <translation>Füllen</translation>
    </message>
    <message>
        <source>Fill the region under the pointer with the chosen class</source>
        <translation>Den Bereich unter dem Zeiger mit der gewählten Klasse füllen</translation>
    </message>
    <message>
        <source>Lasso</source>
        <translation>Lasso</translation>
    </message>
    <message>
        <source>Draw an outline and fill it with the chosen class</source>
        <translation>Einen Umriss zeichnen und mit der gewählten Klasse füllen</translation>
    </message>
    <message>
        <source>Polygon</source>
        <translation>Vieleck</translation>
    </message>
    <message>
        <source>Click corner by corner; Enter closes, Backspace takes back</source>
        <translation>Ecke für Ecke klicken; Eingabe schließt, Rücktaste nimmt zurück</translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation>Rechteck</translation>
    </message>
    <message>
        <source>Drag a rectangle; Shift: a square, Ctrl: about its middle</source>
        <translation>Ein Rechteck ziehen; Umschalt: Quadrat, Strg: um seine Mitte</translation>
    </message>
    <message>
        <source>Ellipse</source>
        <translation>Ellipse</translation>
    </message>
    <message>
        <source>Drag an ellipse; Shift: a circle, Ctrl: about its middle</source>
        <translation>Eine Ellipse ziehen; Umschalt: Kreis, Strg: um ihre Mitte</translation>
    </message>
    <message>
        <source>Smart select</source>
        <translation>Intelligente Auswahl</translation>
    </message>
    <message>
        <source>Stroke over a thing in the photo: it is painted to its edges</source>
        <translation>Über etwas im Foto streichen: Es wird bis zu seinen Kanten gemalt</translation>
    </message>
    <message>
        <source>Grow, shrink, smooth</source>
        <translation>Wachsen, schrumpfen, glätten</translation>
    </message>
    <message>
        <source>Click a region to grow, shrink or smooth it</source>
        <translation>Einen Bereich anklicken, um ihn wachsen zu lassen, zu schrumpfen oder zu glätten</translation>
    </message>
    <message>
        <source>Move, scale, rotate</source>
        <translation>Verschieben, skalieren, drehen</translation>
    </message>
    <message>
        <source>Click a part, then drag it or its handles; arrows nudge it</source>
        <translation>Einen Teil anklicken, dann ihn oder seine Griffe ziehen; Pfeiltasten rücken ihn</translation>
    </message>
    <message>
        <source>Warp</source>
        <translation>Verformen</translation>
    </message>
    <message>
        <source>Click a part, then drag its points: mouth corners up, a smile</source>
        <translation>Einen Teil anklicken, dann seine Punkte ziehen: Mundwinkel hoch, ein Lächeln</translation>
    </message>
    <message>
        <source>Pick class</source>
        <translation>Klasse aufnehmen</translation>
    </message>
    <message>
        <source>Choose the class under the pointer; Alt+click in other tools</source>
        <translation>Die Klasse unter dem Zeiger wählen; Alt+Klick in anderen Werkzeugen</translation>
    </message>
    <message>
        <source>Pan</source>
        <translation>Schieben</translation>
    </message>
    <message>
        <source>Move the picture; Space+drag in other tools</source>
        <translation>Das Bild verschieben; Leertaste+Ziehen in anderen Werkzeugen</translation>
    </message>
    <message>
        <source>Open a photo first: there is no face to paint on.</source>
        <translation>Zuerst ein Foto öffnen: Es gibt noch kein Gesicht zum Bemalen.</translation>
    </message>
</context>
<context>
    <name>Tour</name>
    <message>
        <source>Tour</source>
        <translation>Rundgang</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>Überspringen</translation>
    </message>
    <message>
        <source>The next step of the tour</source>
        <translation>Der nächste Schritt des Rundgangs</translation>
    </message>
    <message>
        <source>End the tour; Help &gt; Show the tour starts it again</source>
        <translation>Den Rundgang beenden; Hilfe &gt; Rundgang zeigen startet ihn neu</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Weiter</translation>
    </message>
</context>
<context>
    <name>Unsaved</name>
    <message>
        <source>Unsaved edits</source>
        <translation>Nicht gespeicherte Bearbeitungen</translation>
    </message>
    <message>
        <source>{0} has edits of 1 face that are not saved.</source>
        <translation>{0} hat Bearbeitungen an 1 Gesicht, die nicht gespeichert sind.</translation>
    </message>
    <message>
        <source>{0} has edits of {1} faces that are not saved.</source>
        <translation>{0} hat Bearbeitungen an {1} Gesichtern, die nicht gespeichert sind.</translation>
    </message>
    <message>
        <source>A project keeps photo, edits and history, to go on later. An export is the photo with the applied edits.</source>
        <translation>Ein Projekt hebt Foto, Bearbeitungen und Verlauf auf, um später weiterzumachen. Ein Export ist das Foto mit den angewendeten Bearbeitungen.</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>{0} was changed by another program since it was opened here. Replace it?</source>
        <translation>{0} wurde von einem anderen Programm geändert, seit die Datei hier geöffnet wurde. Ersetzen?</translation>
    </message>
    <message>
        <source>Changed elsewhere</source>
        <translation>Anderswo geändert</translation>
    </message>
    <message>
        <source>{0} is open in another window. Open a copy here? It is saved under another name.</source>
        <translation>{0} ist in einem anderen Fenster offen. Hier eine Kopie öffnen? Sie wird unter einem anderen Namen gespeichert.</translation>
    </message>
    <message>
        <source>Open in another window</source>
        <translation>In einem anderen Fenster offen</translation>
    </message>
    <message>
        <source>Find the photo</source>
        <translation>Das Foto suchen</translation>
    </message>
    <message>
        <source>The photo of this project, {0}, has changed since the project was saved.</source>
        <translation>Das Foto dieses Projekts, {0}, hat sich geändert, seit das Projekt gespeichert wurde.</translation>
    </message>
    <message>
        <source>The photo of this project, {0}, is not where it was.</source>
        <translation>Das Foto dieses Projekts, {0}, ist nicht mehr, wo es war.</translation>
    </message>
    <message>
        <source>It lay in {0}. Choose the file as it was then.</source>
        <translation>Es lag in {0}. Die Datei wählen, wie sie damals war.</translation>
    </message>
    <message>
        <source>Find…</source>
        <translation>Suchen…</translation>
    </message>
    <message>
        <source>Find {0}</source>
        <translation>{0} suchen</translation>
    </message>
</context>
</TS>
