#!/usr/bin/env bash
# What no honest sender sends: each frame is dropped under its own name, and the sessions go on.
#
#   client eth0: malformed frames --- [LAN] --- {node0, node1} --- [WAN] --- remote wan0: forged metadata
set -eu
. "$(dirname "$0")/../../lib/e2e.sh"
e2e_begin fairway

frames=50
virtual_mac() {
    jq -r --arg name "$1" '.["fairway-authority:authority"].router[].interface[]
        | select(.name == $name) | .["virtual-mac"] // empty' "$node_config"
}
lan_mac=$(virtual_mac lan)
wan_mac=$(virtual_mac wan)

from_client() {
    meter_now client raw-frames --device eth0 --to-mac "$lan_mac" --from "$lab_client" --to "$lab_server" \
        --count $frames --kind "$1"
}

from_wan() {
    meter_now remote raw-frames --device wan0 --to-mac "$wan_mac" --from "$lab_wan_far" --to "$lab_wan_near" \
        --source-port 30000 --port 30001 --count $frames --kind "$1"
}

# named SENDER KIND REASON: so many more drops under that name.
named() {
    local before after
    before=$(e2e_drops "$3" node0 node1)
    "$1" "$2"
    sleep 0.3
    after=$(e2e_drops "$3" node0 node1)
    echo "$3: $before -> $after"
    [ $((after - before)) -ge $frames ]
}

alive() { node_is_up node0 && node_is_up node1 && ! grep -H Exception "$node_root"/node*/node.log; }

node_start_all
e2e_echo 50
while read -r sender kind reason; do
    e2e_check "$kind is $reason" named "$sender" "$kind" "$reason" </dev/null
done <<'TABLE'
from_client unknown-ethertype UNKNOWN_ETHERTYPE
from_client bad-version BAD_IP_HEADER
from_client long-ip TRUNCATED_IP
from_client short-ip TRUNCATED_IP
from_client bad-ip-checksum BAD_IP_CHECKSUM
from_client bad-udp-checksum BAD_L4_CHECKSUM
from_client long-udp BAD_L4_HEADER
from_client gre UNKNOWN_PROTOCOL
from_client fragment FRAGMENT_NOT_YET
from_wan bad-hmac METADATA_BAD_HMAC
from_wan bad-lengths METADATA_MALFORMED
from_wan unknown-wayport UNKNOWN_FLOW_AT_WAYPOINT
TABLE
e2e_check 'the nodes are well and logged no exception' alive
e2e_check 'every connection still echoes' e2e_echo_alive
e2e_end
