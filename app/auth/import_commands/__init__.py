"""``flask people import``: reading files of people, and telling how far it is."""
