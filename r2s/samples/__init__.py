"""From trees to training samples: paths, loss, export formats."""
