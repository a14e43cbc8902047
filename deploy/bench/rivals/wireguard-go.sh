# WireGuard in user space: ChaCha20-Poly1305, one UDP port at each end.

rival_packages='wireguard-go wireguard-tools'

rival_up() {
    mkdir -p /run/wireguard
    local end
    for end in east west; do
        (umask 077 && rival_tool wg genkey >"$traffic_dir/rival/$end.key")
        rival_tool wg pubkey <"$traffic_dir/rival/$end.key" >"$traffic_dir/rival/$end.pub"
    done
    wireguard_end node0 wg-east east west "$lab_wan_far" "$rival_east"
    wireguard_end remote wg-west west east "$lab_wan_near" "$rival_west"
    # The control sockets of both lie in one folder: only then may the devices have the same name.
    ip -n node0 link set wg-east down name tunnel up
    ip -n remote link set wg-west down name tunnel up
    rival_routes tunnel
}

# wireguard_end NAMESPACE DEVICE OWN PEER ENDPOINT ADDRESS
wireguard_end() {
    rival_run "$1" "$2" wireguard-go -f "$2"
    wait_for 10 "$2" test -S "/run/wireguard/$2.sock"
    rival_tool lab_exec "$1" wg set "$2" private-key "$traffic_dir/rival/$3.key" listen-port 51820 \
        peer "$(cat "$traffic_dir/rival/$4.pub")" endpoint "$5:51820" allowed-ips 0.0.0.0/0
    ip -n "$1" addr add "$6/30" dev "$2"
    ip -n "$1" link set "$2" mtu 1420 up
}
