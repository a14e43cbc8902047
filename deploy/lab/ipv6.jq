# Gives the lab IPv6 beside IPv4. jq -f ipv6.jq lab.json; with --arg wan v6 the routers have only IPv6 between them.
def six: {
    "10.1.0.0/25": "fd00:1::/64", "10.2.0.0/24": "fd00:2::/64",
    "10.1.0.1/24": "fd00:1::1/64", "10.2.0.1/24": "fd00:2::1/64",
    "172.16.0.1/24": "fd00:16::1/64", "172.16.0.2/24": "fd00:16::2/64"
};
def prefixes: [.[], six[.[]]] | map(values);

."fairway-authority:authority" |= (
    (.tenant[]."source-prefix", .service[].prefix) |= prefixes
    | .router[].interface[] |= (."address-v6" = six[.address])
    | if $ARGS.named.wan == "v6" then del(.router[].interface[] | select(.name == "wan") | .address) else . end
)
