"""What to type for the same at the command line."""

from shlex import quote

ROLES = "flask --app wsgi:auth roles"


def listing():
    """Return the command that lists roles."""
    return f"{ROLES} list"


def defining(name, permissions, description):
    """Return the command that defines a role, or changes what it holds."""
    held = [f"--permission {each}" for each in sorted(permissions)]
    told = [f"--description {quote(description)}"] if description else []
    return " \\\n  ".join((f"{ROLES} define {quote(name or 'NAME')}", *held, *told))


def removing(name):
    """Return the command that deletes a role."""
    return f"{ROLES} delete {quote(name)} --yes"


def granting(verb, role, who="WHO", code=None):
    """Return the command that gives or takes a role. verb: ``grant`` or ``revoke``."""
    there = f" --institution {quote(code)}" if code else ""
    return f"{ROLES} {verb} {quote(who)} {quote(role)}{there}"
