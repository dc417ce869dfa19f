"""Deeds of money: ordered of the bank, approved by their owner, done once, proved afterwards."""
