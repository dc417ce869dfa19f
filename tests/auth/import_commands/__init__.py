"""Tests of ``flask people import``."""
