# The lab: network namespaces that hold a client, a pair of nodes, a remote router and a server.
#
#                10.1.0.0/24                         172.16.0.0/24                      10.2.0.0/24
#                              .--- lan0 node0 wan0 ---.
#                              |       fab0 fab1       |
#   client eth0 --- [lanbr] ---+         |    |        +--- [wanbr] --- wan0 remote srv0 --- eth0 server
#   .10, guest .200            |       fab0 fab1       |                 .2          .1          .10
#                              '--- lan0 node1 wan0 ---'
#                        .1 (both)                 .1 (both)
#   fabric: 10.99.0.1 - 10.99.0.2 and 10.99.1.1 - 10.99.1.2, MTU 65535
#
# All of it lives in one private set of mount, network and process namespaces and vanishes with its first process.
# Sourced after common.sh. Outside: lab_enter. Inside: lab_up KIND, lab_exec NAME command..., lab_down.

lab_names='client node0 node1 remote server'
lab_client=10.1.0.10
lab_guest=10.1.0.200
lab_lan=10.1.0.1
lab_wan_near=172.16.0.1
lab_wan_far=172.16.0.2
lab_wan2_near=172.18.0.1
lab_server_gateway=10.2.0.1
lab_server=10.2.0.10
lab_client2=10.3.0.10
lab_client_v6=fd00:1::10
lab_lan_v6=fd00:1::1
lab_server_v6=fd00:2::10
lab_pid_file=${XDG_RUNTIME_DIR:-/tmp}/fairway-lab.$(id -u)

# lab_enter command...: runs the command in new namespaces; everything in them dies with it, or with us.
lab_enter() {
    local user=() holder status=0
    [ "$(id -u)" = 0 ] || user=(--user --map-root-user)
    unshare "${user[@]}" --mount --net true 2>/dev/null || fail "this kernel gives you no namespaces: type sudo $0"
    setpriv --pdeathsig KILL unshare "${user[@]}" --mount --net --pid --fork --mount-proc --kill-child \
        env FAIRWAY_IN_LAB=1 "$@" <&0 &
    holder=$!
    printf '%s\n' "$holder" >"$lab_pid_file"
    trap 'lab_leave '"$holder"' 130' INT
    trap 'lab_leave '"$holder"' 143' TERM HUP
    wait "$holder" || status=$?
    rm -f "$lab_pid_file"
    return "$status"
}

lab_leave() {
    trap - INT TERM HUP
    kill -9 "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
    rm -f "$lab_pid_file"
    exit "$2"
}

# Runs a command in one of the namespaces.
lab_exec() {
    local name=$1
    shift
    nsenter --net="/run/netns/$name" -- "$@"
}

# lab_up fairway|kernel|conntrack|nat: with the last three, the kernel forwards in place of node0 and remote.
lab_up() {
    local kind=${1:-fairway}
    [ -n "${FAIRWAY_IN_LAB:-}" ] || fail "not inside a lab"
    lab_private_folders
    lab_namespaces
    lab_links
    lab_ends
    [ "$kind" = fairway ] || lab_kernel "$kind"
}

lab_down() {
    local name
    for name in $lab_names; do
        ip netns del "$name" 2>/dev/null || true
    done
    for name in lanbr wanbr farbr natbr lan2br wan2br near0br near1br; do
        ip link del "$name" 2>/dev/null || true
    done
}

lab_private_folders() {
    mountpoint -q /run/netns 2>/dev/null && return
    mount --make-rprivate /
    mount -t tmpfs tmpfs /run
    mount -t tmpfs tmpfs /dev/shm
    mkdir -p /run/netns /run/lab
    ulimit -n "$(ulimit -Hn)"
}

lab_namespaces() {
    local name
    lab_quiet sh
    for name in $lab_names; do lab_namespace "$name"; done
    ip link set lo up
}

lab_namespace() {
    ip netns add "$1"
    lab_quiet nsenter --net="/run/netns/$1" -- sh
    ip -n "$1" link set lo up
}

# lab_also NAME: one namespace more than the lab usually has.
lab_also() {
    lab_names="$lab_names $1"
    lab_namespace "$1"
}

lab_bridge() {
    ip link add "$1" type bridge stp_state 0 forward_delay 0 mcast_snooping 0
    ip link set "$1" up
}

# No IPv6 noise, bridges that look at no packet, and what many connections need. Arguments: the shell to do it with.
lab_quiet() {
    "$@" -c 'cd /proc/sys/net
        for f in ipv6/conf/all/disable_ipv6 ipv6/conf/default/disable_ipv6; do [ ! -w $f ] || echo 1 >$f; done
        for f in bridge/bridge-nf-call-*; do [ ! -w $f ] || echo 0 >$f; done
        echo "1024 65535" >ipv4/ip_local_port_range
        echo 65535 >core/somaxconn 2>/dev/null || true
        echo 65535 >ipv4/tcp_max_syn_backlog 2>/dev/null || true'
}

lab_links() {
    lab_bridge lanbr
    lab_bridge wanbr
    lab_plug client eth0 lanbr
    lab_plug node0 lan0 lanbr
    lab_plug node1 lan0 lanbr
    lab_plug node0 wan0 wanbr
    lab_plug node1 wan0 wanbr
    lab_plug remote wan0 wanbr
    ip link add srv0 netns remote type veth peer name eth0 netns server
    ip -n remote link set srv0 up
    ip -n server link set eth0 up
    local i
    for i in 0 1; do
        ip link add "fab$i" mtu 65535 netns node0 type veth peer name "fab$i" mtu 65535 netns node1
        ip -n node0 addr add "10.99.$i.1/30" dev "fab$i"
        ip -n node1 addr add "10.99.$i.2/30" dev "fab$i"
        ip -n node0 link set "fab$i" up
        ip -n node1 link set "fab$i" up
    done
}

# lab_plug NAMESPACE DEVICE BRIDGE: a cable between them; the bridge's end is called NAMESPACE-BRIDGE.
lab_plug() {
    ip link add "$1-$3" type veth peer name "$2" netns "$1"
    ip link set "$1-$3" master "$3" up
    ip -n "$1" link set "$2" up
}

# lab_middle: a router between east and west. Its far side is a bridge of its own, to which remote moves; farther on,
# node0 and remote know each other no more.
#
#   node0 wan0 --- [wanbr] --- wan0 mid far0 --- [farbr] --- wan0 remote
#         172.16.0.1            .3      172.17.0.3          172.17.0.2
lab_middle() {
    lab_also mid
    lab_bridge farbr
    lab_plug mid wan0 wanbr
    lab_plug mid far0 farbr
    ip link set remote-wanbr master farbr
}

# lab_nat: a NAT before the pair, whose WAN is a bridge of its own. Each session gets another port of 172.16.0.9's.
#
#   node0, node1 wan0 --- [natbr] --- near0 nat wan0 --- [wanbr] --- wan0 remote
#       192.168.7.1              .254           172.16.0.9         .2
lab_nat() {
    lab_also nat
    lab_bridge natbr
    lab_plug nat wan0 wanbr
    lab_plug nat near0 natbr
    ip link set node0-wanbr master natbr
    ip link set node1-wanbr master natbr
    ip -n nat addr add 172.16.0.9/24 dev wan0
    ip -n nat addr add 192.168.7.254/24 dev near0
    lab_exec nat sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
    printf '%s\n' 'add table ip nat' 'add chain ip nat out { type nat hook postrouting priority 100; }' \
        'add rule ip nat out oifname "wan0" masquerade fully-random' | lab_exec nat nft -f -
}

# lab_bad_link: a bad link before remote, which moves to a bridge of its own. Frames cross it by traffic_bad_link alone;
# towards it kernels cut super-frames and compute checksums, as they do for a wire.
#
#   node0 wan0 --- [wanbr] --- near0 badlink far0 --- [farbr] --- wan0 remote
lab_bad_link() {
    lab_also badlink
    lab_bridge farbr
    lab_plug badlink near0 wanbr
    lab_plug badlink far0 farbr
    ip link set remote-wanbr master farbr
    local end
    for end in badlink-wanbr badlink-farbr; do
        ethtool -K "$end" tx off tso off gso off >/dev/null
    done
}

# lab_far_wan: each node's WAN cable ends in a bridge of its own; behind it a cable to the WAN, cut and mended by
# lab_far_wan_is NODE down|up. The node's own link stays up.
#
#   node0 wan0 --- [near0br] --- near0-wanbr [wanbr] --- wan0 remote
#   node1 wan0 --- [near1br] --- near1-wanbr [wanbr]
lab_far_wan() {
    local i
    for i in 0 1; do
        lab_bridge "near${i}br"
        ip link set "node$i-wanbr" master "near${i}br"
        ip link add "near$i-wanbr" type veth peer name "near$i-far"
        ip link set "near$i-wanbr" master wanbr up
        ip link set "near$i-far" master "near${i}br" up
    done
}

lab_far_wan_is() { ip link set "near${1#node}-wanbr" "$2"; }

# lab_second_lan: a second LAN before the pair, with a client of its own.
#
#   client2 eth0 --- [lan2br] --- lan1 {node0, node1}
#   10.3.0.10                     10.3.0.1 (both)
lab_second_lan() {
    lab_also client2
    lab_bridge lan2br
    lab_plug client2 eth0 lan2br
    lab_plug node0 lan1 lan2br
    lab_plug node1 lan1 lan2br
    ip -n client2 addr add "$lab_client2/24" dev eth0
    ip -n client2 route add default via 10.3.0.1
}

# lab_second_wan: a WAN for each node, as of two providers; remote is on both.
#
#   node0 wan0 --- [wanbr] ---- wan0 remote       172.16.0.1 - 172.16.0.2
#   node1 wan0 --- [wan2br] --- wan1 remote       172.18.0.1 - 172.18.0.2
lab_second_wan() {
    lab_bridge wan2br
    ip link set node1-wanbr master wan2br
    lab_plug remote wan1 wan2br
}

# lab_attacker: somebody on the WAN, who has no address there and can send any frame: namespace "attacker", device eth0.
lab_attacker() {
    lab_also attacker
    lab_plug attacker eth0 wanbr
}

# lab_ipv6: IPv6 everywhere but on the fabric; client, server and WAN have a network each. The kernels of the nodes may
# speak it too, so that it is the nodes that keep them silent.
#
#   client eth0 fd00:1::10 --- fd00:1::1 east fd00:16::1 --- fd00:16::2 west fd00:2::1 --- fd00:2::10 eth0 server
lab_ipv6() {
    local end
    for end in client:eth0 server:eth0 node0:lan0 node0:wan0 node1:lan0 node1:wan0 remote:wan0 remote:srv0; do
        lab_exec "${end%:*}" sh -c "cd /proc/sys/net/ipv6/conf/${end#*:} && echo 0 >accept_ra && echo 0 >disable_ipv6"
    done
    ip -n client addr add "$lab_client_v6/64" dev eth0 nodad
    ip -n client route add default via "$lab_lan_v6"
    ip -n server addr add "$lab_server_v6/64" dev eth0 nodad
    ip -n server route add default via fd00:2::1
}

lab_ends() {
    ip -n client addr add "$lab_client/24" dev eth0
    ip -n client addr add "$lab_guest/24" dev eth0
    ip -n client route add default via "$lab_lan" src "$lab_client"
    ip -n server addr add "$lab_server/24" dev eth0
    ip -n server route add default via "$lab_server_gateway"
}

# The kernel as router, the measure of everything: node0 and remote forward, node1 stays idle.
lab_kernel() {
    ip -n node0 addr add "$lab_lan/24" dev lan0
    ip -n node0 addr add "$lab_wan_near/24" dev wan0
    ip -n node0 route add 10.2.0.0/24 via "$lab_wan_far"
    ip -n remote addr add "$lab_wan_far/24" dev wan0
    ip -n remote addr add "$lab_server_gateway/24" dev srv0
    ip -n remote route add 10.1.0.0/24 via "$lab_wan_near"
    local name
    for name in node0 remote; do
        lab_exec "$name" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
        [ "$1" != kernel ] || continue
        lab_rules "$1" | lab_exec "$name" nft -f -
        lab_exec "$name" sh -c 'echo 1000000 >/proc/sys/net/netfilter/nf_conntrack_max' 2>/dev/null || true
    done
}

lab_rules() {
    printf '%s\n' 'add table ip bench' \
        'add chain ip bench forward { type filter hook forward priority 0; policy drop; }' \
        'add rule ip bench forward ct state established,related accept' \
        'add rule ip bench forward ct state new accept'
    [ "$1" = nat ] || return 0
    printf '%s\n' 'add chain ip bench out { type nat hook postrouting priority 100; }' \
        'add rule ip bench out oifname { "wan0", "srv0" } masquerade'
}
