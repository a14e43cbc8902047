/**
 * Keys between two routers that have certificates (docs/peer-protocol.md). In the order of an exchange:
 * {@link io.fairway.cluster.peer.exchange.KeyExchange} decides on an
 * {@link io.fairway.cluster.peer.exchange.ExchangeEvent}, in an {@link io.fairway.cluster.peer.exchange.ExchangeState},
 * and {@link io.fairway.cluster.peer.exchange.ExchangeAction}s come out. An {@code Offer} is what this router began,
 * {@code Answers} what the peer did. {@code ExchangePart} and {@code PartCollector} are the messages, {@code Share} and
 * {@code Handshake} (with {@code Hashes}) the secrets, {@code Proof} shows who speaks: a
 * {@link io.fairway.cluster.peer.exchange.PeerIdentity} makes it, a
 * {@link io.fairway.cluster.peer.exchange.CertificateJudge} believes it or not ({@code SignatureScheme},
 * {@code PemFiles}). {@code HeldKeys} are the {@link io.fairway.cluster.peer.exchange.KeyGeneration}s that come out of
 * it, shown to others as {@link io.fairway.cluster.peer.exchange.PeerKeys}. An
 * {@link io.fairway.cluster.peer.exchange.ExchangeRefusal} is the only trace of what was not believed.
 */
package io.fairway.cluster.peer.exchange;
