; The installer for Windows: for one person, without an administrator. packaging/nsis.py calls makensis with
;   VERSION, BUILD (four numbers), PROGRAM (the frozen folder), OUT, ICON, SIZE_KB, and the folder of the two lists
;   files.nsh (what is installed, file by file) and unfiles.nsh (the same to be removed): nothing else is ever removed.
; Silent: Setup.exe /S [/D=C:\folder], uninstall.exe /S. They end with 0, or 2 while the program runs, 3 when it
; could not be installed.

Unicode true
SetCompressor /SOLID lzma
SetCompressorDictSize 64
RequestExecutionLevel user
ManifestDPIAware true
AllowSkipFiles off
SetOverwrite on
SetDateSave on

!define NAME "GANStudio"
!define WINDOW "GANStudio-window.exe"
!define CONSOLE "ganstudio.exe"
!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${NAME}"
!define PATHS "Software\Microsoft\Windows\CurrentVersion\App Paths\${CONSOLE}"
!define CLASSES "Software\Classes"
!define PICTURE "GANStudio.Picture"
!define PROJECT "GANStudio.Project"

Name "${NAME}"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\${NAME}"
InstallDirRegKey HKCU "${KEY}" "InstallLocation"
BrandingText "${NAME} ${VERSION}"
VIProductVersion "${BUILD}"
VIAddVersionKey "ProductName" "${NAME}"
VIAddVersionKey "FileDescription" "${NAME} ${VERSION}, setup"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "Apache License 2.0"

!include "MUI2.nsh"
!include "FileFunc.nsh"
!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_FINISHPAGE_RUN "$INSTDIR\${WINDOW}"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "German"

LangString Running ${LANG_ENGLISH} "GANStudio is running. Close its windows and what it does in the terminal, then try again."
LangString Running ${LANG_GERMAN} "GANStudio läuft gerade. Schließen Sie seine Fenster und was es im Terminal tut, dann versuchen Sie es erneut."
LangString Foreign ${LANG_ENGLISH} "There are files in $INSTDIR that are not GANStudio's. Choose an empty or new folder."
LangString Foreign ${LANG_GERMAN} "In $INSTDIR liegen Dateien, die nicht zu GANStudio gehören. Wählen Sie einen leeren oder neuen Ordner."
LangString Old ${LANG_ENGLISH} "The version that is installed could not be removed. Restart Windows and try again."
LangString Old ${LANG_GERMAN} "Die installierte Version konnte nicht entfernt werden. Starten Sie Windows neu und versuchen Sie es erneut."
LangString Data ${LANG_ENGLISH} "Delete your models, settings and the queue as well? Your pictures are never touched."
LangString Data ${LANG_GERMAN} "Auch Ihre Modelle, Einstellungen und die Warteschlange löschen? Ihre Bilder bleiben in jedem Fall."
LangString OpenWith ${LANG_ENGLISH} "GANStudio project"
LangString OpenWith ${LANG_GERMAN} "GANStudio-Projekt"

; Whether one of the two programs runs: Windows does not open a running one for writing. Ends, or asks again.
!macro RefuseRunning
  again:
  StrCpy $1 ""
  IfFileExists "$INSTDIR\${CONSOLE}" 0 +6
    ClearErrors
    FileOpen $0 "$INSTDIR\${CONSOLE}" a
    IfErrors 0 +2
      StrCpy $1 "running"
    FileClose $0
  IfFileExists "$INSTDIR\${WINDOW}" 0 +6
    ClearErrors
    FileOpen $0 "$INSTDIR\${WINDOW}" a
    IfErrors 0 +2
      StrCpy $1 "running"
    FileClose $0
  StrCmp $1 "" idle
    IfSilent leave
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(Running)" IDRETRY again
  leave:
    SetErrorLevel 2
    Quit
  idle:
!macroend

; "Open with" for a kind of picture: one more entry in the list, never the one that a double click takes.
!macro OfferPicture EXT
  WriteRegStr HKCU "${CLASSES}\${EXT}\OpenWithProgids" "${PICTURE}" ""
  WriteRegStr HKCU "${CLASSES}\Applications\${WINDOW}\SupportedTypes" "${EXT}" ""
!macroend
!macro ForgetPicture EXT
  DeleteRegValue HKCU "${CLASSES}\${EXT}\OpenWithProgids" "${PICTURE}"
  DeleteRegKey /ifempty HKCU "${CLASSES}\${EXT}\OpenWithProgids"
  DeleteRegKey /ifempty HKCU "${CLASSES}\${EXT}"
!macroend
!macro AllPictures DO
  !insertmacro ${DO} ".jpg"
  !insertmacro ${DO} ".jpeg"
  !insertmacro ${DO} ".png"
  !insertmacro ${DO} ".webp"
  !insertmacro ${DO} ".tif"
  !insertmacro ${DO} ".tiff"
  !insertmacro ${DO} ".avif"
  !insertmacro ${DO} ".heic"
  !insertmacro ${DO} ".bmp"
  !insertmacro ${DO} ".gif"
!macroend

Section "Install"
  !insertmacro RefuseRunning
  ; Over an older version: its own uninstaller takes away exactly what it brought.
  IfFileExists "$INSTDIR\uninstall.exe" 0 empty
    ExecWait '"$INSTDIR\uninstall.exe" /S _?=$INSTDIR' $0
    StrCmp $0 "0" replaced
    IfSilent +2
      MessageBox MB_OK|MB_ICONSTOP "$(Old)"
    SetErrorLevel 3
    Quit
  replaced:
    Delete "$INSTDIR\uninstall.exe"
  empty:
  ; A folder with strangers in it is not ours to fill.
  FindFirst $0 $1 "$INSTDIR\*"
  look:
    StrCmp $1 "" ours
    StrCmp $1 "." next
    StrCmp $1 ".." next
    FindClose $0
    IfSilent +2
      MessageBox MB_OK|MB_ICONSTOP "$(Foreign)"
    SetErrorLevel 3
    Quit
  next:
    FindNext $0 $1
    Goto look
  ours:
  FindClose $0

  ClearErrors
  !include "files.nsh"
  SetOutPath "$INSTDIR"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  IfErrors 0 whole
    SetErrorLevel 3
    Abort
  whole:

  CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\${WINDOW}"
  WriteRegStr HKCU "${PATHS}" "" "$INSTDIR\${CONSOLE}"

  WriteRegStr HKCU "${CLASSES}\${PICTURE}" "" "${NAME}"
  WriteRegStr HKCU "${CLASSES}\${PICTURE}\shell\open\command" "" '"$INSTDIR\${WINDOW}" "%1"'
  WriteRegStr HKCU "${CLASSES}\Applications\${WINDOW}" "FriendlyAppName" "${NAME}"
  WriteRegStr HKCU "${CLASSES}\Applications\${WINDOW}\shell\open\command" "" '"$INSTDIR\${WINDOW}" "%1"'
  !insertmacro AllPictures OfferPicture
  ; Projects are ours, but where another program has the suffix already it keeps it.
  WriteRegStr HKCU "${CLASSES}\${PROJECT}" "" "$(OpenWith)"
  WriteRegStr HKCU "${CLASSES}\${PROJECT}\DefaultIcon" "" "$INSTDIR\${WINDOW},0"
  WriteRegStr HKCU "${CLASSES}\${PROJECT}\shell\open\command" "" '"$INSTDIR\${WINDOW}" "%1"'
  WriteRegStr HKCU "${CLASSES}\.ganstudio\OpenWithProgids" "${PROJECT}" ""
  ReadRegStr $0 HKCR ".ganstudio" ""
  StrCmp $0 "" 0 taken
    WriteRegStr HKCU "${CLASSES}\.ganstudio" "" "${PROJECT}"
  taken:

  WriteRegStr HKCU "${KEY}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${KEY}" "DisplayIcon" "$INSTDIR\${WINDOW},0"
  WriteRegStr HKCU "${KEY}" "Publisher" "${NAME}"
  WriteRegStr HKCU "${KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${KEY}" "EstimatedSize" ${SIZE_KB}
  WriteRegDWORD HKCU "${KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${KEY}" "NoRepair" 1
  ${RefreshShellIcons}
SectionEnd

Section "Uninstall"
  !insertmacro RefuseRunning
  !include "unfiles.nsh"
  Delete "$INSTDIR\uninstall.exe"
  SetOutPath "$TEMP"
  RMDir "$INSTDIR"

  Delete "$SMPROGRAMS\${NAME}.lnk"
  DeleteRegKey HKCU "${PATHS}"
  !insertmacro AllPictures ForgetPicture
  DeleteRegKey HKCU "${CLASSES}\${PICTURE}"
  DeleteRegKey HKCU "${CLASSES}\Applications\${WINDOW}"
  ReadRegStr $0 HKCU "${CLASSES}\.ganstudio" ""
  StrCmp $0 "${PROJECT}" 0 foreign
    DeleteRegValue HKCU "${CLASSES}\.ganstudio" ""
  foreign:
  DeleteRegValue HKCU "${CLASSES}\.ganstudio\OpenWithProgids" "${PROJECT}"
  DeleteRegKey /ifempty HKCU "${CLASSES}\.ganstudio\OpenWithProgids"
  DeleteRegKey /ifempty HKCU "${CLASSES}\.ganstudio"
  DeleteRegKey HKCU "${CLASSES}\${PROJECT}"
  DeleteRegKey HKCU "${KEY}"
  ${RefreshShellIcons}

  ; The person's own folder: asked, and kept when nobody is there to be asked.
  IfFileExists "$LOCALAPPDATA\ganstudio\*.*" 0 kept
    MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "$(Data)" /SD IDNO IDNO kept
    RMDir /r "$LOCALAPPDATA\ganstudio"
  kept:
SectionEnd

