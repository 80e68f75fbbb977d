"""A sandbox (wilayah uji coba): a region with test people and a test vendor, filled and emptied by `eorder`."""
