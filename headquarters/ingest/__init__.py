"""From JetStream into the journals, by processes that share the branches."""
