#!/bin/sh
# Removes the GANStudio that the .run file installed: sh uninstall.sh [--yes | --purge]

help() {
    cat <<HELP
Removes GANStudio: the program, its menu entry and its icons. What you made yourself, your settings and the models you
added stay, unless you say otherwise when asked.

  --yes     do not ask, keep what is yours
  --purge   do not ask, delete settings, added models, the list of jobs and measurements too
HELP
}

say() { printf '%s\n' "$*"; }

stop() {
    say "$*" >&2
    exit 1
}

# Does one of the installed versions run?
runs() {
    for one in "$1"/ganstudio-* "$1"/.ganstudio-*.old.*; do
        [ ! -d "$one" ] || ! ls -l /proc/[0-9]*/exe 2>/dev/null | grep -qF -- "-> $one/" || return 0
    done
    return 1
}

home() {
    if [ -z "${HOME:-}" ] || [ ! -d "$HOME" ]; then
        HOME=$(getent passwd "$(id -u)" 2>/dev/null | cut -d: -f6)
    fi
}

ask() {
    own=''
    for one in "${XDG_DATA_HOME:-$HOME/.local/share}/ganstudio" "${XDG_CACHE_HOME:-$HOME/.cache}/ganstudio"; do
        [ ! -d "$one" ] || own="$own$one
"
    done
    [ -n "$own" ] && [ -z "$answer" ] || return 0
    [ -t 0 ] || { answer=n; return 0; }
    say "Your settings, added models, list of jobs and measurements are in:"
    printf '%s' "$own" | sed 's/^/  /'
    printf 'Delete them as well? [y/N] '
    read -r answer || answer=n
}

# The files and links of the list; then the folders that the installer made and that are empty now, the deepest first.
remove() {
    while IFS= read -r name; do
        case $name in
            */) ;;
            "$bin_link") case $(readlink "$name") in "$opt"/ganstudio/*) rm -f "$name" ;; esac ;;
            *) rm -f "$name" ;;
        esac
    done <"$list"
    share=$(sed -n 's|/applications/[^/]*\.desktop$||p' "$list" | head -n 1)
    [ -z "$share" ] || caches
    folders=$(grep '/$' "$list" | sort -r)
    for one in "$opt"/ganstudio-* "$opt"/.ganstudio-*.old.*; do
        [ ! -f "$one/uninstall.sh" ] || rm -rf "$one"
    done
    [ ! -L "$opt/ganstudio" ] || rm -f "$opt/ganstudio"
    rm -f "$list"
    cd /
    printf '%s\n' "$folders" | while IFS= read -r name; do
        [ -z "$name" ] || rmdir "$name" 2>/dev/null
    done
    return 0
}

# The desktop's databases; where nothing of anybody is left in them they go too.
caches() {
    ! command -v update-desktop-database >/dev/null 2>&1 || update-desktop-database -q "$share/applications" 2>/dev/null
    ! command -v update-mime-database >/dev/null 2>&1 || update-mime-database "$share/mime" >/dev/null 2>&1
    touch "$share/icons/hicolor" 2>/dev/null
    if [ -d "$share/mime/packages" ] && [ -z "$(ls -A "$share/mime/packages")" ]; then
        for one in XMLnamespaces aliases generic-icons globs globs2 icons magic mime.cache subclasses treemagic types version; do
            rm -f "$share/mime/$one"
        done
        rmdir "$share"/mime/*/ 2>/dev/null
    fi
    set -- "$share"/applications/*.desktop
    [ -e "$1" ] || rm -f "$share/applications/mimeinfo.cache"
}

main() {
    answer=''
    for word in "$@"; do
        case $word in
            --yes) answer=n ;;
            --purge) answer=y ;;
            -h | --help) help; exit 0 ;;
            *) stop "There is no option $word. --help lists them." ;;
        esac
    done
    here=$(cd "$(dirname "$0")" && pwd -P) || exit 1
    opt=$(dirname "$here")
    list=$opt/.ganstudio-installed
    bin_link=$(dirname "$opt")/bin/ganstudio
    [ -f "$list" ] || stop "There is no list of what was installed in $opt, so nothing is removed."
    ! runs "$opt" || stop "GANStudio is running. Close it and start this again."
    home
    ask
    remove
    case ${answer:-n} in
        y | Y | yes | Yes | j | J | ja | Ja) printf '%s' "$own" | while IFS= read -r one; do rm -rf "$one"; done ;;
        *) [ -z "$own" ] || say "Kept: $(printf '%s' "$own" | tr '\n' ' ')" ;;
    esac
    say "GANStudio has been removed."
}

main "$@"
exit $?
