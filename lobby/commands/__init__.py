"""The queue's commands, by who says them. Each takes the state as it is, the time, and its arguments, changes nothing,
and returns the events; or raises a LobbyError. Only the writer calls them."""
