#!/bin/sh
# GANStudio @VERSION@ for Linux, for one person, without an administrator: sh THIS-FILE --help
# This text is followed by a small unpacker and by the packed program.

VERSION='@VERSION@'
MACHINE='@MACHINE@'
GLIBC='@GLIBC@'
HEADER=@HEADER@
UNPACKER=@UNPACKER@
PAYLOAD=@PAYLOAD@
SUM='@SUM@'
NEEDED_KB=@NEEDED_KB@
ID='@ID@'

# For whom, library, and its package for apt, dnf and zypper.
libraries() {
    cat <<'LIBRARIES'
@LIBRARIES@
LIBRARIES
}

help() {
    cat <<HELP
Installs GANStudio $VERSION for you alone, into ~/.local; no administrator is needed.

  --prefix DIR   into DIR instead of ~/.local
  --keep         leave older versions that are installed there where they are
  --help         this text

It needs $((NEEDED_KB / 1000)) MB. An older version is replaced once the new one has been unpacked and tried; it may be
running meanwhile. Remove it with: sh ~/.local/opt/ganstudio/uninstall.sh
HELP
}

say() { printf '%s\n' "$*"; }

# Where a file manager has started this there is no terminal to read.
show() {
    [ ! -t 1 ] && [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || return 0
    if command -v zenity >/dev/null 2>&1; then
        zenity "--$1" --no-markup --width=420 --title=GANStudio --text="$2" >/dev/null 2>&1
    elif command -v kdialog >/dev/null 2>&1; then
        if [ "$1" = error ]; then kdialog --title GANStudio --error "$2"; else kdialog --title GANStudio --msgbox "$2"; fi
    elif command -v notify-send >/dev/null 2>&1; then
        notify-send GANStudio "$2"
    fi >/dev/null 2>&1
    return 0
}

stop() {
    say "$*" >&2
    show error "$*"
    exit 1
}

clean() {
    [ -z "${part:-}" ] || rm -rf "$part" "$part.unzstd"
    [ -z "${record:-}" ] || rm -f "$record"
    [ -z "${opt:-}" ] || forget_empty
}

# The folders that this installer made and did not fill.
forget_empty() {
    [ -z "${made:-}" ] && return
    printf '%s\n' "$made" | sort -r | while IFS= read -r folder; do
        [ -z "$folder" ] || rmdir "$folder" 2>/dev/null
    done
    made=
}

# mkdir -p that remembers what it made, for the uninstaller.
folder() {
    if [ ! -d "$1" ]; then
        folder "$(dirname "$1")" || return 1
        mkdir "$1" 2>/dev/null || return 1
        made="$made
$1"
    fi
}

home() {
    if [ -z "${HOME:-}" ] || [ ! -d "$HOME" ]; then
        HOME=$(getent passwd "$(id -u)" 2>/dev/null | cut -d: -f6)
    fi
    [ -n "$HOME" ] && [ -d "$HOME" ] || stop "There is no home folder to install into. Name a folder with --prefix DIR."
    export HOME
}

words() {
    prefix='' keep=''
    while [ $# -gt 0 ]; do
        case $1 in
            --prefix) [ $# -gt 1 ] || stop "--prefix needs a folder."; prefix=$2; shift ;;
            --prefix=*) prefix=${1#--prefix=} ;;
            --keep) keep=yes ;;
            -h | --help) help; exit 0 ;;
            *) stop "There is no option $1. --help lists them." ;;
        esac
        shift
    done
    if [ -n "$prefix" ]; then
        case $prefix in /*) ;; *) prefix=$PWD/$prefix ;; esac
        share=$prefix/share
    else
        home
        prefix=$HOME/.local
        share=${XDG_DATA_HOME:-$prefix/share}
    fi
    case $prefix in *'
'*) stop "A folder with a line break in its name cannot be used." ;; esac
    opt=$prefix/opt bin=$prefix/bin
}

# Is this file whole, and is it for this computer?
right() {
    size=$(wc -c <"$0") || stop "This file cannot be read: $0"
    [ "$size" -eq $((HEADER + UNPACKER + PAYLOAD)) ] ||
        stop "This file is not complete ($size of $((HEADER + UNPACKER + PAYLOAD)) bytes). Download it again."
    [ "$(uname -m)" = "$MACHINE" ] || stop "This GANStudio is for $MACHINE; this computer is $(uname -m)."
    found=$(getconf GNU_LIBC_VERSION 2>/dev/null | sed -n 's/^glibc //p')
    if [ -n "$found" ] && ! newer "$found" "$GLIBC"; then
        stop "This GANStudio needs a system with glibc $GLIBC or newer; this one has $found."
    fi
    lacking all
    [ -z "$lacking" ] || stop "The system lacks $lacking. $remedy Then start this again."
    if command -v sha256sum >/dev/null 2>&1; then
        say "Checking the file."
        [ "$(tail -c +$((HEADER + 1)) "$0" | sha256sum | cut -d' ' -f1)" = "$SUM" ] ||
            stop "This file is damaged. Download it again."
    fi
}

newer() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# $lacking: the libraries that `all` or `window` needs and the system lacks; $remedy: the line that installs them.
lacking() {
    lacking='' apt='' dnf='' zypper=''
    have=$(PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null) || return 0
    while read -r whom library for_apt for_dnf for_zypper; do
        [ "$whom" = "$1" ] || continue
        case $have in *"$library "*) continue ;; esac
        lacking="$lacking${lacking:+, }$library"
        apt=$(with "$apt" "$for_apt") dnf=$(with "$dnf" "$for_dnf") zypper=$(with "$zypper" "$for_zypper")
    done <<LIBRARIES
$(libraries)
LIBRARIES
    if command -v apt-get >/dev/null 2>&1; then
        remedy="Install it with: sudo apt-get install -y --no-install-recommends$apt"
    elif command -v dnf >/dev/null 2>&1; then
        remedy="Install it with: sudo dnf install -y$dnf"
    elif command -v zypper >/dev/null 2>&1; then
        remedy="Install it with: sudo zypper install -y$zypper"
    else
        remedy="Install the packages of your system that bring it."
    fi
}

with() { case " $1 " in *" $2 "*) printf '%s' "$1" ;; *) printf '%s' "$1 $2" ;; esac }

# Is there a place for it?
room() {
    [ ! -e "$opt/ganstudio" ] || [ -L "$opt/ganstudio" ] ||
        stop "$opt/ganstudio is in the way: it is not a link of GANStudio's. Move it, or name another folder with --prefix."
    folder "$opt" && [ -w "$opt" ] || stop "$opt cannot be written to. Name another folder with --prefix DIR."
    free=$(free_kb)
    [ -z "$free" ] || [ "$free" -ge "$NEEDED_KB" ] ||
        stop "$opt has $((free / 1000)) MB free, and GANStudio needs $((NEEDED_KB / 1000)) MB. Free some space, or name a folder on another disk with --prefix DIR."
}

free_kb() { df -Pk "$opt" | awk 'NR == 2 { for (i = 1; i <= NF; i++) if ($i ~ /%$/) { print $(i - 1); exit } }'; }

unpack() {
    part=$opt/.ganstudio-$VERSION.part.$$
    mkdir "$part" 2>/dev/null || stop "$opt cannot be written to. Name another folder with --prefix DIR."
    tail -c +$((HEADER + 1)) "$0" | head -c "$UNPACKER" >"$part.unzstd" && chmod 755 "$part.unzstd" ||
        stop "$opt cannot be written to: is its disk full?"
    say "Unpacking $((NEEDED_KB / 1000)) MB into $opt/ganstudio-$VERSION."
    told=$({
        { tail -c +$((HEADER + UNPACKER + 1)) "$0" | "$part.unzstd" || : >"$part/.broken"; } |
            tar -x -o -f - -C "$part" || : >"$part/.broken"
    } 2>&1)
    if [ -e "$part/.broken" ] || [ ! -e "$part/.whole" ]; then
        stop "It could not be unpacked into $opt; nothing has been changed. $(why "$told")"
    fi
    rm -f "$part.unzstd" "$part/.whole"
    try=$("$part/ganstudio" --version 2>&1) || stop "The new program does not start; nothing has been changed. $try"
}

why() {
    free=$(free_kb)
    if [ "${free:-9999}" -lt 1024 ]; then say "Its disk is full."; else say "$1" | head -n 1; fi
}

# From here on the new version is the one that starts; what runs goes on with its own files.
switch() {
    final=$opt/ganstudio-$VERSION
    aside=$opt/.ganstudio-$VERSION.old.$$
    [ ! -e "$final" ] || mv -T "$final" "$aside" || stop "$final cannot be replaced; nothing has been changed."
    if ! mv -T "$part" "$final"; then
        [ ! -e "$aside" ] || mv -T "$aside" "$final"
        stop "$final cannot be written to; nothing has been changed."
    fi
    part=
    ln -sfn "ganstudio-$VERSION" "$opt/ganstudio"
    folder "$bin"
    if [ -e "$bin/ganstudio" ] && [ "$(readlink "$bin/ganstudio")" != "$opt/ganstudio/ganstudio" ]; then
        say "There is another ganstudio in $bin already; it is left as it is. This one is $opt/ganstudio/ganstudio."
    else
        ln -sfn "$opt/ganstudio/ganstudio" "$bin/ganstudio"
        list "$bin/ganstudio"
    fi
}

list() { say "$*" >>"$record"; }

# Menu entry, icons, and the project's type. "Open with" for pictures; no default is changed.
announce() {
    (cd "$final/share" && find . -type f) | while IFS= read -r name; do
        place=$share/${name#./}
        say "$place"
    done >"$record.share"
    while IFS= read -r place; do
        folder "$(dirname "$place")"
        case $place in
            *.desktop) entry "$final/share/${place#"$share/"}" >"$place" ;;
            *) cp -f "$final/share/${place#"$share/"}" "$place" ;;
        esac
        list "$place"
    done <"$record.share"
    rm -f "$record.share"
    refresh
}

refresh() {
    ! command -v update-desktop-database >/dev/null 2>&1 || update-desktop-database -q "$share/applications" 2>/dev/null
    ! command -v update-mime-database >/dev/null 2>&1 || update-mime-database "$share/mime" >/dev/null 2>&1
    touch "$share/icons/hicolor" 2>/dev/null
    return 0
}

# The menu entry with the program's full path, in the quotes that the format wants.
entry() {
    path=$(printf '%s' "$opt/ganstudio/ganstudio" | sed 's/\\/\\\\\\\\/g; s/["`$]/\\\\&/g; s/%/%%/g; s/[\\&|]/\\&/g')
    sed "s|^Exec=ganstudio|Exec=\"$path\"|" "$1"
}

# What was installed by which version does not matter: one list for all, so that nothing stays behind.
remember() {
    say "$made" | while IFS= read -r name; do
        [ -z "$name" ] || say "$name/" >>"$record"
    done
    [ ! -f "$opt/.ganstudio-installed" ] || cat "$opt/.ganstudio-installed" >>"$record"
    sort -u "$record" >"$opt/.ganstudio-installed"
    made=
}

# Does a program run from this folder?
runs() { ls -l /proc/[0-9]*/exe 2>/dev/null | grep -qF -- "-> $1/"; }

tidy() {
    for old in "$opt"/ganstudio-* "$opt"/.ganstudio-*.old.*; do
        [ -d "$old" ] && [ "$old" != "$final" ] && [ -f "$old/uninstall.sh" ] || continue
        case $old in */.ganstudio-*) ;; *) [ -z "$keep" ] || continue ;; esac
        if runs "$old"; then
            say "$old still runs and is left; the next installation removes it."
        else
            rm -rf "$old"
        fi
    done
}

main() {
    set -u
    umask 022
    part='' record='' opt='' made=''
    words "$@"
    trap clean EXIT
    trap 'exit 130' INT TERM HUP
    right
    room
    record=$opt/.ganstudio-list.$$
    unpack
    switch
    announce
    remember
    tidy
    said="GANStudio $VERSION is installed: look for it in the menu, or start $bin/ganstudio. To remove it: sh $opt/ganstudio/uninstall.sh"
    case :$PATH: in *":$bin:"*) ;; *) said="$said
($bin is not in this session's PATH; on most systems it is after the next login.)" ;; esac
    lacking window
    [ -z "$lacking" ] || said="$said
The window needs what this system lacks: $lacking. $remedy"
    say "$said"
    show info "$said"
}

main "$@"
exit $?
