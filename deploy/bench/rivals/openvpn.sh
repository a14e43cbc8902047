# OpenVPN in user space: AES-256-GCM over UDP, TLS between two certificates that know each other by their fingerprints.

rival_packages='openvpn liblzo2-2 libpkcs11-helper1 libnl-genl-3-200 libnl-3-200 libcap-ng0 liblz4-1'

rival_up() {
    local end
    for end in east west; do
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:secp384r1 -nodes -days 2 -subj "/CN=$end" \
            -keyout "$traffic_dir/rival/$end.key" -out "$traffic_dir/rival/$end.crt" 2>/dev/null
    done
    openvpn_end node0 east west --tls-client --remote "$lab_wan_far" --ifconfig "$rival_east" "$rival_west"
    openvpn_end remote west east --tls-server --dh none --ifconfig "$rival_west" "$rival_east"
    wait_for 20 'OpenVPN' grep -q 'Initialization Sequence Completed' "$traffic_dir/openvpn-east.log"
    rival_routes tunnel
}

# openvpn_end NAMESPACE OWN PEER option...
openvpn_end() {
    local print
    print=$(openssl x509 -in "$traffic_dir/rival/$3.crt" -noout -fingerprint -sha256 | cut -d= -f2)
    rival_run "$1" "openvpn-$2" openvpn --dev tunnel --dev-type tun --proto udp --port 1194 --tun-mtu 1420 \
        --cipher AES-256-GCM --data-ciphers AES-256-GCM --peer-fingerprint "$print" --verb 3 \
        --cert "$traffic_dir/rival/$2.crt" --key "$traffic_dir/rival/$2.key" --keepalive 10 60 "${@:4}"
}
