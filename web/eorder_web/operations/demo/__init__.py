"""The demo: a country that looks alive. Its figures are invented; its rows are made by the program's own use cases."""
