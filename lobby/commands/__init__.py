"""The queue's verbs, by who says them. Each takes the floor as it is, the time, and its arguments, changes nothing,
and returns the events; or raises a LobbyError. Only the writer calls them."""
