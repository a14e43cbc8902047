# The pair's own defaults, lease 30 ms and a beat every 5 ms, in place of the lab's long lease: for machines that are not
# loaded. jq -f lease-default.jq lab.json
."fairway-authority:authority".router |= map(if .pair then del(.pair["lease-ms"], .pair["beat-interval-us"]) else . end)
