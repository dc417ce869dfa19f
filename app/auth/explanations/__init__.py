"""Why a request was refused, told to whoever builds an app."""
