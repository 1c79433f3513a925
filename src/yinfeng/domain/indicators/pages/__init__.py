"""The pages of the indicators: the list, one figure, and its rows as a workbook."""
