"""What a customer touches: the touch kiosk, the ticket on the phone, the feedback card."""
