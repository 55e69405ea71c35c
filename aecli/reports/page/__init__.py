"""Runs as one HTML file to send: nothing in it is fetched, and nothing in it runs."""
