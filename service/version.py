"""The version of the service, from its installed package."""

from importlib.metadata import version
from typing import Final

VERSION: Final = version("winnow")
