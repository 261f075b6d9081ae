"""From the literature to claims: fetch, parse, split, extract. Ends at ``kg.model.Reading``."""
