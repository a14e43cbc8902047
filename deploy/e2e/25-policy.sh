#!/usr/bin/env bash
# Hierarchies of tenants and services, source and destination NAT, and TCP that is watched.
#
#   client .10 (staff) and .200 (desk.guest) --- {node0, node1} --- remote: sources become 10.2.0.50 and .51,
#                                                                  10.2.0.200:8080 becomes the server's port 80
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway
jq -f "$deploy_dir/lab/policy.jq" "$deploy_dir/lab/lab.json" >"$node_root/policy.json"
node_config=$node_root/policy.json

web() { lab_exec client curl -sS -m 10 --interface "$1" "http://$2/small" | grep 'served by nginx'; }

download() {
    lab_exec client curl -sS -m 60 -o "$traffic_dir/got" "http://$lab_server/big"
    sha256sum <"$traffic_dir/got" | cut -d' ' -f1 | cmp - "$traffic_dir/big.sha256"
}

within_windows() { [ "$(e2e_drops TCP_OUT_OF_WINDOW node0 node1 remote0)" = 0 ]; }

# The server's connections, all of them from the pool's addresses and ports.
seen_from_pool() {
    lab_exec server ss -Hnt state established | awk '{print $NF}' | sort >"$traffic_dir/sources"
    wc -l <"$traffic_dir/sources"
    [ "$(wc -l <"$traffic_dir/sources")" -ge 300 ] &&
        ! grep -vE '^(\[::ffff:)?10\.2\.0\.5[01]\]?:3[0-9]{4}$' "$traffic_dir/sources"
}

session_to() {
    node_sessions node0 | jq -r --argjson port "$1" '.[] | select(.forward.destinationPort == $port) | .id'
}

# talk: says one, waits until the file "cut" is there, and says two; the answers go to "echoed".
talk() {
    # shellcheck disable=SC2016
    lab_exec client timeout 20 bash -c '
        exec 3<>"/dev/tcp/$0/7003" && echo one >&3 && read -r -t 5 line <&3 && echo "$line"
        while [ ! -e "$1" ]; do sleep 0.1; done
        echo two >&3; read -r -t 10 line <&3 && echo "$line"
    ' "$lab_server" "$traffic_dir/cut" >"$traffic_dir/echoed" 2>&1
}

# A connection whose session is deleted under it is reset by the router, not left to its time-outs.
cut_off() {
    local id begin
    talk &
    local client=$!
    wait_for 10 'an echo' grep -q one "$traffic_dir/echoed"
    id=$(session_to 7003)
    node_cli node0 delete session "$id"
    begin=$SECONDS
    touch "$traffic_dir/cut"
    wait "$client" || true
    echo "after $((SECONDS - begin)) s: $(cat "$traffic_dir/echoed")"
    [ $((SECONDS - begin)) -le 3 ] && grep -qi 'reset' "$traffic_dir/echoed" && ! grep -q two "$traffic_dir/echoed"
}

node_start_all
traffic_servers 1
e2e_check 'a child tenant may what its parent may not' web "$lab_guest" "$lab_server"
e2e_check 'a service that no host has the address of is led to the server' web "$lab_client" 10.2.0.200:8080
e2e_check 'it is public' web "$lab_guest" 10.2.0.200:8080
e2e_check 'a watched download arrives whole' download
e2e_check 'no segment of it was out of its windows' within_windows
e2e_check 'who has lost its session is reset at once' cut_off
e2e_echo 300
e2e_check 'the server sees addresses and ports of the pool' seen_from_pool
e2e_check 'all 300 echo' e2e_echo_alive
e2e_end
