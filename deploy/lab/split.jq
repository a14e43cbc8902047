# Runs every node as two processes: one forwards, one controls.
# jq -f split.jq lab.json
."fairway-authority:authority".router |= map(.processes = "split")
