"""Between the network and the application: addresses, limits, WebSocket frames, headers of every answer."""
