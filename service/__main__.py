"""`python -m service`: the command `winnow` from a source tree that is not installed."""

from service.cli import main

if __name__ == "__main__":
    main()
