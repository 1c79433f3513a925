"""One archive that installs Yinfeng without any network: ``make bundle``. See README.md."""
