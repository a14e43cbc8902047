# Certificates for routers that agree on keys with each other, by openssl: what an operator does with a CA of his own.

# pki_ca DIRECTORY NAME: a CA that vouches for routers: NAME.pem is their trust anchor, NAME.key its own secret.
pki_ca() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=$2" \
        -keyout "$1/$2.key" -out "$1/$2.pem" 2>/dev/null
}

# pki_issue DIRECTORY CA NAME: NAME.pem and NAME.key for the router that peers under this name.
pki_issue() {
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$3" \
        -keyout "$1/$3.key" -out "$1/$3.csr" 2>/dev/null
    openssl x509 -req -in "$1/$3.csr" -CA "$1/$2.pem" -CAkey "$1/$2.key" -CAcreateserial -days 30 \
        -extfile <(echo keyUsage=digitalSignature) -out "$1/$3.pem" 2>/dev/null
    rm -f "$1/$3.csr"
}
