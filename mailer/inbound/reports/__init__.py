"""Delivery reports and complaints: their parts, and how each form of them is read."""
