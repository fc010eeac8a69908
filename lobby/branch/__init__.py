"""What a branch is: its model, its rules, and the only reader of config.toml."""
