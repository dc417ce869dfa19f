"""The wallet as its owner uses it: sending from it, whom they pay."""
