"""A bulletin on paper: Word in the layout of GB/T 9704, its annex as a workbook, charts as pictures."""
