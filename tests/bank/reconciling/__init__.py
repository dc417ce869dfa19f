"""Does it add up, and is what does not named?"""
