"""The written service standards 服务标准: the shipped catalogue, and the bank's own in its place."""
