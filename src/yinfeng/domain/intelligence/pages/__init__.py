"""Pages: the queue, taking in, the review screen and its decisions."""
