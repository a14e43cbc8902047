#!/usr/bin/env bash
# The gateway of the WAN answers one node only, behind a bridge, so that no link is lost: that node leads, the other one
# stays up and its sessions cross. When it answers neither, nothing moves.
#
#   client: connections --- [LAN] --- node0 --- [bridge] -X- [WAN] --- remote --- server
#                                \-- node1 --- [bridge] -X-/
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
. "$deploy_dir/lib/both.sh"
e2e_begin fairway
lab_far_wan

# wan_is NODE LINK GATEWAY
wan_is() {
    node_ask "$1" interfaces | jq -e --arg link "$2" --arg gateway "$3" \
        'any(.[]; .name == "wan" and .state == $link and .gateway == $gateway)'
}

lan_has_none() { node_ask "$1" interfaces | jq -e 'any(.[]; .name == "lan" and .gateway == null)'; }

both_answer() { wan_is node0 up answers && wan_is node1 up answers; }

neither_answers() { wan_is node0 up 'not answering' && wan_is node1 up 'not answering'; }

stays() { node_is_paired node0 && node_is_paired node1 && owns node0 256 && owns node1 256 && leads node0 lan; }

said() { [ "$(grep -c "interface wan: gateway $2" "$node_root/$1/node.log")" = "$3" ]; }

crossed() { node_ask "$1" counters | jq '.[] | select(.name == "packets crossed to the partner").value'; }

# cross NODE: many packets from this node to its partner within two seconds.
cross() {
    local before
    before=$(crossed "$1")
    sleep 2
    [ $(($(crossed "$1") - before)) -gt 20 ]
}

# Connections that have been opened since neither node had a WAN.
fresh() {
    local traffic_dir=$traffic_dir/fresh
    "$@"
}

# How often the WAN was given away, by both nodes.
handovers() { cat "$node_root"/node[01]/node.log | grep -c 'gateway answers the partner' || true; }

moved() { [ "$(handovers)" = "$1" ]; }

node_start_all
e2e_check 'node0 leads LAN and WAN' wait_for 20 'that' eval 'leads node0 lan && leads node0 wan && owns node0 256'
e2e_check 'the gateway answers both nodes' wait_for 10 'that' both_answer
e2e_check 'the LAN has none' lan_has_none node0
e2e_echo 50
sleep 5
e2e_check 'nothing moves' moved 0

lab_far_wan_is node0 down
e2e_check 'cut off behind its bridge, node0 misses its gateway' wait_for 20 'that' wan_is node0 up 'not answering'
e2e_check 'node1 leads the WAN' wait_for 20 'that' leads node1 wan
e2e_check 'node0 stays up and keeps what it owns' stays
e2e_check 'every connection echoes' e2e_echo_alive 30
e2e_check 'they leave node0 through node1' cross node0
e2e_check 'and come back through it' cross node1
e2e_check 'node0 has said so once' said node0 'not answering' 1
lab_far_wan_is node0 up
e2e_check 'the gateway answers both again' wait_for 20 'that' both_answer
e2e_check 'node0 has said so once' said node0 'answers again' 1
sleep 5
e2e_check 'node1 leads the WAN, as it is not revertive' leads node1 wan
e2e_check 'every connection echoes' e2e_echo_alive 30

lab_far_wan_is node0 down
lab_far_wan_is node1 down
e2e_check 'the gateway answers neither' wait_for 20 'that' neither_answers
sleep 10
e2e_check 'node1 leads the WAN all the same' leads node1 wan
e2e_check 'both nodes stay up' stays
e2e_check 'nothing has moved' moved 1
lab_far_wan_is node1 up
lab_far_wan_is node0 up
e2e_check 'the gateway answers both again' wait_for 20 'that' both_answer
mkdir -p "$traffic_dir/fresh"
fresh meter client echo-clients --to "$lab_server:7000" --count 50 --rate 500
e2e_check 'new connections are served' wait_for 60 'them' fresh traffic_settled
e2e_check 'every one echoes' fresh e2e_echo_alive 30
e2e_check 'nothing has moved' moved 1

lab_far_wan_is node1 down
e2e_check 'cut off alone, node1 hands the WAN over' wait_for 20 'that' leads node0 wan
e2e_check 'every connection echoes' fresh e2e_echo_alive 30
e2e_check 'that was the second time' moved 2
e2e_end
