#!/bin/sh
# A wall board. usage: LOBBY_URL=http://10.0.0.2:8000 start.sh BOARD [FLAG ...]     BOARD: its id in config.toml
board=${1:?name the board: its id in config.toml}
shift
exec "$(dirname "$0")/../kiosk/screen.sh" "/board/$board" "$@"
