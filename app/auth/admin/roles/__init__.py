"""Roles: what each holds, who has it; defined, given and taken."""
