#!/bin/sh
# One page of the branch on the whole screen and nothing else, for as long as the machine is on.
# usage: LOBBY_URL=http://10.0.0.2:8000 screen.sh PAGE [FLAG ...]     PAGE: /kiosk, /board/main; FLAG: of Chromium
# It waits until the branch serves, starts Chromium again whenever it ends, and takes what LOBBY_CHROMIUM names for it.
set -eu

url=${LOBBY_URL:?set LOBBY_URL to the address of the branch, for example http://10.0.0.2:8000}
page=${1:?name the page: /kiosk, or /board/ID}
shift
profile=${LOBBY_PROFILE:-$HOME/.local/share/lobby-screen}
chromium=${LOBBY_CHROMIUM:-chromium}
pause_s=2
told=0

asks() {
  if command -v curl >/dev/null; then
    curl --fail --silent --show-error --output /dev/null --max-time 5 "$url/healthz"
  else
    wget --no-verbose --output-document=/dev/null --timeout=5 --tries=1 "$url/healthz"
  fi
}

# Why it waits, once for each reason: whoever stands before a dark screen finds it in the log.
serves() {
  status=0
  why=$(asks 2>&1) || status=$?
  if [ "$status" -ne "$told" ] && [ "$status" -ne 0 ]; then
    echo "waiting for $url: $(printf '%s' "$why" | head -n 1)" >&2
  fi
  told=$status
  return "$status"
}

# X11 blanks the screen after ten minutes; under Wayland the compositor's own setting does.
stay_lit() {
  [ -n "${DISPLAY:-}" ] && command -v xset >/dev/null || return 0
  xset s off s noblank -dpms || true
}

# After a power cut Chromium offers to restore its pages: a customer must not be asked.
forget_the_crash() {
  preferences=$profile/Default/Preferences
  [ -f "$preferences" ] || return 0
  sed -i 's/"exit_type":"[^"]*"/"exit_type":"Normal"/; s/"exited_cleanly":false/"exited_cleanly":true/' "$preferences"
}

mkdir -p "$profile"
chmod 700 "$profile"
child=
trap '[ -z "$child" ] || kill "$child" 2>/dev/null; exit 0' TERM INT
while true; do
  until serves; do
    sleep "$pause_s" & wait $!
  done
  stay_lit
  forget_the_crash
  "$chromium" --kiosk --user-data-dir="$profile" --no-first-run --noerrdialogs --password-store=basic \
    --hide-crash-restore-bubble --disable-session-crashed-bubble --disable-component-update \
    --check-for-update-interval=31536000 --autoplay-policy=no-user-gesture-required \
    --disable-pinch --overscroll-history-navigation=0 \
    --disable-features=Translate,OverscrollHistoryNavigation,TouchpadOverscrollHistoryNavigation \
    "$@" "$url$page" &
  child=$!
  wait "$child" || true
  child=
  sleep "$pause_s" & wait $!
done
