"""What all screens share: sign-in and roles, problem documents, idempotency, languages, base page, tokens."""
