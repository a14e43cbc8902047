#!/usr/bin/env bash
# Two LANs, each led by another node: both nodes carry traffic at once. Each fabric link is lost in turn, then a node.
#
#   client:  connections, UDP --- [LAN, led by node0] ---- {node0, node1} --- [WAN, led by node0] --- remote --- server
#   client2: connections, UDP --- [LAN 2, led by node1] --'
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
. "$deploy_dir/lib/both.sh"
e2e_begin fairway
lab_second_lan

at_home() { owns node0 256 && owns node1 256 && leads node0 lan && leads node0 wan && leads node1 lan2; }

link() { ip -n "$1" link set "$2" "$3"; }

nobody_took_over() { at_home && node_is_paired node0 && node_is_paired node1; }

echoes() { e2e_echo_alive && second e2e_echo_alive; }

serves_all() { owns "$1" 512 && leads "$1" lan && leads "$1" lan2 && leads "$1" wan; }

mkdir -p "$traffic_dir/second"
jq -f "$deploy_dir/lab/two-lans.jq" "$deploy_dir/lab/lab.json" >"$node_root/two-lans.json"
node_config=$node_root/two-lans.json
node_start_all
e2e_check 'node0 leads the first LAN, node1 the second one, each owns its buckets' wait_for 20 'that' at_home
e2e_echo 50
second meter client2 echo-clients --to "$lab_server:7000" --count 50 --rate 500
wait_for 30 'the second client' second traffic_settled
probes client 7100
second probes client2 7101
e2e_check 'the first client is served by node0' owned_by node0 "$lab_client" 51
e2e_check 'the second client is served by node1' owned_by node1 "$lab_client2" 51
e2e_check 'both nodes carry traffic at once' both_forward
for cable in fab0 fab1; do
    note_losses
    link node0 "$cable" down
    e2e_check "without $cable no packet is lost at its owner, and few that cross" lost_at_most 0 40
    e2e_check 'nothing has changed hands' nobody_took_over
    e2e_check 'every connection echoes' echoes
    note_losses
    link node0 "$cable" up
    sleep 2
    e2e_check "when $cable is back no packet is lost" lost_at_most 0 0
done
pid=$(node_pid node0)
node_kill node0
e2e_check 'node0 is killed: node1 serves both LANs' wait_for 10 'the takeover' serves_all node1
e2e_check 'every connection echoes' echoes
e2e_check 'node0 comes back' wait_for 90 node0 node_is_back node0 "$pid"
e2e_check 'and leads and owns what it did' wait_for 60 'that' at_home
e2e_check 'both nodes carry traffic again' both_forward
e2e_check 'every connection echoes' echoes
show_losses
e2e_end
