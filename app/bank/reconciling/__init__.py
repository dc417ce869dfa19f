"""Does the bank's database add up: the ledger by itself, and with everything that refers to it?"""
