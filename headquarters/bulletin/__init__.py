"""The bulletin of a province: the figures of a day, a week or a month."""
