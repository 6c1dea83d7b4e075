"""The sources of the pages: scripts, styles and templates, joined into one file when a page is made."""
