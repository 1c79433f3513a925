"""Small backups of earlier versions, which this version must take up. See README.md."""
