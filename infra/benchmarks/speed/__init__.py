"""Speed as ratios: this application beside a floor that does the same with nothing in between; see __main__.py."""
