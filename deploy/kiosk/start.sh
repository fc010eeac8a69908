#!/bin/sh
# The touch kiosk. usage: LOBBY_URL=http://10.0.0.2:8000 start.sh [FLAG ...]
exec "$(dirname "$0")/screen.sh" /kiosk "$@"
