#!/usr/bin/env bash
# gui_session.sh COMMAND...: run a command as on a person's desktop, seen by nobody.
#
# A private X screen with window manager, session bus, notifications and an unlocked keyring, and a
# home folder that is thrown away. SCREEN sets the size (1600x1000). The exit code is the command's.
set -euo pipefail

home=$(mktemp -d)
x_server=""
finish() {
    [ -z "$x_server" ] || kill "$x_server" 2>/dev/null || true
    rm -rf "$home" 2>/dev/null || { sleep 1; rm -rf "$home"; } # a service may still write its last
}
trap finish EXIT

export HOME="$home" LC_ALL=C.UTF-8 SHEAF_GUI_SESSION=1
export QT_QPA_PLATFORM=xcb QT_LINUX_ACCESSIBILITY_ALWAYS_ON=1
export XDG_RUNTIME_DIR="$home/run" XDG_DATA_HOME="$home/share"
export XDG_CONFIG_HOME="$home/config" XDG_CACHE_HOME="$home/cache"
mkdir -m 700 "$XDG_RUNTIME_DIR"
mkdir -p "$XDG_DATA_HOME" "$XDG_CONFIG_HOME" "$XDG_CACHE_HOME"
unset DBUS_SESSION_BUS_ADDRESS WAYLAND_DISPLAY PYTHON_KEYRING_BACKEND

# The X server picks a free display number itself, so that sessions can run side by side.
mkfifo "$home/display"
exec 7<>"$home/display"
Xvfb -displayfd 7 -screen 0 "${SCREEN:-1600x1000}x24" -dpi 96 -nolisten tcp -noreset \
    >"$home/x_server.log" 2>&1 &
x_server=$!
if ! read -r -t 20 -u 7 number; then
    echo "The X server did not start:" >&2
    cat "$home/x_server.log" >&2
    exit 1
fi
exec 7>&-
export DISPLAY=":$number"

# The bus starts after the screen: what it activates inherits DISPLAY from it.
dbus-run-session -- bash -c '
    printf "%s" test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
    openbox >/dev/null 2>&1 & window_manager=$!
    dunst >/dev/null 2>&1 & notifications=$!
    for _ in $(seq 200); do
        xprop -root _NET_SUPPORTING_WM_CHECK 2>/dev/null | grep -q "window id" && break
        sleep 0.05
    done
    code=0
    "$@" || code=$?
    kill "$window_manager" "$notifications" 2>/dev/null || true
    exit "$code"' gui_session "$@"
