"""引凤 Yinfeng: one living ledger of facts with evidence for investment-promotion bureaus (招商局)."""
