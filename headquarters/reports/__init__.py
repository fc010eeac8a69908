"""The figures of a province: added, compared, drawn, and how complete they are."""
