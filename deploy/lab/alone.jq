# Takes node1 away: east is a router of one node, for tests of which a partner is no part. jq -f alone.jq lab.json
."fairway-authority:authority".router |= map(if .name == "east" then
    .node = [{ name: "node0" }] | del(.pair)
    | .interface[] |= (.device |= map(select(.node == "node0")) | del(."virtual-mac", ."preferred-leader"))
else . end)
