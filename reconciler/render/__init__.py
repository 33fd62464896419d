"""From values to text: one module per format, plus progress. Nothing here prints, decides, reads or fetches."""
