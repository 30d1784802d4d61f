"""`python -m graphviz_ad`: the command, where it is not on the PATH."""

import sys

from graphviz_ad_cli.main import main

if __name__ == "__main__":
    sys.exit(main())
