"""`python -m benchmarks.national` measures, writes build/bench-national.json and prints the tables."""

import sys

from benchmarks.national.run import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
