# A lease of 12 ms, a beat every 2 ms: as fast as a pair finds a frozen or silent partner, for machines that give it
# SCHED_FIFO. jq -f lease-fast.jq lab.json
."fairway-authority:authority".router |= map(if .pair then
    .pair += { "lease-ms": 12, "drift-ms": 2, "beat-interval-us": 2000 } else . end)
