"""The check-up: is all of this house well, and how far along is what it does beside requests?"""
