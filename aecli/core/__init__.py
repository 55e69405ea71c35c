"""What every room stands on: errors, options, logging, files, seeds, the start of TensorFlow."""
