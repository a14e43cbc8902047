# Two Linux routers that back each other up: keepalived (VRRPv3, adverts every 10 ms, both groups fail together, no
# pre-emption, gratuitous ARP), conntrackd (FT-FW over both fabric links, external cache, committed at takeover as its
# manual's primary-backup.sh does), nftables (stateful, drops what belongs to no session, NAT to the shared address).
# The kernel forwards; "remote" routes plainly. Sourced by deploy/bench/failover.
#
#   10.1.0.2 lan0 node0 wan0 172.16.0.11    shared: 10.1.0.1 and 172.16.0.1
#   10.1.0.3 lan0 node1 wan0 172.16.0.12

rival_packages='keepalived conntrackd conntrack libsnmp40 libpci3 libwrap0 libnetfilter-cthelper0 libnetfilter-queue1'
rival_faults='kill conntrackd freeze lan wan fabric power'

rival_raise() {
    lab_up fairway
    mkdir -p "$traffic_dir"
    ip -n remote addr add "$lab_wan_far/24" dev wan0
    ip -n remote addr add "$lab_server_gateway/24" dev srv0
    lab_exec remote sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
    local i
    for i in 0 1; do keepalived_node "$i"; done
    for i in 0 1; do rival_start "node$i"; done
    rival_whole_soon
}

# keepalived_node 0|1: addresses, kernel settings, rules and configuration.
keepalived_node() {
    local name=node$1 dir=$node_root/node$1
    mkdir -p "$dir"
    ip -n "$name" addr add "10.1.0.$((2 + $1))/24" dev lan0
    ip -n "$name" addr add "172.16.0.$((11 + $1))/24" dev wan0
    # conntrackd takes "fab0" for a number.
    ip -n "$name" link property add dev fab0 altname sync0
    ip -n "$name" link property add dev fab1 altname sync1
    ip -n "$name" route add 10.2.0.0/24 via "$lab_wan_far"
    lab_exec "$name" nft -f - <<<"$(keepalived_rules)"
    # A session whose beginning was not seen is none (conntrack-tools manual, "Set up of the rule-set").
    lab_exec "$name" sh -c 'cd /proc/sys/net && echo 1 >ipv4/ip_forward && echo 0 >netfilter/nf_conntrack_tcp_loose
        echo 1000000 >netfilter/nf_conntrack_max' 2>/dev/null || true
    keepalived_conf "$1" >"$dir/keepalived.conf"
    conntrackd_conf "$1" >"$dir/conntrackd.conf"
    keepalived_notify "$dir" >"$dir/notify"
    chmod 755 "$dir/notify"
}

# The last chain keeps the kernel from refusing, as host, packets of sessions that are not committed yet.
keepalived_rules() {
    cat <<RULES
table ip failover {
    chain forward {
        type filter hook forward priority 0; policy drop;
        ct state established,related accept
        iifname "lan0" oifname "wan0" ct state new accept
    }
    chain out {
        type nat hook postrouting priority 100;
        oifname "wan0" ip saddr 10.1.0.0/24 snat to $lab_wan_near
    }
    chain in {
        type filter hook input priority 0;
        iifname { "lan0", "wan0" } meta l4proto { tcp, udp } drop
    }
}
RULES
}

keepalived_conf() {
    cat <<CONF
global_defs {
    router_id node$1
    vrrp_version 3
    script_user root
    ${realtime:+vrrp_rt_priority 50}
    ${realtime:+vrrp_no_swap}
}
vrrp_sync_group pair {
    group { lan wan }
    notify_master "$node_root/node$1/notify primary"
    notify_backup "$node_root/node$1/notify backup"
    notify_fault "$node_root/node$1/notify fault"
}
$(keepalived_instance lan 1 "$1" "$lab_lan")
$(keepalived_instance wan 2 "$1" "$lab_wan_near")
CONF
}

# keepalived_instance NAME ID NODE ADDRESS: priorities near 255 keep VRRP's skew small.
keepalived_instance() {
    cat <<CONF
vrrp_instance $1 {
    interface ${1}0
    virtual_router_id $2
    state BACKUP
    nopreempt
    priority $((254 - $3))
    advert_int 0.01
    virtual_ipaddress { $4/24 }
}
CONF
}

conntrackd_conf() {
    local here=$((1 + $1)) there=$((2 - $1))
    cat <<CONF
Sync {
    Mode FTFW {
    }
    $(conntrackd_link Default 0 "$here" "$there")
    $(conntrackd_link '' 1 "$here" "$there")
}
General {
    HashSize 65536
    HashLimit 524288
    LogFile $node_root/node$1/conntrackd.log
    LockFile $node_root/node$1/conntrackd.lock
    UNIX {
        Path $node_root/node$1/conntrackd.ctl
    }
    NetlinkBufferSize 8388608
    NetlinkBufferSizeMaxGrowth 67108864
    $([ -z "$realtime" ] || printf 'Scheduler {\n Type FIFO\n Priority 40\n }')
    Filter From Userspace {
        Protocol Accept {
            TCP
            UDP
            ICMP
        }
        Address Ignore {
            IPv4_address 127.0.0.1
            IPv4_address 10.99.0.$here
            IPv4_address 10.99.1.$here
        }
    }
}
CONF
}

conntrackd_link() {
    cat <<CONF
UDP $1 {
        IPv4_address 10.99.$2.$3
        IPv4_Destination_Address 10.99.$2.$4
        Port $((3780 + $2))
        Interface sync$2
        SndSocketBuffer 8388608
        RcvSocketBuffer 8388608
        Checksum on
    }
CONF
}

# What keepalived calls at a change: the steps of conntrackd's primary-backup.sh. keepalived does not wait for one call
# before the next; a late "backup" after a "primary" would have the table of the new primary emptied a minute later.
keepalived_notify() {
    cat <<SCRIPT
#!/bin/sh
export PATH="$rival_root/usr/sbin:$PATH" LD_LIBRARY_PATH="$rival_root/usr/lib/$(uname -m)-linux-gnu"
exec 9>$1/notify.lock
flock 9
each() { for option in "\$@"; do conntrackd -C $1/conntrackd.conf -\$option; done; }
case \$1 in
    primary) each c f R B ;;
    backup) each t n ;;
    fault) each t ;;
esac >>$1/notify.log 2>&1
echo \$1 >$1/state
SCRIPT
}

# rival_start NODE: what is not running of both programs.
rival_start() {
    local denied=${realtime:-setpriv --inh-caps=-sys_nice --bounding-set=-sys_nice}
    [ "$denied" != 1 ] || denied=
    if ! rival_pids "$1" conntrackd >/dev/null; then
        rm -f "$node_root/$1/conntrackd.lock" "$node_root/$1/conntrackd.ctl"
        # shellcheck disable=SC2086
        rival_run "$1" "conntrackd-$1" $denied conntrackd -C "$node_root/$1/conntrackd.conf"
        echo "$traffic_pid" >"$node_root/$1/conntrackd.pid"
        wait_for 10 "conntrackd of $1" conntrackd_ask "$1" -s
    fi
    if ! rival_pids "$1" keepalived >/dev/null; then
        rm -f "$node_root/$1/state" "$node_root/$1/keepalived.pid" "$node_root/$1/vrrp.pid"
        # shellcheck disable=SC2086
        rival_run "$1" "keepalived-$1" $denied keepalived --dont-fork --log-console --vrrp \
            --use-file "$node_root/$1/keepalived.conf" --pid "$node_root/$1/keepalived.pid" \
            --vrrp_pid "$node_root/$1/vrrp.pid"
    fi
}

# rival_pids NODE PROGRAM: its living processes; fails if there are none.
rival_pids() {
    local pid found=
    for pid in $(case $2 in
        conntrackd) cat "$node_root/$1/conntrackd.pid" ;;
        keepalived) cat "$node_root/$1/keepalived.pid" "$node_root/$1/vrrp.pid" ;;
    esac 2>/dev/null); do
        [ ! -d "/proc/$pid" ] || found="$found $pid"
    done
    [ -n "$found" ] && echo "$found"
}

conntrackd_ask() { lab_exec "$1" env PATH="$rival_root/usr/sbin:$PATH" \
    LD_LIBRARY_PATH="$rival_root/usr/lib/$(uname -m)-linux-gnu" conntrackd -C "$node_root/$1/conntrackd.conf" "$2"; }

rival_role() { cat "$node_root/$1/state" 2>/dev/null; }

rival_victim() { if [ "$(rival_role node0)" = primary ]; then echo node0; else echo node1; fi; }

# The same before and after means that nothing happened.
rival_history() { stat -c %Y "$node_root/node0/state" "$node_root/node1/state"; }

# One primary, one backup, the shared addresses where they belong, and the backup knows what the primary does.
rival_is_whole() {
    local primary backup here there
    primary=$(rival_victim)
    backup=$(node_other "$primary")
    [ "$(rival_role "$primary")" = primary ] && [ "$(rival_role "$backup")" = backup ] || return 1
    keepalived_has_shared "$primary" && ! keepalived_has_shared "$backup" || return 1
    here=$(conntrackd_count "$primary" internal)
    there=$(conntrackd_count "$backup" external)
    [ $((there * 20)) -ge $((here * 19)) ]
}

keepalived_has_shared() { ip -n "$1" -4 -o addr show | grep -qE " ($lab_lan|$lab_wan_near)/"; }

# conntrackd_count NODE internal|external: how many sessions are in that cache.
conntrackd_count() {
    conntrackd_ask "$1" -s | awk -v cache="cache $2:" '$0 == cache { here = 1 }
        here && /current active connections/ { print $NF; exit }'
}

rival_whole_soon() { wait_for 60 'both routers to be whole' rival_is_whole; }

# rival_fault FAULT NODE. Its kernel forwards whatever becomes of the programs.
rival_fault() {
    # shellcheck disable=SC2046
    case $1 in
        kill) kill -9 $(rival_pids "$2" keepalived) ;;
        conntrackd) kill -9 $(rival_pids "$2" conntrackd) ;;
        freeze) kill -STOP $(rival_pids "$2" keepalived) $(rival_pids "$2" conntrackd) ;;
    esac
}

rival_thaw() {
    # shellcheck disable=SC2046
    kill -CONT $(rival_pids "$1" keepalived) $(rival_pids "$1" conntrackd)
}

# rival_mend FAULT NODE: what an operator does, or systemd, or the machine as it boots.
rival_mend() {
    case $1 in
        power)
            # shellcheck disable=SC2046
            kill -9 $(rival_pids "$2" keepalived) $(rival_pids "$2" conntrackd) 2>/dev/null || true
            ip -n "$2" addr del "$lab_lan/24" dev lan0 2>/dev/null || true
            ip -n "$2" addr del "$lab_wan_near/24" dev wan0 2>/dev/null || true
            rival_tool lab_exec "$2" conntrack -F >/dev/null 2>&1 || true
            fault_links_up "$2"
            ;;
    esac
    rival_start "$2"
}
