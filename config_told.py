"""Which settings were told from outside: by the environment, or by one of the files."""

from pydantic_settings import DotEnvSettingsSource, EnvSettingsSource


def names(kind):
    """Return the names of the settings of ``kind`` (a class of ``config``) that are set outside."""
    files = kind.model_config.get("env_file") or ()
    sources = (EnvSettingsSource(kind), DotEnvSettingsSource(kind, env_file=files))
    return {name for source in sources for name in source() if name in kind.model_fields}
