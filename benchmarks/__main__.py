"""`python -m benchmarks` measures, writes build/bench.json and prints the tables."""

import sys

from benchmarks.run import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
