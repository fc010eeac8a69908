"""The service loop: customers' feedback, and the figures of the branch's days."""
