#!/usr/bin/env bash
# What no honest sender sends: each frame is dropped under its own name, and the sessions go on.
#
#   client eth0: malformed frames --- [LAN] --- {node0, node1} --- [WAN] --- remote wan0: forged metadata
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
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

# What is sent, and under which name it must be dropped.
table='from_client unknown-ethertype UNKNOWN_ETHERTYPE
from_client bad-version BAD_IP_HEADER
from_client long-ip TRUNCATED_IP
from_client short-ip TRUNCATED_IP
from_client bad-ip-checksum BAD_IP_CHECKSUM
from_client bad-udp-checksum BAD_L4_CHECKSUM
from_client long-udp BAD_L4_HEADER
from_client foreign-icmp UNKNOWN_PROTOCOL
from_client fragment FRAGMENT_MALFORMED
from_wan bad-hmac METADATA_BAD_HMAC
from_wan bad-lengths METADATA_MALFORMED
from_wan unknown-wayport UNKNOWN_FLOW_AT_WAYPOINT'

# The pair's drops, as REASON COUNT.
drops() {
    { node_ask node0 drops; node_ask node1 drops; } |
        jq -rs '[.[][]] | group_by(.reason)[] | "\(.[0].reason) \([.[].count] | add)"'
}

# grown REASON: at least as many more as the table sends of it.
grown() {
    local before after sent
    sent=$(($(grep -c " $1\$" <<<"$table") * frames))
    before=$(awk -v r="$1" '$1 == r { print $2 }' "$traffic_dir/drops.before")
    after=$(awk -v r="$1" '$1 == r { print $2 }' "$traffic_dir/drops.after")
    echo "$1: ${before:-0} -> ${after:-0}, sent $sent"
    [ "$((${after:-0} - ${before:-0}))" -ge "$sent" ]
}

alive() { node_is_up node0 && node_is_up node1 && ! grep -HE 'ERROR|^[[:space:]]+at ' "$node_root"/*/node.log; }

node_start_all
e2e_echo 50
drops >"$traffic_dir/drops.before"
while read -r sender kind _; do
    "$sender" "$kind" </dev/null
done <<<"$table"
sleep 0.5
drops >"$traffic_dir/drops.after"
for reason in $(awk '{ print $3 }' <<<"$table" | sort -u); do
    e2e_check "dropped as $reason" grown "$reason"
done
e2e_check 'the nodes are well and logged no exception' alive
e2e_check 'every connection still echoes' e2e_echo_alive
e2e_end
