"""What the pages of the admin cost with many line items and a month of delivery."""
