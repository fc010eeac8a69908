"""What the outside sees of the branch: one source for screens, Socket.IO and the API."""
