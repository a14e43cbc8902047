#!/usr/bin/env bash
# A node freezes, and the witness that could say who serves is down: the other one has it cut off and takes over.
#
#   client: connections --- [LAN] --- {node0 (frozen, then cut off), node1} --- [WAN] --- remote --- server
#                                        \      /
#                                  [witness, never up]
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway

# What a power switch does, in place of one.
power_switch() {
    cat <<SCRIPT
#!/bin/bash
echo "\$0 \$*" >>"$node_root/switch.log"
[ ! -e "$node_root/switch-fails" ] || { echo 'the switch does not answer'; exit 3; }
kill -9 \$(cat "$node_root/\$2"/{sentinel,node}.pid)
echo "\$2 has no power"
SCRIPT
}

# All of a node's processes at once, as when a hypervisor stops it.
freeze() { kill -STOP $(cat "$node_root/$1"/{sentinel,node}.pid); }

is_solo() { node_ask "$1" pair | jq -e '.state == "SOLO" and .ownBuckets == 512 and .leaseLeftMs > 0'; }

not_solo() { ! is_solo node1; }

decided() { node_cli node1 show pair -o json | jq -e --arg what "$1" 'any(.decisions[]; tostring | contains($what))'; }

said() { grep -q "$1" "$node_root/node1/node.log"; }

power_switch >"$node_root/power-switch"
chmod 755 "$node_root/power-switch"
jq --arg command "$node_root/power-switch off" \
    '(.["fairway-authority:authority"].router[] | select(.name == "east").pair) |=
        (.witness = { address: "10.99.3.1" } | ."fence-command" = $command)' \
    "$deploy_dir/lab/lab.json" >"$node_root/fence.json"
node_config=$node_root/fence.json
node_start_all
e2e_echo 50 --lost-after-ms 60000
e2e_check 'both nodes see each other' node_is_paired node1

touch "$node_root/switch-fails"
freeze node0
e2e_check 'a switch that fails is no proof: its word is in the log' wait_for 20 'it' said 'could not be fenced off: .*the switch does not answer'
e2e_check 'and node1 does not take over' not_solo
rm "$node_root/switch-fails"
e2e_check 'it is tried again: node0 is cut off, node1 serves alone' wait_for 20 'the takeover' is_solo node1
e2e_check 'it says why' decided 'the partner is fenced off: node0 has no power'

# Two of three must live: without the witness node1 serves for a second and a half only, until it has a partner again.
node_start node0
e2e_check 'node0 is switched on again: they are a pair' wait_for 60 'both nodes' node_is_paired node1
e2e_check 'every connection echoes' e2e_echo_alive 40
e2e_check 'the switch was asked for node0 only' test "$(grep -vc 'off node0$' "$node_root/switch.log")" = 0
e2e_end
