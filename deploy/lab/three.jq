# Puts a router in the middle: east (node0) - mid (mid0) - west (remote0). Only the ends know the tenant eng.staff and the
# services below "net"; with --arg view middle this makes the file of the router between them, which knows their parents.
def mid: {
    name: "mid", "security-id": 1,
    node: [{ name: "mid0" }],
    interface: [
        { name: "near", address: "172.16.0.3/24", device: [{ node: "mid0", device: "wan0" }], neighborhood: ["near"] },
        { name: "far", address: "172.17.0.3/24", device: [{ node: "mid0", device: "far0" }], neighborhood: ["far"] }
    ],
    "service-route": [{ service: "net", peer: "west" }],
    limits: { "max-sessions": 200000 }
};
def net($scope): {
    name: "net", prefix: ["10.2.0.0/24"], "access-policy": [{ tenant: "staff", permission: "allow" }]
} + if $scope.security then { security: $scope.security } else {} end;

($ARGS.named.view == "middle") as $middle
| ."fairway-authority:authority" |= (
    .service[0] as $first
    | .tenant = if $middle then [{ name: "staff" }, { name: "guest" }]
        else [{ name: "staff" }, { name: "eng.staff", "source-prefix": ["10.1.0.0/25"] },
            { name: "guest", "source-prefix": ["10.1.0.128/25"] }] end
    | .service = if $middle then [net($first)] else [net($first)] + (.service | map(.name += ".net")) end
    | .router |= (map(
        (if $middle then ."service-route" |= (map(.service = "net") | unique_by(.service))
         else ."service-route"[].service += ".net" end)
        | if .name == "east" then ."service-route"[].peer = "mid" | .interface[1].neighborhood = ["near"]
          else .interface[0].address = "172.17.0.2/24" | .interface[0].neighborhood = ["far"] end
    ) + [mid])
)
