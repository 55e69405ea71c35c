"""Runs beside one another, from their folders alone; neither TensorFlow nor NumPy is imported."""
