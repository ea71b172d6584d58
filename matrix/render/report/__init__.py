"""Everything -> the files of reports/."""
