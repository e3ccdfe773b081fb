"""What is measured. Each is run by itself with `python -m`, and prints one line of JSON."""
