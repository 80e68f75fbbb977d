"""What `./run` and `./test` share. Standard library only: it works before anything is installed."""
