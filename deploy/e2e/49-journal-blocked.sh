#!/usr/bin/env bash
# The journal's packets are lost on both fabric links while beats pass: sessions do not wait for the partner any longer,
# both nodes say so, nobody takes over; when the links heal, what was missed is sent again, and a kill proves it.
#
#   client: connections --- [LAN] --- {node0 =X= node1} --- [WAN] --- remote --- server
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway

journal_port=17930

block() {
    local name
    for name in node0 node1; do
        lab_exec "$name" nft -f - <<RULES
table inet blocked {
    chain out { type filter hook output priority 0; udp dport $journal_port counter drop; }
}
RULES
    done
}

unblock() {
    local name
    for name in node0 node1; do
        lab_exec "$name" nft -j list table inet blocked | jq -e '[.. | .counter? // empty | .packets] | add > 0' || return 1
        lab_exec "$name" nft delete table inet blocked
    done
}

says() { node_ask "$1" pair | jq -e "$2"; }

lags() { says "$owner" '.copies.laggingMs >= 0 and .copies.lagBatches > 0 and (.copies.equal | not)'; }

equal() { says node0 .copies.equal && says node1 .copies.equal; }

counts() { node_ask "$1" counters | jq -e --arg name "$2" 'any(.[]; .name == $name and .value > 0)'; }

said() { [ "$(grep -c "$2" "$node_root/$1/node.log")" = "$3" ]; }

opens() { local i; for i in 1 2 3 4 5; do lab_exec client curl -sS -m 10 "http://$lab_server/small" || return 1; done; }

nobody_took_over() {
    local name
    for name in node0 node1; do says "$name" '.state == "PAIRED"' || return 1; done
    [ "$(node_ask node0 pair | jq -c .homes)" = "$homes" ]
}

all_synced() { node_sessions "$owner" | jq -e 'length >= 200 and all(.synced == true)'; }

node_start_all
traffic_servers 20
opens
owner=$(node_owner node0)
survivor=$(node_other "$owner")
e2e_check 'both copies are found equal' wait_for 10 'equal copies' equal
homes=$(node_ask node0 pair | jq -c .homes)
block
meter client echo-clients --to "$lab_server:7000" --count 200 --rate 100
e2e_check "$owner sees that its partner lags" wait_for 10 'the lag' lags
e2e_check 'new sessions are served all the same' opens
wait_for 30 'the echo connections' traffic_settled
e2e_check 'they are counted as unsynced' counts "$owner" 'journal unsynced'
e2e_check 'the alarm is said once' said "$owner" 'has not acknowledged the journal' 1
e2e_check 'nobody takes over' nobody_took_over
e2e_check 'the journal was really blocked' unblock
e2e_check 'the copies become equal by themselves' wait_for 30 'equal copies' equal
e2e_check 'that the partner follows is said, too' said "$owner" 'follows the journal again' 1
e2e_check 'every session is replicated' wait_for 10 'replication' all_synced
node_sessions "$owner" >"$traffic_dir/before.json"
node_kill "$owner"
sleep 1
node_sessions "$survivor" >"$traffic_dir/after.json"
e2e_check 'no session is gone' e2e_none_gone "$traffic_dir/before.json" "$traffic_dir/after.json"
e2e_check 'every connection still echoes' e2e_echo_alive
e2e_end
