# Hierarchies, translation and watched TCP: guests may not ask for the web, but those at the desk may, and what is watched
# strictly; whoever is cut off from "bulk" is told; at the far router sessions leave with addresses of a pool, and a service
# that no host has the address of is led to the server.
."fairway-authority:authority" |= (
    .tenant += [{ name: "desk.guest", "source-prefix": ["10.1.0.200/32"] }]
    | .service |= map(
        if .name == "web" then
            ."tcp-state-enforcement" = "strict" | ."access-policy" += [{ tenant: "desk.guest", permission: "allow" }]
        elif .name == "bulk" then ."tcp-state-enforcement" = "reset"
        else . end)
    | .service += [
        { name: "inet", prefix: ["10.2.0.128/25"], scope: "public" },
        { name: "front.inet", prefix: ["10.2.0.200/32"], transport: [{ protocol: "tcp", port: ["8080"] }] }]
    | .router |= map(
        if .name == "east" then ."service-route" += [{ service: "inet", peer: "west" }]
        else
            ."source-nat-pool" = [{ name: "far", address: ["10.2.0.50-10.2.0.51"], "port-range": "30000-39999" }]
            | (.interface[] | select(.name == "srv")) += { "source-nat-pool": "far" }
            | ."service-route" += [{ service: "front.inet", interface: "srv",
                "nat-target": { address: "10.2.0.10", port: 80 } }]
        end)
)
