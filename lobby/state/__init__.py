"""What is: the state of the queue, of one day, with nothing that decides."""
