"""What proves the house: tests of rooms, of journeys, and of the house itself."""
