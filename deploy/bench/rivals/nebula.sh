# Nebula: AES-256-GCM, certificates, the networks behind the routers as unsafe routes.

rival_packages='nebula'

rival_up() {
    (cd "$traffic_dir/rival" && rival_tool nebula-cert ca -name lab &&
        rival_tool nebula-cert sign -name east -ip "$rival_east/24" -subnets 10.1.0.0/24 &&
        rival_tool nebula-cert sign -name west -ip "$rival_west/24" -subnets 10.2.0.0/24)
    nebula_config east "$rival_west" "$lab_wan_far" 10.2.0.0/24 >"$traffic_dir/rival/east.yml"
    nebula_config west "$rival_east" "$lab_wan_near" 10.1.0.0/24 >"$traffic_dir/rival/west.yml"
    rival_run node0 nebula-east nebula -config "$traffic_dir/rival/east.yml"
    rival_run remote nebula-west nebula -config "$traffic_dir/rival/west.yml"
    rival_routes tunnel
}

# nebula_config NAME PEER ENDPOINT NETWORK
nebula_config() {
    cat <<CONF
pki: { ca: $traffic_dir/rival/ca.crt, cert: $traffic_dir/rival/$1.crt, key: $traffic_dir/rival/$1.key }
static_host_map: { "$2": ["$3:4242"] }
lighthouse: { am_lighthouse: false, hosts: [] }
listen: { host: 0.0.0.0, port: 4242 }
cipher: aes
tun: { dev: tunnel, mtu: 1440, tx_queue: 500, unsafe_routes: [{ route: $4, via: $2, mtu: 1440 }] }
logging: { level: warning, format: text }
firewall:
  outbound: [{ port: any, proto: any, host: any }]
  inbound: [{ port: any, proto: any, host: any }]
CONF
}
