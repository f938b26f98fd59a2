"""A painter of invented pictures: numpy, SciPy and Pillow only. Knows no Django."""
