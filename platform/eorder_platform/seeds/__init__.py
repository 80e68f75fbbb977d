"""What a new installation knows on its first day: the law, the map, the categories and the calendar."""
