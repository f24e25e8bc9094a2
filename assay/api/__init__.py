"""Transports: decode, authorise, call a use case, encode. They hold no rules of their own."""
