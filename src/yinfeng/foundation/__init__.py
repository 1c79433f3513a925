"""Foundation: Django without our business. Accounts, rulebook, regions, audit, files, jobs, notices, workbook, ui."""
