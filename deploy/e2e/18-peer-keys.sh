#!/usr/bin/env bash
# Routers with certificates: they agree on keys, renew them under traffic, hand them over in a takeover; a certificate of
# somebody else's gets silence.
#
#   client: connections, iperf3 --- {node0 (killed), node1} --- [WAN] --- remote (later with a foreign certificate) --- server
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
. "$deploy_dir/lib/pki.sh"
e2e_begin fairway

peers() { node_ask "$1" peers; }

keys_are_agreed_on() {
    peers remote0 | jq -e 'all(.state == "up" and .keys.kind == "certificates" and .keys.inUse > 0)'
}

generation() { peers remote0 | jq '.[0].keys.inUse'; }

renewed_since() { [ "$(generation)" -ge $(($1 + 2)) ]; }

# Twenty seconds of datagrams, none of them lost, and at least two new generations meanwhile.
renewed_without_loss() {
    local before
    before=$(generation)
    lab_exec client iperf3 -c "$lab_server" -t 25 -u -b 2M -l 1000 -J >"$traffic_dir/u.json"
    jq -c .end.sum "$traffic_dir/u.json"
    echo "generation $before, now $(generation)"
    renewed_since "$before" && jq -e '.end.sum.packets > 4000 and .end.sum.lost_packets == 0' "$traffic_dir/u.json"
}

survives_the_leader() {
    local before downs
    before=$(generation)
    downs=$(peers remote0 | jq '.[0].counters.downs')
    node_kill node0
    e2e_echo_alive 20
    peers remote0 | jq -c '.[0] | {state, keys, counters}'
    peers remote0 | jq -e ".[0].counters.downs == $downs and .[0].keys.inUse >= $before"
}

# refused NODE REASON: how often, on any path.
refused() { peers "$1" | jq "[.[].counters.refused[] | select(.reason == \"$2\") | .count] | add // 0"; }

foreign_is_refused() {
    [ "$(refused node0 UNTRUSTED_CERTIFICATE)" -gt 0 ] || [ "$(refused node1 UNTRUSTED_CERTIFICATE)" -gt 0 ]
}

foreign_gets_nothing() {
    ! lab_exec client curl -sS -m 5 "http://$lab_server/small" || return 1
    peers remote0 | jq -c '.[0] | {state, keys}'
    peers remote0 | jq -e 'all(.state == "down" and .keys.inUse == 0)'
}

with_foreign_certificate() {
    node_cli remote0 node stop
    pki_ca "$node_root" other
    pki_issue "$node_root" other west
    node_start remote0
}

with_own_certificate() {
    node_cli remote0 node stop
    pki_issue "$node_root" ca west
    node_start remote0
}

fetch() { lab_exec client curl -sS -m 5 "http://$lab_server/small"; }

jq -f "$deploy_dir/lab/sealed.jq" "$deploy_dir/lab/lab.json" |
    jq --argjson lifetime 10 -f "$deploy_dir/lab/certificates.jq" >"$node_root/certified.json"
node_config=$node_root/certified.json
pki_ca "$node_root" ca
pki_issue "$node_root" ca east
pki_issue "$node_root" ca west
node_start_all
traffic_servers 1
e2e_check 'the routers agree on keys' wait_for 15 'keys' keys_are_agreed_on
e2e_check 'curl' fetch
e2e_echo 100
e2e_check 'keys are renewed under traffic, and no packet is lost' renewed_without_loss
e2e_check 'every connection still echoes' e2e_echo_alive
e2e_check 'a takeover keeps keys, path and connections' survives_the_leader
wait_for 60 'node0 to be back' node_is_paired node0
e2e_check 'remote starts with a certificate of another CA' with_foreign_certificate
e2e_check 'it is refused, and counted by name' wait_for 20 'a refusal' foreign_is_refused
e2e_check 'it gets nothing' foreign_gets_nothing
e2e_check 'remote starts with its own certificate' with_own_certificate
e2e_check 'and is a peer again' wait_for 20 'keys' keys_are_agreed_on
e2e_check 'curl' wait_for 10 'an answer' fetch
e2e_end
