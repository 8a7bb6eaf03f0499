"""Speed and memory against other ways of doing the same work; `make bench` prints the table."""
