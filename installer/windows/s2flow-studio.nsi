; The installer of S2-Flow Studio for Windows: for one user, without an administrator's rights.
;   makensis -DVERSION=0.1.0 -DPAYLOAD=dir -DLISTS=dir -DOUTFILE=S2-Flow-Studio-0.1.0.exe s2flow-studio.nsi
; PAYLOAD  what PyInstaller made (dist\s2flow-studio)
; LISTS    where file_lists.py wrote what the uninstaller removes: these files and no others
; ICON     an .ico (optional)
; SIGN     a command that signs %1 (optional)
; Silent: S2-Flow-Studio-0.1.0.exe /S [/D=C:\folder]; uninstall.exe /S. Exit codes: 0 done, 1 cancelled, 2 failed.

Target amd64-unicode
SetCompressor /SOLID lzma
SetCompressorDictSize 64
ManifestDPIAware true
ManifestSupportedOS all
RequestExecutionLevel user

!ifndef VERSION | PAYLOAD | LISTS | OUTFILE
  !error "give -DVERSION= -DPAYLOAD= -DLISTS= -DOUTFILE="
!endif

!include MUI2.nsh
!include LogicLib.nsh
!include FileFunc.nsh
!include WinVer.nsh
!include x64.nsh

!define NAME "S2-Flow Studio"
!define PROGRAM "s2flow-studio.exe"
!define CONSOLE_PROGRAM "s2flow.exe"
!define PROJECT_ID "S2FlowStudio.Project"
!define CLASSES "Software\Classes"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\S2FlowStudio"
!define OWN_KEY "Software\S2FlowStudio"

Name "${NAME}"
OutFile "${OUTFILE}"
InstallDir "$LOCALAPPDATA\Programs\S2-Flow Studio"
InstallDirRegKey HKCU "${OWN_KEY}" "Folder"
BrandingText "${NAME} ${VERSION}"
ShowInstDetails hide
ShowUninstDetails hide

VIProductVersion "${VERSION}.0"
VIFileVersion "${VERSION}.0"
VIAddVersionKey /LANG=1033 "ProductName" "${NAME}"
VIAddVersionKey /LANG=1033 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=1033 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=1033 "FileDescription" "${NAME} setup"
VIAddVersionKey /LANG=1033 "LegalCopyright" "Apache License 2.0"

!ifdef ICON
  !define MUI_ICON "${ICON}"
  !define MUI_UNICON "${ICON}"
!endif
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "$INSTDIR\${PROGRAM}"

!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_LICENSE "${PAYLOAD}\_internal\LICENSE"
!insertmacro MUI_PAGE_LICENSE "${PAYLOAD}\_internal\LICENSES\LicenseRef-S2Flow-Pack-Research.txt"
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "German"

LangString TooOld ${LANG_ENGLISH} "${NAME} needs a 64-bit Windows 10 or later."
LangString TooOld ${LANG_GERMAN} "${NAME} braucht ein Windows 10 oder neuer mit 64 Bit."
LangString IsOpen ${LANG_ENGLISH} "${NAME} is open. Close it, then choose Retry."
LangString IsOpen ${LANG_GERMAN} "${NAME} ist geöffnet. Schließen Sie es und wählen Sie Wiederholen."
LangString NotOurs ${LANG_ENGLISH} "$INSTDIR has other files in it. Choose an empty folder, or the one of an earlier version."
LangString NotOurs ${LANG_GERMAN} "In $INSTDIR liegen andere Dateien. Wählen Sie einen leeren Ordner oder den einer früheren Version."
LangString OldStays ${LANG_ENGLISH} "The earlier version in $INSTDIR could not be removed. Uninstall it in Windows' settings, then start again."
LangString OldStays ${LANG_GERMAN} "Die frühere Version in $INSTDIR ließ sich nicht entfernen. Deinstallieren Sie sie in den Einstellungen von Windows und beginnen Sie erneut."
LangString Program ${LANG_ENGLISH} "${NAME} (required)"
LangString Program ${LANG_GERMAN} "${NAME} (erforderlich)"
LangString Desktop ${LANG_ENGLISH} "Shortcut on the desktop"
LangString Desktop ${LANG_GERMAN} "Verknüpfung auf dem Desktop"
LangString Project ${LANG_ENGLISH} "S2-Flow project"
LangString Project ${LANG_GERMAN} "S2-Flow-Projekt"
LangString Kept ${LANG_ENGLISH} "Kept: settings, model packs and recovery data of the user in $LOCALAPPDATA\s2flow."
LangString Kept ${LANG_GERMAN} "Behalten: Einstellungen, Modellpakete und Wiederherstellungsdaten in $LOCALAPPDATA\s2flow."

!ifdef SIGN
  !finalize '${SIGN}'
  !uninstfinalize '${SIGN}'
!endif

; Waits until no program of FOLDER runs any more: Windows keeps the file of one from being renamed.
!macro WAIT_UNTIL_CLOSED FOLDER
  ${Do}
    ClearErrors
    ${IfNot} ${FileExists} "${FOLDER}\${PROGRAM}"
      ${Break}
    ${EndIf}
    Rename "${FOLDER}\${PROGRAM}" "${FOLDER}\${PROGRAM}.old"
    ${IfNot} ${Errors}
      Rename "${FOLDER}\${PROGRAM}.old" "${FOLDER}\${PROGRAM}"
      ${Break}
    ${EndIf}
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(IsOpen)" /SD IDCANCEL IDRETRY +3
    SetErrorLevel 1
    Abort
  ${Loop}
!macroend

Function .onInit
  SetShellVarContext current
  ${IfNot} ${RunningX64}
  ${OrIfNot} ${AtLeastWin10}
    MessageBox MB_OK|MB_ICONSTOP "$(TooOld)" /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}
FunctionEnd

Section "$(Program)" SecProgram
  SectionIn RO
  SetShellVarContext current
  SetOverwrite on
  !insertmacro WAIT_UNTIL_CLOSED "$INSTDIR"

  StrCpy $R9 ""
  ${If} ${FileExists} "$DESKTOP\${NAME}.lnk"
    StrCpy $R9 "has a shortcut"
  ${EndIf}
  ; An earlier version goes first, by its own uninstaller, which knows its files.
  ${If} ${FileExists} "$INSTDIR\uninstall.exe"
    InitPluginsDir
    CopyFiles /SILENT "$INSTDIR\uninstall.exe" "$PLUGINSDIR\uninstall.exe"
    ExecWait '"$PLUGINSDIR\uninstall.exe" /S _?=$INSTDIR' $0
    Delete "$INSTDIR\uninstall.exe"
    ${If} $0 != 0
    ${OrIf} ${FileExists} "$INSTDIR\${PROGRAM}"
      MessageBox MB_OK|MB_ICONSTOP "$(OldStays)" /SD IDOK
      SetErrorLevel 2
      Abort
    ${EndIf}
  ${EndIf}
  ; Never among what others put there: DLLs beside a program would be loaded by it.
  ${DirState} "$INSTDIR" $0
  ${If} $0 == 1
    MessageBox MB_OK|MB_ICONSTOP "$(NotOurs)" /SD IDOK
    SetErrorLevel 2
    Abort
  ${EndIf}

  SetOutPath "$INSTDIR"
  File /r "${PAYLOAD}/*"
  WriteUninstaller "$INSTDIR\uninstall.exe"

  CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\${PROGRAM}"
  ${If} $R9 != ""
    CreateShortcut "$DESKTOP\${NAME}.lnk" "$INSTDIR\${PROGRAM}"
  ${EndIf}

  WriteRegStr HKCU "${OWN_KEY}" "Folder" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "${NAME}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\${PROGRAM},0"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" $0

  ; Projects open with the program.
  WriteRegStr HKCU "${CLASSES}\${PROJECT_ID}" "" "$(Project)"
  WriteRegStr HKCU "${CLASSES}\${PROJECT_ID}\DefaultIcon" "" "$INSTDIR\${PROGRAM},0"
  WriteRegStr HKCU "${CLASSES}\${PROJECT_ID}\shell\open\command" "" '"$INSTDIR\${PROGRAM}" "%1"'
  WriteRegStr HKCU "${CLASSES}\.s2flow" "" "${PROJECT_ID}"
  WriteRegStr HKCU "${CLASSES}\.s2flow" "Content Type" "application/x-s2flow"
  WriteRegStr HKCU "${CLASSES}\.s2flow\OpenWithProgids" "${PROJECT_ID}" ""
  ; Photos may: it is offered under "Open with", and is nobody's default.
  !define APPLICATION "${CLASSES}\Applications\${PROGRAM}"
  WriteRegStr HKCU "${APPLICATION}" "FriendlyAppName" "${NAME}"
  WriteRegStr HKCU "${APPLICATION}\shell\open\command" "" '"$INSTDIR\${PROGRAM}" "%1"'
  !macro PHOTO ENDING
    WriteRegStr HKCU "${APPLICATION}\SupportedTypes" "${ENDING}" ""
  !macroend
  !insertmacro PHOTO ".jpg"
  !insertmacro PHOTO ".jpeg"
  !insertmacro PHOTO ".png"
  !insertmacro PHOTO ".tif"
  !insertmacro PHOTO ".tiff"
  !insertmacro PHOTO ".webp"
  !insertmacro PHOTO ".bmp"
  !insertmacro PHOTO ".heic"
  !insertmacro PHOTO ".avif"
  ; `s2flow` in the Run box and for `start`.
  WriteRegStr HKCU "Software\Microsoft\Windows\CurrentVersion\App Paths\${CONSOLE_PROGRAM}" "" "$INSTDIR\${CONSOLE_PROGRAM}"
  ${RefreshShellIcons}
SectionEnd

Section /o "$(Desktop)" SecDesktop
  SetShellVarContext current
  CreateShortcut "$DESKTOP\${NAME}.lnk" "$INSTDIR\${PROGRAM}"
SectionEnd

Function un.onInit
  SetShellVarContext current
FunctionEnd

Section "Uninstall"
  SetShellVarContext current
  !insertmacro WAIT_UNTIL_CLOSED "$INSTDIR"

  ; File by file, and folders only where they are empty then: what somebody else put there stays.
  !include "${LISTS}/uninstall_files.nsh"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"

  Delete "$SMPROGRAMS\${NAME}.lnk"
  Delete "$DESKTOP\${NAME}.lnk"

  DeleteRegKey HKCU "${CLASSES}\${PROJECT_ID}"
  DeleteRegKey HKCU "${APPLICATION}"
  DeleteRegValue HKCU "${CLASSES}\.s2flow\OpenWithProgids" "${PROJECT_ID}"
  DeleteRegKey /ifempty HKCU "${CLASSES}\.s2flow\OpenWithProgids"
  ReadRegStr $0 HKCU "${CLASSES}\.s2flow" ""
  ${If} $0 == "${PROJECT_ID}" ; another program's otherwise
    DeleteRegValue HKCU "${CLASSES}\.s2flow" ""
    DeleteRegValue HKCU "${CLASSES}\.s2flow" "Content Type"
    DeleteRegKey /ifempty HKCU "${CLASSES}\.s2flow"
  ${EndIf}
  DeleteRegKey HKCU "Software\Microsoft\Windows\CurrentVersion\App Paths\${CONSOLE_PROGRAM}"
  DeleteRegKey HKCU "${UNINSTALL}"
  DeleteRegKey HKCU "${OWN_KEY}"
  ${RefreshShellIcons}
  DetailPrint "$(Kept)"
SectionEnd
