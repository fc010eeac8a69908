"""What headquarters decides and sends down: its page and its API."""
