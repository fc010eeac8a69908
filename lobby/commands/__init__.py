"""(state, command, now) -> events, by noun. A command changes nothing: it returns the events, or raises a LobbyError.
Only the writer calls commands."""
