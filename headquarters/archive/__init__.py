"""Old months of the journals as Parquet files: written, compared, read."""
