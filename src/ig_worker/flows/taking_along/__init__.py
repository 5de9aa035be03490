"""Figures for the centre's own sheets: as files, and in a spreadsheet at Google."""
