"""`python -m benchmarks.evidence` measures, writes build/bench-evidence.json and prints the tables."""

import sys

from benchmarks.evidence.run import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
