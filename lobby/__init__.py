"""The rules of a bank's lobby.

Law: this package knows no web, no socket and no printer; `now` and randomness are passed in.
A test keeps it.
"""
