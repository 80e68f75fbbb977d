"""Work units, officials, budget lines and packages from a region's own files: read, previewed, confirmed."""
