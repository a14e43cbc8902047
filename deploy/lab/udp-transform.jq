# Lets TCP cross the WAN as UDP. jq -f udp-transform.jq lab.json
."fairway-authority:authority".router |= map(
    .interface |= map(if .name == "wan" then .peering."udp-transform" = "always" else . end))
